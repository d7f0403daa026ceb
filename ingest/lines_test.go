package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/longpole/longpole/internal/testkit"
)

// A damagedText is a text of many documents with damage at places that are known.
type damagedText struct {
	strings.Builder
	r      *rand.Rand
	line   int
	places []string // code, line and offset
}

// add writes a text that begins a line, and notes where in it damage begins.
func (d *damagedText) add(text, code, damage string) {
	if code != "" {
		at := strings.Index(text, damage)
		d.places = append(d.places, fmt.Sprintf("%s %d:%d", code, d.line+strings.Count(text[:at], "\n"), d.Len()+at))
	}
	d.WriteString(text)
	d.line += strings.Count(text, "\n")
}

// good writes one of the ways in which documents without damage take up lines.
func (d *damagedText) good() {
	var spans []string
	for range 1 + d.r.IntN(40) {
		spans = append(spans, span(1+d.r.IntN(1e6), fmt.Sprintf(`attributes=[{"key":"a","value":{"stringValue":"%s"}}]`, strings.Repeat("x", d.r.IntN(200)))))
	}
	text := doc(spans...)
	switch d.r.IntN(8) {
	case 0:
		var b bytes.Buffer
		json.Indent(&b, []byte(text), "", " ")
		text = b.String()
	case 1:
		text += "\r\n\r\n"
	case 2:
		text += "\n" + text
	}
	d.add(text+"\n", "", "")
}

// bad writes damage of one kind.
func (d *damagedText) bad(kind int) {
	hit := `{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00000000ffffffff"`
	switch kind {
	case 0:
		d.add(doc(span(1), span(2, `spanId="zz"`), span(3))+"\n", "bad-span-id", `{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"zz"`)
	case 1:
		d.add("noise\n", "line-not-json", "noise")
	case 2:
		d.add(doc(span(1), span(0xffffffff, `endTimeUnixNano="0"`))+"\n", "unfinished-span", hit)
	case 3:
		d.add(doc(span(0xffffffff, `startTimeUnixNano="never"`), span(1))+"\n", "bad-time", hit)
	case 4:
		d.add(`{"resourceMetrics":[]}`+"\n", "not-traces", "{")
	case 5:
		pretty := "{\n \"resourceSpans\": [{\n \"scopeSpans\": [{\n \"spans\": [\n" + span(1) + "\n,\n" + span(0xffffffff, `kind=99`) + "\n, " + span(2) + "\n]}]}]}\n"
		d.add(pretty, "unknown-span-kind", hit)
	}
}

// someDamage is text of a few megabytes with each kind of damage five times, which is how many
// examples are kept.
func someDamage(seed uint64) *damagedText {
	d := &damagedText{r: rand.New(rand.NewPCG(seed, 13)), line: 1}
	var kinds []int
	for range 5 {
		kinds = append(kinds, 0, 1, 2, 3, 4, 5)
	}
	d.r.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	d.good()
	for _, kind := range kinds {
		for range d.r.IntN(24) {
			d.good()
		}
		d.bad(kind)
	}
	slices.Sort(d.places)
	return d
}

// placesOf spells the places of all examples in order.
func placesOf(s *Spans) string {
	var places []string
	for _, f := range s.Ledger.Findings() {
		for _, ex := range f.Examples {
			places = append(places, fmt.Sprintf("%s %d:%d", f.Code.ID, ex.Line, ex.Offset))
		}
	}
	slices.Sort(places)
	return strings.Join(places, "\n")
}

// unevenly gives as much at once as chance wants.
type unevenly struct {
	io.Reader
	r *rand.Rand
}

func (u unevenly) Read(b []byte) (int, error) {
	return u.Reader.Read(b[:min(len(b), 1+u.r.IntN(1<<u.r.IntN(18)))])
}

func TestLinesAreRightWhateverIsReadAtOnce(t *testing.T) {
	for seed := range uint64(testkit.Rounds(1, 2)) {
		d := someDamage(seed)
		text, places := d.String(), strings.Join(d.places, "\n")
		if len(text) < 2<<20 {
			t.Fatalf("only %d bytes: the window does not slide", len(text))
		}
		for name, from := range map[string]func(io.Reader) io.Reader{
			"whole":    func(src io.Reader) io.Reader { return src },
			"halves":   iotest.HalfReader,
			"unevenly": func(src io.Reader) io.Reader { return unevenly{src, rand.New(rand.NewPCG(seed, 17))} },
		} {
			for _, tolerant := range []bool{false, true} {
				s := readFiles(t, Options{Stdin: from(strings.NewReader(text)), tolerant: tolerant, Workers: 1}, "-")
				want(t, fmt.Sprintf("seed %d, %s, tolerant %v", seed, name, tolerant), placesOf(s), places)
			}
		}
	}
}

func TestLinesAreRightInPiecesOfAnySize(t *testing.T) {
	defer func(n int) { chunkSize = n }(chunkSize)
	for i, size := range []int{300, 5_000, 100_000, 1 << 20} {
		chunkSize = size
		d := someDamage(uint64(20 + i))
		for _, workers := range []int{2, 3} {
			s := read(t, d.String(), Options{Workers: workers})
			want(t, fmt.Sprintf("pieces of %d, %d workers", size, workers), placesOf(s), strings.Join(d.places, "\n"))
		}
	}
}

// A raw line break in a text is no JSON, but the span is kept; the lines after it must still be
// right.
func TestLineBreaksInsideOfSpansAreLinesToo(t *testing.T) {
	broken := span(2, "name=\"a\nb\n\"")
	text := doc(span(1), broken, span(3)) + "\n\n" + doc(span(4), span(5, `spanId="zz"`)) + "\n" + doc(broken, span(6, `spanId="zz"`)) + "\nnoise\n"
	s := read(t, text, Options{Workers: 1})
	want(t, "spans", fmt.Sprintf("%q", names(s)), fmt.Sprintf("%q", "s1 a\nb\n a\nb\n s3 s4"))
	places := []string{"bad-span-id 5:799", "bad-span-id 8:1188", "line-not-json 9:1349", "text-not-utf8 1:226", "text-not-utf8 6:1017"}
	want(t, "places", placesOf(s), strings.Join(places, "\n"))
}

func TestALineThatEndsInATextWasCutOff(t *testing.T) {
	cut, _, _ := strings.Cut(doc(span(2)), `"name":"s2`)
	cut += `"name":"s`
	for what, c := range map[string]struct{ text, want string }{
		"another document follows": {doc(span(1)) + "\n" + cut + "\n" + doc(span(3)), "s1 s3: line-not-json 2:232"},
		"behind blank lines":       {doc(span(1)) + "\n" + cut + "\r\n\n  \n" + doc(span(3)), "s1 s3: line-not-json 2:232"},
		"nothing follows":          {doc(span(1)) + "\n" + cut + "\n", "s1: line-not-json 2:232"},
		"the text goes on":         {doc(span(1)) + "\n" + strings.Replace(doc(span(2)), `"s2`, "\"s\n2", 1) + "\n" + doc(span(3)), "s1 s\n2 s3: text-not-utf8 2:289"},
		"it is still written":      {doc(span(1)) + "\n" + cut, "s1: cut-at-end 2:372"},
	} {
		for _, tolerant := range []bool{false, true} {
			s := read(t, c.text, Options{tolerant: tolerant})
			want(t, what, names(s)+": "+placesOf(s), c.want)
		}
	}
}
