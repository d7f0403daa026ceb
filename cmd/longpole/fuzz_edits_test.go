package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/longpole/longpole/internal/testkit"
)

// An edit changes a text somewhere at or after a place, in a way that its last argument chooses.
// Most leave a recording a recording, so that what is fuzzed is not only the decoders.
type edit func(text []byte, at, arg int) []byte

var everyEdit = []edit{
	cut, dropLine, repeatLine, swapLines, dropBytes, addNoise, // any text
	changeDigit, otherWord, hostileText, extremeNumber, // any format of words
	repeatObject, swapValues, otherParent, otherKind, // JSON
	manyTraces, // JSON, and last
}

// mostEdits bounds how far a recording is taken from what it was.
const mostEdits = 12

// edited applies edits to a text: the first byte is for others, then every four are an edit.
func edited(text, edits []byte) []byte {
	edits = edits[min(1, len(edits)):]
	for i := 0; i < mostEdits && len(edits) >= 4 && len(text) > 0; i++ {
		at := len(text) * (int(edits[1])<<8 | int(edits[2])) >> 16
		text = everyEdit[int(edits[0])%len(everyEdit)](text, at, int(edits[3]))
		edits = edits[4:]
	}
	return text
}

// spliced returns text with another one in the place of text[from:to].
func spliced(text []byte, from, to int, with ...byte) []byte {
	return bytes.Join([][]byte{text[:from], with, text[to:]}, nil)
}

func cut(text []byte, at, _ int) []byte { return text[:at:at] }

func dropBytes(text []byte, at, arg int) []byte {
	return spliced(text, at, min(at+arg, len(text)))
}

func addNoise(text []byte, at, arg int) []byte {
	return spliced(text, at, at, bytes.Repeat([]byte{byte(arg)}, 1+arg%5)...)
}

// lineAt returns where the line of a place begins and ends, its line break included.
func lineAt(text []byte, at int) (from, to int) {
	from = bytes.LastIndexByte(text[:at], '\n') + 1
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		return from, at + end + 1
	}
	return from, len(text)
}

func dropLine(text []byte, at, _ int) []byte {
	from, to := lineAt(text, at)
	return spliced(text, from, to)
}

func repeatLine(text []byte, at, _ int) []byte {
	from, to := lineAt(text, at)
	return spliced(text, to, to, text[from:to]...)
}

func swapLines(text []byte, at, arg int) []byte {
	from, to := lineAt(text, at)
	line := bytes.Clone(text[from:to])
	text = spliced(text, from, to)
	from, _ = lineAt(text, len(text)*arg>>8)
	return spliced(text, from, from, line...)
}

// near returns where the first group of the first match at or after a place begins and ends, or
// of the first one at all; ok is false where there is none.
func near(what *regexp.Regexp, text []byte, at int) (from, to int, ok bool) {
	for _, start := range []int{at, 0} {
		if m := what.FindSubmatchIndex(text[start:]); m != nil {
			return start + m[2], start + m[3], true
		}
	}
	return 0, 0, false
}

var (
	aDigit  = regexp.MustCompile(`([0-9])`)
	aWord   = regexp.MustCompile(`\b(\w+)\b`)
	aString = regexp.MustCompile(`("(?:[^"\\\n]|\\.)*")`)
	aNumber = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)`)
	aValue  = regexp.MustCompile(`:\s*("(?:[^"\\\n]|\\.)*"|[-0-9.eE]+|true|false|null)`)
	anID    = regexp.MustCompile(`(?i)"(?:parent_?(?:span)?_?id|(?:span)?_?id)"\s*:\s*"([0-9a-f]+)"`)
	aParent = regexp.MustCompile(`(?i)"parent_?(?:span)?_?id"\s*:\s*"([0-9a-f]*)"`)
	aKind   = regexp.MustCompile(`"kind"\s*:\s*("[A-Za-z_]+"|[0-9]+)`)
	aTrace  = regexp.MustCompile(`(?i)("trace_?id"\s*:\s*"[0-9a-f]*)[0-9a-f]{2}"`)
	anEnd   = regexp.MustCompile(`("(?:duration|endTimeUnixNano|end_time_unix_nano)"\s*:\s*"?)([0-9]{1,19})`)
)

func changeDigit(text []byte, at, arg int) []byte {
	from, to, ok := near(aDigit, text, at)
	if !ok {
		return text
	}
	return spliced(text, from, to, byte('0'+arg%10))
}

// otherWord takes a word from elsewhere in the text.
func otherWord(text []byte, at, arg int) []byte { return other(aWord, aWord, text, at, arg) }

func swapValues(text []byte, at, arg int) []byte { return other(aValue, aValue, text, at, arg) }

// otherParent makes a span the child of another, or of itself.
func otherParent(text []byte, at, arg int) []byte { return other(aParent, anID, text, at, arg) }

// other puts in the place of what is near a place what is found elsewhere.
func other(what, with *regexp.Regexp, text []byte, at, arg int) []byte {
	from, to, ok := near(what, text, at)
	a, b, found := near(with, text, len(text)*arg>>8)
	if !ok || !found {
		return text
	}
	return spliced(text, from, to, text[a:b]...)
}

func otherKind(text []byte, at, arg int) []byte {
	kinds := []string{`1`, `2`, `3`, `4`, `5`, `"SERVER"`, `"CLIENT"`, `"PRODUCER"`, `"CONSUMER"`, `0`, `6`, `"SPAN_KIND_SERVER"`}
	return replaced(aKind, text, at, kinds[arg%len(kinds)])
}

func replaced(what *regexp.Regexp, text []byte, at int, with string) []byte {
	from, to, ok := near(what, text, at)
	if !ok {
		return text
	}
	return spliced(text, from, to, []byte(with)...)
}

// hostileText puts a name that acts on something in the place of a text.
func hostileText(text []byte, at, arg int) []byte {
	name, err := json.Marshal(testkit.HostileNames[arg%len(testkit.HostileNames)])
	if err != nil {
		panic(err) // a string is always JSON
	}
	return replaced(aString, text, at, string(name))
}

func extremeNumber(text []byte, at, arg int) []byte {
	numbers := []string{
		"0", "-1", "1", "9", "0.5", "999", "1000", "1e300", "1e-9", "NaN", "null", "9223372036854775807", "-9223372036854775808",
		"18446744073709551615", "18446744073709551616", "1780000000000000000", "1780000000000", "1780000000",
	}
	return replaced(aNumber, text, at, numbers[arg%len(numbers)])
}

// repeatObject doubles the JSON object that begins near a place: a span, a list of them, an attribute.
func repeatObject(text []byte, at, _ int) []byte {
	begin := bytes.IndexByte(text[at:], '{')
	if begin < 0 {
		return text
	}
	var object json.RawMessage
	if json.NewDecoder(bytes.NewReader(text[at+begin:])).Decode(&object) != nil {
		return text
	}
	return spliced(text, at+begin, at+begin, append(object, ',')...)
}

// manyTraces repeats the text with other trace ids, each time a little slower, as far as there
// is room.
func manyTraces(text []byte, _, arg int) []byte {
	all := bytes.Clone(text)
	for i := 1; i <= arg && len(all)+len(text) < mostFuzzed; i++ {
		next := aTrace.ReplaceAll(text, fmt.Appendf(nil, `${1}%02x"`, i))
		next = anEnd.ReplaceAllFunc(next, func(end []byte) []byte { return later(end, int64(i)) })
		all = append(append(all, '\n'), next...)
	}
	return all
}

// later adds to the number at the end of a match of anEnd.
func later(end []byte, n int64) []byte {
	m := anEnd.FindSubmatch(end)
	was, err := strconv.ParseInt(string(m[2]), 10, 64)
	if err != nil {
		return end
	}
	unit := int64(100) // microseconds
	if len(m[2]) > 16 {
		unit = 100_000 // nanoseconds since 1970
	}
	return strconv.AppendInt(m[1], was+n*unit, 10)
}
