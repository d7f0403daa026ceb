package decode

import (
	"bytes"

	"github.com/longpole/longpole/ingest/jsontext"
)

// A Format is one way in which traces are written down. To add a format is to add a file with
// its decoder, and a row to the table of formats.
type Format struct {
	Name string // for --format
	Doc  string // one line for help and README

	// A JSON format looks at the outline of a value and decodes the one at the window's
	// position; values of several formats may follow each other in one file.
	Value  func(s *jsontext.Outline) bool
	Decode func(f *Decoder)
	First  string // a first key that settles it without looking further

	// A binary format looks at the first bytes and reads the whole stream.
	Binary func(head []byte) bool
	Stream func(f *Decoder)

	// Frame, if not nil, returns the length of the frame that begins text, of which at least
	// four bytes are there: the stream may be cut between frames, and each part be read as a
	// stream of its own. False: no frame can begin like that.
	Frame func(text []byte) (n int, ok bool)
}

// BinaryFormat returns which of the formats claims the first bytes of a stream; nil if none does.
func BinaryFormat(formats []Format, head []byte) *Format {
	for i := range formats {
		if b := formats[i].Binary; b != nil && b(head) {
			return &formats[i]
		}
	}
	return nil
}

// valueFormat returns which of the formats claims the JSON value that starts with head.
func valueFormat(formats []Format, head []byte) (*Format, jsontext.Outline) {
	for i := range formats {
		if first := formats[i].First; first != "" && bytes.HasPrefix(head, []byte(first)) {
			return &formats[i], jsontext.Outline{}
		}
	}
	s := jsontext.OutlineOf(head)
	for i := range formats {
		if v := formats[i].Value; v != nil && v(&s) {
			return &formats[i], s
		}
	}
	return nil, s
}

// IsValue reports whether one of the formats claims the JSON value that starts with head.
func IsValue(formats []Format, head []byte) bool {
	row, _ := valueFormat(formats, head)
	return row != nil
}
