package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// Lines are wrapped on their way through a container runtime, a log shipper or a logger: as a
// text in an object of JSON, or behind a prefix. What is inside is a trace export all the same,
// also where it is spread over many lines or one line of it was cut into several.

// An unwrapped is one line without what was wrapped around it.
type unwrapped struct {
	text   []byte
	stream string // of the process, that its lines may be told apart; "" if nobody says
	part   bool   // the line goes on in the next one of its stream
	bare   bool   // nothing was wrapped around it
}

// maxWraps bounds wrappers in wrappers: what a logger prefixed, a runtime wrapped and a command prefixed.
const maxWraps = 4

func unwrap(line []byte) unwrapped {
	u := unwrapped{text: line, bare: true}
	for range maxWraps {
		if !u.unwrapOnce() {
			break
		}
		u.bare = false
	}
	return u
}

func (u *unwrapped) unwrapOnce() bool {
	if m := criPrefix.FindSubmatch(u.text); m != nil {
		u.text, u.stream, u.part = u.text[len(m[0]):], string(m[1]), string(m[2]) == "P"
		return true
	}
	if at := prefix.FindIndex(u.text); at != nil {
		u.text = u.text[at[1]:]
		return true
	}
	if bytes.HasPrefix(u.text, []byte("{")) && u.envelope() {
		return true
	}
	return u.logged() || u.anyPrefix()
}

const (
	timestamp = `\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`
	colour    = `(?:\x1b\[[\d;]*m)*`
)

// criPrefix is what Kubernetes writes to a node's disk: time, stream, and whether the line is full or a part.
var criPrefix = regexp.MustCompile(`^` + timestamp + ` (stdout|stderr) ([FP]) ?`)

// prefix is what may stand before every line of a document that is spread over many.
var prefix = regexp.MustCompile(`^(?:` +
	timestamp + `[ \t]|` + // kubectl and docker logs --timestamps
	`\[[\w.-]+(?:/[\w.-]+)+\] |` + // kubectl logs --prefix
	`\{\w+="[^"]*"(?:, ?\w+="[^"]*")*\} +|` + // logcli
	colour + `[\w.-]+ +\| ?` + colour + `|` + // docker compose logs
	`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./@-]+(?:\[\d+\])?: ` + // syslog and journalctl
	`)`)

// loggedText is the text of a line of logfmt, or of a map as Fluent Bit prints it.
var loggedText = regexp.MustCompile(`[ ,{]"?(?:msg|message|log|line|body)"?=>?("(?:[^"\\]|\\.)*")`)

// logged takes the text out of a line of fields.
func (u *unwrapped) logged() bool {
	m := loggedText.FindSubmatch(u.text)
	var text string
	if m == nil || json.Unmarshal(m[1], &text) != nil {
		return false
	}
	u.text = []byte(text)
	return true
}

// anyPrefix cuts off whatever stands before a whole value of JSON that ends with the line, as loggers write it.
func (u *unwrapped) anyPrefix() bool {
	at := bytes.Index(u.text, []byte(`{"`))
	if at <= 0 || u.text[0] == '[' || !json.Valid(u.text[at:]) {
		return false
	}
	u.text = u.text[at:]
	return true
}

// envelope takes the line out of the object that a runtime or log shipper made of it.
func (u *unwrapped) envelope() bool {
	var c jsontext.Cursor
	var inner, stream []byte
	docker := 0 // of the members that Docker's json-file writes
	c.Reset(u.text)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "log":
			docker++
			inner = lineIn(&c)
		case "stream":
			docker++
			stream = c.Text()
		case "time":
			docker++
			c.Skip()
		case "message", "MESSAGE", "@message", "msg", "line", "body", "textPayload", "jsonPayload", "payload", "_raw", "_source", "result", "value", "event":
			inner = lineIn(&c)
		default:
			c.Skip()
		}
	}
	if c.Bad != "" || len(inner) == 0 {
		return false
	}
	text, ended := bytes.CutSuffix(inner, jsontext.Newline)
	u.text, u.stream, u.part = text, string(stream), docker == 3 && !ended
	return true
}

// lineIn takes a line that is a text, or the object that a shipper already made of it.
func lineIn(c *jsontext.Cursor) []byte {
	if c.Peek() == '{' {
		return c.Raw()
	}
	return c.Text()
}

// An unwrapper reads lines without what is wrapped around them.
type unwrapper struct {
	src   *bufio.Reader
	line  []byte            // that was taken last
	out   []byte            // that is still to be read
	parts map[string][]byte // of each stream, what came of a line that goes on
	err   error
}

func newUnwrapper(src io.Reader) *unwrapper {
	return &unwrapper{src: bufio.NewReaderSize(src, 64<<10), parts: map[string][]byte{}}
}

// Read gives unwrapped lines.
func (r *unwrapper) Read(b []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(b, r.out)
	r.out = r.out[n:]
	return n, nil
}

// fill takes the next line. One that is too long for a value stays as it is.
func (r *unwrapper) fill() {
	part, err := r.src.ReadSlice('\n')
	line := append(r.line[:0], part...)
	for errors.Is(err, bufio.ErrBufferFull) && len(line) < jsontext.MaxValue {
		part, err = r.src.ReadSlice('\n')
		line = append(line, part...)
	}
	r.line = line
	if errors.Is(err, bufio.ErrBufferFull) {
		r.out = line
		return
	}
	r.err = err
	u := unwrap(bytes.TrimRight(line, "\r\n"))
	text := append(r.parts[u.stream], u.text...)
	if u.part && len(text) < jsontext.MaxValue {
		r.parts[u.stream] = text
		return
	}
	delete(r.parts, u.stream)
	r.out = append(text, '\n')
}

const (
	mostStarts  = 32        // lines that are looked at for the beginning of a document
	wrappedHead = 256 << 10 // bytes that are looked at for a wrapped one
)

// isWrapped reports whether the first document that can be told in head is wrapped line by line.
func isWrapped(head []byte) bool {
	if head = head[:min(len(head), wrappedHead)]; firstStart(head) {
		return false
	}
	inside, _ := io.ReadAll(newUnwrapper(bytes.NewReader(head)))
	return firstStart(inside)
}

// firstStart reports whether a line of text begins a document of a known format.
func firstStart(text []byte) bool {
	for range mostStarts {
		text = bytes.TrimLeft(text, " \t\r\n\ufeff")
		if knownStart(text) {
			return true
		}
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return false
		}
		text = text[i:]
	}
	return false
}

func knownStart(text []byte) bool {
	if len(text) == 0 || (text[0] != '{' && text[0] != '[') {
		return false
	}
	return decode.IsValue(Formats, text)
}
