package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/longpole/longpole/ingest/jsontext"
)

// Tools that search logs answer with a document that lists entries, and the lines are texts somewhere in these:
//
//	[{"insertId": "a", "jsonPayload": {"resourceSpans": ...}}, ...]                    gcloud logging read
//	{"events": [{"message": "{\"resourceSpans\": ...}"}, ...]}                         aws logs filter-log-events
//	{"hits": {"hits": [{"_source": {"message": "{\"resourceSpans\": ...}"}}, ...]}}    Elasticsearch
//	{"data": {"result": [{"values": [["17672256", "{\"resourceSpans\": ...}"], ...]}]}}  Loki

// An entries reads the lines of such a document, whatever its members are called.
type entries struct {
	src  io.Reader
	dec  *json.Decoder
	open []json.Delim // the lists and objects around what comes next
	read int64        // bytes of src
	out  []byte       // that is still to be read
	rest io.Reader    // what cannot be taken apart, as it is
}

func newEntries(src io.Reader) *entries {
	r := &entries{src: src}
	r.dec = json.NewDecoder(bounded{r})
	return r
}

// listsEntries reports whether head begins a document of log entries, the first of which that can be told is a trace export.
func listsEntries(head []byte) bool {
	head = bytes.TrimLeft(head[:min(len(head), wrappedHead)], " \t\r\n\ufeff")
	if line, _, _ := bytes.Cut(head, jsontext.Newline); knownStart(head) || !looksJSON(head) || json.Valid(line) && firstStart(head) {
		return false
	}
	inside, _ := io.ReadAll(newEntries(bytes.NewReader(head)))
	return firstStart(inside)
}

// Read gives lines, and what is no list as it is, for whoever reads lines says best what is wrong with it.
func (r *entries) Read(b []byte) (int, error) {
	for len(r.out) == 0 && r.rest == nil {
		err := r.next()
		if errors.Is(err, io.EOF) {
			return 0, err
		}
		if err != nil {
			r.rest = io.MultiReader(r.dec.Buffered(), r.src)
		}
	}
	if r.rest != nil {
		return r.rest.Read(b)
	}
	n := copy(b, r.out)
	r.out = r.out[n:]
	return n, nil
}

// next takes one entry of a list, or goes one step towards a list.
func (r *entries) next() error {
	if n := len(r.open); n > 0 && r.open[n-1] == '[' && r.dec.More() {
		var entry json.RawMessage
		if err := r.dec.Decode(&entry); err != nil {
			return err
		}
		r.out = lineOf(entry)
		return nil
	}
	token, err := r.dec.Token()
	switch delim, _ := token.(json.Delim); delim {
	case '[', '{':
		r.open = append(r.open, delim)
	case ']', '}':
		r.open = r.open[:len(r.open)-1]
	}
	return err
}

// lineOf returns the line that an entry of a list holds, or the lines of the lists in it.
func lineOf(entry []byte) []byte {
	var text string
	if json.Unmarshal(entry, &text) == nil {
		entry = []byte(text)
	}
	switch u := unwrap(entry); {
	case !u.bare, bytes.HasPrefix(u.text, []byte("{")) && text != "":
		return oneLine(u.text)
	case text != "":
		return nil // a time, a label
	}
	lines, _ := io.ReadAll(newEntries(bytes.NewReader(entry)))
	return lines
}

// oneLine is a value without the line breaks of a document that is printed for people.
func oneLine(value []byte) []byte {
	var line bytes.Buffer
	if json.Compact(&line, value) != nil {
		line.Write(value)
	}
	line.WriteByte('\n')
	return line.Bytes()
}

// A bounded reads for the decoder, which would keep an entry of any size.
type bounded struct{ *entries }

var errLongEntry = errors.New("an entry of the log is larger than the largest value that is read")

func (b bounded) Read(p []byte) (int, error) {
	if b.read-b.dec.InputOffset() > int64(jsontext.MaxValue) {
		return 0, errLongEntry
	}
	n, err := b.src.Read(p)
	b.read += int64(n)
	return n, err
}
