package decode

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
)

// Findings counts the findings of one file. It exists beside the ledger because finding out
// the line number of a place costs time, and a hostile file has a finding on every span:
// places are looked up only for the few that will be shown.
type Findings map[string]*finding

type finding struct {
	code  trace.Code
	count int
	worst []trace.Example
}

const maxExamples = 5

// wants counts one finding and reports whether an example of it would be shown.
func (t Findings) wants(code trace.Code, amount time.Duration) bool {
	f := t[code.ID]
	if f == nil {
		f = &finding{code: code}
		t[code.ID] = f
	}
	f.count++
	n := len(f.worst)
	return n < maxExamples || amount > f.worst[n-1].Amount
}

func (t Findings) add(code trace.Code, ex trace.Example) {
	f := t[code.ID]
	f.worst = append(f.worst, ex)
	slices.SortStableFunc(f.worst, func(a, b trace.Example) int { return -cmp.Compare(a.Amount, b.Amount) })
	f.worst = f.worst[:min(len(f.worst), maxExamples)]
}

// Has reports whether there is a finding of that code.
func (t Findings) Has(code trace.Code) bool { return t[code.ID] != nil }

// WorstRejection returns the most frequent reason why spans were rejected.
func (t Findings) WorstRejection() (worst trace.Code) {
	most := 0
	for _, id := range slices.Sorted(maps.Keys(t)) {
		if f := t[id]; f.code.Fate == trace.Rejected && f.count > most {
			worst, most = f.code, f.count
		}
	}
	return worst
}

// Summary says what else was found in a file without spans.
func (t Findings) Summary() (text string) {
	for _, id := range slices.Sorted(maps.Keys(t)) {
		f := t[id]
		text += fmt.Sprintf("; %d %s", f.count, f.code.What)
		if ex := f.worst; len(ex) > 0 && ex[0].Text != "" {
			text += " (" + errtext.Quoted([]byte(ex[0].Text)) + ")"
		}
	}
	return text
}

// Into adds all findings to a ledger.
func (t Findings) Into(l *trace.Ledger) {
	for _, f := range t {
		for i, ex := range f.worst {
			n := 1
			if i == 0 {
				n = f.count - len(f.worst) + 1
			}
			l.Count(f.code, n, ex)
		}
	}
}

// merge adds what another worker found in the same file.
func (t Findings) merge(o Findings) {
	for id, theirs := range o {
		mine := t[id]
		if mine == nil {
			t[id] = theirs
			continue
		}
		mine.count += theirs.count
		mine.worst = append(mine.worst, theirs.worst...)
		slices.SortStableFunc(mine.worst, func(a, b trace.Example) int {
			return cmp.Or(-cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.Offset, b.Offset))
		})
		mine.worst = mine.worst[:min(len(mine.worst), maxExamples)]
	}
}
