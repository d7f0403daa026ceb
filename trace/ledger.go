package trace

import (
	"cmp"
	"slices"
	"time"
)

// A Fate says what became of the spans that a finding is about.
type Fate uint8

// The fates of the ledger's identity: read = accepted + duplicates + conflicts + rejected.
const (
	Kept      Fate = iota // counted as accepted; the finding is a repair or a doubt
	Duplicate             // an exact copy of an accepted span
	Conflict              // another span of the same id was accepted instead
	Rejected              // could not be used
)

// A Code is a kind of finding about the data. ID is stable: scripts may rely on it.
type Code struct {
	ID   string // "span-end-before-start"
	What string // what was found, for "12 x What"
	Do   string // what the reader can do about it; may be empty
	Fate Fate
	Loss bool // something the export should have held is missing from the result
}

// An Example is one place where a finding was made. Fields that do not apply are zero.
type Example struct {
	File   string
	Line   int   // 1 for the first; 0 if lines mean nothing in this format
	Offset int64 // in bytes of the decompressed file; -1 if unknown
	Trace  ID
	Span   SpanID
	Text   string        // what stood there, shortened; untrusted
	Amount time.Duration // how far off; the worst examples are kept
}

// A Finding counts one code, with the worst few examples.
type Finding struct {
	Code     Code
	Count    int
	Examples []Example
}

const maxExamples = 5

// A FileCount is what one input gave.
type FileCount struct {
	Name   string
	Format string
	Bytes  int64 // after decompression
	Spans  int   // read from it, accepted or not
}

// Records counts what stood by itself in the files: JSON values (lines, documents), protobuf
// messages, and lines that are neither. Read = Whole + Damaged + Skipped.
type Records struct {
	Read    int
	Whole   int // decoded to their end
	Damaged int // decoded in part: what was whole before the damage was kept
	Skipped int // not decoded: of another signal, of no known shape, or no record at all
}

// Add adds what o counts.
func (r *Records) Add(o Records) {
	r.Read += o.Read
	r.Whole += o.Whole
	r.Damaged += o.Damaged
	r.Skipped += o.Skipped
}

// A Ledger accounts for everything that was read. The zero value is empty and ready.
// Merging ledgers in any order gives the same ledger.
type Ledger struct {
	Files    []FileCount // in order of name, once ledgers were merged
	Records  Records
	Spans    int // read
	Traces   int // assembled
	findings map[string]*Finding
}

// Count adds n findings of code with an example of them.
func (l *Ledger) Count(code Code, n int, ex Example) {
	f := l.finding(code)
	f.Count += n
	f.add(ex)
}

// Of returns how often code was found.
func (l *Ledger) Of(code Code) int {
	if f := l.findings[code.ID]; f != nil {
		return f.Count
	}
	return 0
}

// Total returns the number of spans that met fate. For Kept that is every span that was accepted.
func (l *Ledger) Total(fate Fate) int {
	lost := [Rejected + 1]int{}
	for _, f := range l.findings {
		lost[f.Code.Fate] += f.Count
	}
	if fate == Kept {
		return l.Spans - lost[Duplicate] - lost[Conflict] - lost[Rejected]
	}
	return lost[fate]
}

// Findings returns what was found, in order of fate, then code.
func (l *Ledger) Findings() []Finding {
	var out []Finding
	for _, f := range l.findings {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(-cmp.Compare(a.Code.Fate, b.Code.Fate), cmp.Compare(a.Code.ID, b.Code.ID))
	})
	return out
}

// Merge adds what o holds.
func (l *Ledger) Merge(o *Ledger) {
	l.Files = append(l.Files, o.Files...)
	l.Arrange()
	l.Records.Add(o.Records)
	l.Spans += o.Spans
	l.Traces += o.Traces
	for _, f := range o.findings {
		mine := l.finding(f.Code)
		mine.Count += f.Count
		for _, ex := range f.Examples {
			mine.add(ex)
		}
	}
}

// Arrange puts the files in order.
func (l *Ledger) Arrange() {
	slices.SortStableFunc(l.Files, func(a, b FileCount) int {
		if c := cmp.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Format, b.Format), cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Spans, b.Spans))
	})
}

func (l *Ledger) finding(code Code) *Finding {
	if l.findings == nil {
		l.findings = map[string]*Finding{}
	}
	f := l.findings[code.ID]
	if f == nil {
		f = &Finding{Code: code}
		l.findings[code.ID] = f
	}
	return f
}

// add keeps the worst examples; among equals the first by place, so that the order of
// reading does not show.
func (f *Finding) add(ex Example) {
	at, _ := slices.BinarySearchFunc(f.Examples, ex, compareExamples)
	if at == maxExamples {
		return
	}
	f.Examples = slices.Insert(f.Examples, at, ex)
	f.Examples = f.Examples[:min(len(f.Examples), maxExamples)]
}

func compareExamples(a, b Example) int {
	return cmp.Or(
		-cmp.Compare(a.Amount, b.Amount),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Offset, b.Offset),
		a.Trace.Compare(b.Trace),
		cmp.Compare(a.Span, b.Span),
		cmp.Compare(a.Text, b.Text),
	)
}
