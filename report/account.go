package report

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/trace"
)

// A notice is a line of the account, under a code that stays.
type notice struct{ code, text string }

// account says what became of every span that was read, then what was found: for outputs that
// are lists of messages.
func account(l *trace.Ledger) []notice {
	all := []notice{{"spans-read", readWords(l)}, {"records-read", recordWords(l.Records)}}
	for _, f := range l.Findings() {
		all = append(all, notice{f.Code.ID, warning(f)})
	}
	return all
}

// A tally is a count of the account under a name that stays. Group is empty for what adds up to
// the whole; for findings it is the fate of the spans that they are about.
type tally struct {
	group, name string
	count       int
}

// tallies are the account for outputs that hold figures: spans_read is the sum of the four after
// it, records_read that of the three, and the findings of a fate but kept add up to its spans.
func tallies(res *analyze.Result) []tally {
	l := res.Ledger
	all := []tally{
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
		{"", "roots_apart", apartCount(res.Apart)},
	}
	for _, f := range l.Findings() {
		all = append(all, tally{fates[f.Code.Fate], f.Code.ID, f.Count})
	}
	return all
}

// under is the group below a name: ledger, ledger/rejected.
func (t tally) under(name string) string {
	if t.group == "" {
		return name
	}
	return name + "/" + t.group
}
