package account

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// The types below stand in the json of every command that reads traces; docs/schema says what
// each of their fields means.
type (
	// LedgerJSON counts what was read: the spans and the records, each by what became of them.
	LedgerJSON struct {
		SpansRead        int `json:"spans_read"`
		SpansAccepted    int `json:"spans_accepted"`
		SpansDuplicate   int `json:"spans_duplicate"`
		SpansConflicting int `json:"spans_conflicting"`
		SpansRejected    int `json:"spans_rejected"`
		RecordsRead      int `json:"records_read"`
		RecordsWhole     int `json:"records_whole"`
		RecordsDamaged   int `json:"records_damaged"`
		RecordsSkipped   int `json:"records_skipped"`
	}
	// FileJSON is an input.
	FileJSON struct {
		Name   string `json:"name"`
		Format string `json:"format"`
		Bytes  int64  `json:"bytes"`
		Spans  int    `json:"spans"`
	}
	// DiagnosticJSON is a finding about what was read.
	DiagnosticJSON struct {
		Code     string        `json:"code"`
		Count    int           `json:"count"`
		Fate     string        `json:"fate"`
		Loss     bool          `json:"loss"`
		What     string        `json:"what"`
		Do       string        `json:"do"`
		Examples []exampleJSON `json:"examples"`
	}
	exampleJSON struct {
		File   string        `json:"file,omitempty"`
		Line   int           `json:"line,omitempty"`
		Offset *int64        `json:"offset,omitempty"`
		Trace  string        `json:"trace,omitempty"`
		Span   string        `json:"span,omitempty"`
		Text   string        `json:"text,omitempty"`
		Amount time.Duration `json:"amount_ns,omitempty"`
	}
	// UnchosenJSON counts what a choice left out.
	UnchosenJSON struct {
		Requests  int `json:"requests"`
		Undecided int `json:"undecided"`
		Apart     int `json:"apart"`
		Traces    int `json:"traces"`
	}
	// BiasJSON is a sign that the traces are no fair sample.
	BiasJSON struct {
		Kind    string `json:"kind"`
		Journey string `json:"journey,omitempty"`
		Words   string `json:"words"`
	}
)

// NewLedgerJSON returns the counts of a ledger.
func NewLedgerJSON(l *trace.Ledger) LedgerJSON {
	return LedgerJSON{
		SpansRead: l.Spans, SpansAccepted: l.Total(trace.Kept), SpansDuplicate: l.Total(trace.Duplicate),
		SpansConflicting: l.Total(trace.Conflict), SpansRejected: l.Total(trace.Rejected),
		RecordsRead: l.Records.Read, RecordsWhole: l.Records.Whole, RecordsDamaged: l.Records.Damaged, RecordsSkipped: l.Records.Skipped,
	}
}

// NewUnchosenJSON returns what the json says of what a choice left out; nil if that is nothing.
func NewUnchosenJSON(u attribute.Unchosen) *UnchosenJSON {
	if u.Requests+u.Apart+u.Traces == 0 {
		return nil
	}
	return &UnchosenJSON{u.Requests, u.Undecided, u.Apart, u.Traces}
}

// NewFileJSON returns what the json says of an input.
func NewFileJSON(f trace.FileCount) FileJSON { return FileJSON(f) }

// NewDiagnosticJSON returns what the json says of a finding.
func NewDiagnosticJSON(f trace.Finding) DiagnosticJSON {
	return DiagnosticJSON{
		Code: f.Code.ID, Count: f.Count, Fate: Fates[f.Code.Fate], Loss: f.Code.Loss,
		What: f.Code.What, Do: f.Code.Do, Examples: page.Each(f.Examples, newExampleJSON),
	}
}

func newExampleJSON(e trace.Example) exampleJSON {
	out := exampleJSON{File: e.File, Line: e.Line, Text: e.Text, Amount: e.Amount}
	if e.File != "" && e.Offset >= 0 {
		out.Offset = &e.Offset
	}
	if !e.Trace.IsZero() {
		out.Trace = e.Trace.String()
	}
	if e.Span != 0 {
		out.Span = e.Span.String()
	}
	return out
}

// NewBiasJSON returns what the json says of a bias.
func NewBiasJSON(b analyze.Bias) BiasJSON {
	return BiasJSON{string(b.Kind), b.Journey, BiasWords(b).String()}
}
