package account

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/trace"
)

// Fates are the names of what becomes of spans.
var Fates = [...]string{trace.Kept: "kept", trace.Duplicate: "duplicate", trace.Conflict: "conflict", trace.Rejected: "rejected"}

// A Notice is a line of the account, under a code that stays.
type Notice struct{ Code, Text string }

// Notices say what became of every span that was read, then what was found: for outputs that
// are lists of messages.
func Notices(l *trace.Ledger) []Notice {
	all := []Notice{{"spans-read", Spans(l)}, {"records-read", Records(l.Records)}}
	for _, f := range l.Findings() {
		all = append(all, Notice{f.Code.ID, warning(f)})
	}
	return all
}

// A LedgerRow is a count of the account under a name that stays. Group is empty for what adds up to
// the whole; for findings it is the fate of the spans that they are about.
type LedgerRow struct {
	Group, Name string
	Count       int
}

// LedgerRows are the account for outputs that hold figures: spans_read is the sum of the four after
// it, records_read that of the three, and the findings of a fate but kept add up to its spans.
func LedgerRows(res *analyze.Result) []LedgerRow {
	l := res.Ledger
	all := []LedgerRow{
		{"", "spans_read", l.Spans},
		{"", "spans_accepted", l.Total(trace.Kept)},
		{"", "spans_duplicate", l.Total(trace.Duplicate)},
		{"", "spans_conflicting", l.Total(trace.Conflict)},
		{"", "spans_rejected", l.Total(trace.Rejected)},
		{"", "records_read", l.Records.Read},
		{"", "records_whole", l.Records.Whole},
		{"", "records_damaged", l.Records.Damaged},
		{"", "records_skipped", l.Records.Skipped},
		{"", "traces", l.Traces},
		{"", "traces_left_out", res.LeftOut.Traces},
		{"", "spans_left_out", res.LeftOut.Spans},
		{"", "requests_unfinished", res.LeftOut.Unfinished},
		{"", "roots_apart", ApartCount(res.Apart)},
		{"", "requests_not_chosen", res.Unchosen.Requests},
		{"", "roots_apart_not_chosen", res.Unchosen.Apart},
		{"", "traces_not_chosen", res.Unchosen.Traces},
	}
	for _, f := range l.Findings() {
		all = append(all, LedgerRow{Fates[f.Code.Fate], f.Code.ID, f.Count})
	}
	return all
}

// Under is the group below a name: ledger, ledger/rejected.
func (r LedgerRow) Under(name string) string {
	if r.Group == "" {
		return name
	}
	return name + "/" + r.Group
}
