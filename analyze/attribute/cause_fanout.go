package attribute

import (
	"sort"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// fewest is how many calls must run at the same time to be a fan-out; see also scan.
const fewest = 3

// stragglers returns the time that was spent waiting for the slowest of several calls that ran
// at the same time: what the call on the path took after the median of them had ended.
//
//	a  =======|            in flight together just before the first of them ends at |
//	b   ======|==          three or more: the median end is b's
//	c    =====|=======     c is on the path: its time after b's end is the price
//	d             ====     started later: a pool of three is three at a time, not four
func stragglers(r *pathfinder, waited []critpath.Spell) []critpath.Spell {
	for _, visit := range r.path.Visits {
		p := r.Trace.Parent(visit.Span)
		if p == trace.None || visit.Span == r.path.Root || !r.family(p).concurrent {
			continue
		}
		median, ok := r.medianEnd(r.concurrentCalls(p, visit.Span), visit.Span)
		if ok && median < visit.To {
			waited = append(waited, critpath.Spell{From: max(median, visit.From), To: visit.To})
		}
	}
	return waited
}

// medianEnd returns when half of the calls like c that were in flight with it had ended. The
// count comes from searches, so that long runs of calls one by one cost little.
func (r *kinship) medianEnd(g concurrentCalls, c int32) (median trace.Time, ok bool) {
	spans, grain := r.Trace.Spans, r.Trace.Grain(c)
	end := func(i int) trace.Time { return spans[g.byEnd[i]].End }
	next := sort.Search(len(g.byEnd), func(i int) bool { return end(i) > spans[c].Start })
	if next == len(g.byEnd) {
		return 0, false
	}
	first := end(next)
	ended := sort.Search(len(g.byEnd), func(i int) bool { return end(i) >= first })
	started := sort.Search(len(g.byStart), func(i int) bool { return spans[g.byStart[i]].Start.Add(grain) >= first })
	together := started - ended
	if together < fewest {
		return 0, false
	}
	inFlight := r.startedBefore(first.Add(-grain), g.byEnd[ended:], together)
	half := (together - 1) / 2
	return inFlight[half] + (inFlight[together/2]-inFlight[half])/2, true
}

// startedBefore returns the ends of the first n of spans that started before t.
func (r *kinship) startedBefore(t trace.Time, spans []int32, n int) []trace.Time {
	r.ends = r.ends[:0]
	for _, k := range spans {
		if len(r.ends) == n {
			break
		}
		if s := &r.Trace.Spans[k]; s.Start < t {
			r.ends = append(r.ends, s.End)
		}
	}
	return r.ends
}
