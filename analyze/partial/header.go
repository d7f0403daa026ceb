package partial

import (
	"cmp"
	"fmt"

	"github.com/longpole/longpole/internal/wire"
)

// A Setting is one of those that figures depend on: which plan, which rules, how clocks are moved.
type Setting struct{ Name, Value string }

// A Header says of what a document is.
type Header struct {
	Longpole string // the version of the program
	Settings []Setting
	Parts    int           // into how many traces were divided
	Inputs   map[int]Input // readings whose ledger is known, by their sequence numbers
	Received map[int]Count // by part: what was received of it
	// Facts is the total of what was judged by what all requests together show; zero where requests were judged one by one.
	Facts Count
}

// A Count is how much there is of something, with a sum over its spans that does not depend on their order. How many blocks
// hold them may differ where a reading is made again.
type Count struct {
	Spans, Blocks int
	Sum           uint64
}

func (n *Count) add(o Count) {
	n.Spans, n.Blocks, n.Sum = n.Spans+o.Spans, n.Blocks+o.Blocks, n.Sum+o.Sum
}

// same reports whether the spans are the same.
func (n Count) same(o Count) bool { return n.Spans == o.Spans && n.Sum == o.Sum }

func (n *Count) code(c *wire.Coder) {
	wire.Counts(c, &n.Spans, &n.Blocks)
	wire.Fixed(c, &n.Sum)
}

// An Input is one reading of files: what it handed on, and what could not be used.
type Input struct {
	Of      int           // how many readings there are; 0 if nobody said it
	Sent    map[int]Count // by part
	Folders map[string]bool
	Errors  []FileError
	File    string // that its ledger stands in, as far as this program knows; it is not written
}

// A FileError is about a file that could not be used.
type FileError struct{ Name, Text, Hint string }

func (h *Header) code(c *wire.Coder) {
	wire.Text(c, &h.Longpole)
	wire.List(c, &h.Settings, func(s *Setting) {
		wire.Text(c, &s.Name)
		wire.Text(c, &s.Value)
	})
	wire.Counts(c, &h.Parts)
	wire.Map(c, &h.Inputs, cmp.Compare[int], func(seq *int) { wire.Counts(c, seq) }, func(in *Input) { in.code(c) })
	codeCounts(c, &h.Received)
	h.Facts.code(c)
}

func codeCounts(c *wire.Coder, m *map[int]Count) {
	wire.Map(c, m, cmp.Compare[int], func(part *int) { wire.Counts(c, part) }, func(n *Count) { n.code(c) })
}

func (in *Input) code(c *wire.Coder) {
	wire.Counts(c, &in.Of)
	codeCounts(c, &in.Sent)
	wire.Map(c, &in.Folders, cmp.Compare[string], func(name *string) { wire.Text(c, name) }, c.Bool)
	wire.List(c, &in.Errors, func(e *FileError) {
		wire.Text(c, &e.Name)
		wire.Text(c, &e.Text)
		wire.Text(c, &e.Hint)
	})
}

// Differs says how a document was made otherwise than this one; nothing if it was made alike.
func (h *Header) Differs(o *Header) string {
	if h.Longpole != o.Longpole {
		return fmt.Sprintf("longpole %s made the one and longpole %s the other", h.Longpole, o.Longpole)
	}
	values := map[string]string{}
	for _, s := range o.Settings {
		values[s.Name] = s.Value
	}
	for _, s := range h.Settings {
		if theirs, ok := values[s.Name]; !ok || theirs != s.Value {
			return fmt.Sprintf("%s is %s in the one and %s in the other", s.Name, cmp.Or(s.Value, "not set"), cmp.Or(theirs, "not set"))
		}
	}
	if len(h.Settings) != len(o.Settings) {
		return "they were made with different settings"
	}
	return ""
}
