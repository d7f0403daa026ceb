package partial

import (
	"errors"
	"strings"
	"unicode"

	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// EncodeLedger writes the ledger of one reading, of which the header has one input and no part received.
func EncodeLedger(h *Header, l *trace.Ledger) ([]byte, error) {
	head, body := wire.Writer(), wire.Writer()
	h.code(head)
	codeLedger(body, l)
	return write(ledgerKind, head, body)
}

// DecodeLedger reads the ledger of one reading.
func DecodeLedger(b []byte) (*Header, *trace.Ledger, error) {
	h, l := &Header{}, &trace.Ledger{}
	head, body, err := read(ledgerKind, b)
	if err != nil {
		return nil, nil, err
	}
	if err := readInto(head, h.code); err != nil {
		return nil, nil, err
	}
	if len(h.Inputs) != 1 || len(h.Received) > 0 {
		return nil, nil, errors.New("it is not the ledger of one reading")
	}
	return h, l, readInto(body, func(c *wire.Coder) { codeLedger(c, l) })
}

func readInto(b []byte, code func(*wire.Coder)) error {
	c := wire.Reader(b)
	code(c)
	return c.Done()
}

// codeLedger is what was met, with each finding's own words: others than this program's own may have found it.
func codeLedger(c *wire.Coder, l *trace.Ledger) {
	l.Arrange()
	wire.List(c, &l.Files, func(f *trace.FileCount) {
		wire.Text(c, &f.Name)
		wire.Text(c, &f.Format)
		wire.Num(c, &f.Bytes)
		wire.Counts(c, &f.Spans)
	})
	wire.Counts(c, &l.Records.Read, &l.Records.Whole, &l.Records.Damaged, &l.Records.Skipped, &l.Spans, &l.Traces)
	found := l.Findings()
	wire.List(c, &found, func(f *trace.Finding) {
		codeCode(c, &f.Code)
		wire.Counts(c, &f.Count)
		wire.List(c, &f.Examples, func(e *trace.Example) { codeExample(c, e) })
	})
	if !c.Reading() {
		return
	}
	for _, f := range found {
		if len(f.Examples) == 0 || f.Count < 0 || l.Of(f.Code) > 0 {
			c.Fail("a finding has no example, or comes twice")
			return
		}
		for i, e := range f.Examples {
			if i > 0 {
				f.Count = 0
			}
			l.Count(f.Code, f.Count, e)
		}
	}
}

func codeCode(c *wire.Coder, code *trace.Code) {
	wire.Text(c, &code.ID)
	wire.Text(c, &code.What)
	wire.Text(c, &code.Do)
	wire.Num(c, &code.Fate)
	c.Bool(&code.Loss)
	if code.Fate > trace.Rejected || !isPlain(code.ID) || !isPlain(code.What) || !isPlain(code.Do) {
		c.Fail("a finding is of no kind that longpole tells")
		code.Fate = trace.Kept
	}
}

// isPlain reports whether text could be words of ours: pages print those as they are.
func isPlain(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune("<>&", r) }) < 0
}

func codeExample(c *wire.Coder, e *trace.Example) {
	wire.Text(c, &e.File)
	wire.Counts(c, &e.Line)
	wire.Num(c, &e.Offset)
	wire.Num(c, &e.Trace.Hi)
	wire.Num(c, &e.Trace.Lo)
	wire.Num(c, &e.Span)
	wire.Text(c, &e.Text)
	wire.Num(c, &e.Amount)
}
