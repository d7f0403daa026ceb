package attribute

import (
	"cmp"
	"slices"
	"sort"

	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// kinship is what is known of the families of a trace. Children of those families that could be
// retries or a fan-out stand here sorted by what they do, family after family.
type kinship struct {
	waiting
	families []family // by parent
	byCall   []int32
	byStart  []int32 // by operation, each in order of start
	byEnd    []int32 // the same spans by operation, each in order of end
	ends     []trace.Time
}

func (k *kinship) begin(spans int) {
	k.families = intern.Resized(k.families, spans)
	clear(k.families)
	k.byCall, k.byStart, k.byEnd = k.byCall[:0], k.byStart[:0], k.byEnd[:0]
}

// A family is the children of one span. Most families can be neither retries nor a fan-out,
// which one look at them tells; only the others are sorted by what they do.
type family struct {
	known      bool
	anyFailed  bool    // some child failed, or says that it was sent again
	concurrent bool    // enough children were in flight at the same time
	attempts   stretch // of byCall
	fans       stretch // of byStart and byEnd
}

// A stretch is a part of a slice; the zero stretch was not looked for yet.
type stretch struct{ from, to int32 }

// concurrentCalls are children of one operation that the parent waited for, whichever peer they
// went to.
type concurrentCalls struct{ byStart, byEnd []int32 }

// alone is the family of an only child.
var alone = &family{}

// mayRepeat reports whether any family of the trace may hold an attempt at a call and the next one. In most traces none
// does.
func (r *kinship) mayRepeat() bool { return r.someFailed || r.resent }

func (r *kinship) family(p int32) *family {
	kids := r.Trace.Children(p)
	if len(kids) < 2 {
		return alone
	}
	f := &r.families[p]
	if !f.known {
		f.known = true
		r.scan(f, kids)
	}
	return f
}

// scan keeps the two latest ends of the children so far: if both are beyond the start of the
// next child, three are in flight.
func (r *kinship) scan(f *family, kids []int32) {
	var last, second trace.Time
	for _, k := range kids {
		s, m := &r.Trace.Spans[k], r.is[k]
		f.concurrent = f.concurrent || second > s.Start
		f.anyFailed = f.anyFailed || m.failed || m.resend || s.Flags.Has(trace.Failed)
		if s.End > last {
			last, second = s.End, last
		} else {
			second = max(second, s.End)
		}
	}
}

// attempts returns the children of p that make the call that c made, in order of start.
func (r *kinship) attempts(p, c int32) []int32 {
	f := r.family(p)
	if f.attempts.to == 0 {
		f.attempts = r.sortAttempts(p)
	}
	all := r.byCall[f.attempts.from:f.attempts.to]
	return sameCall(all, func(k int32) int32 { return r.is[k].call }, r.is[c].call)
}

func (r *kinship) sortAttempts(p int32) stretch {
	from := len(r.byCall)
	r.byCall = append(r.byCall, r.Trace.Children(p)...)
	slices.SortStableFunc(r.byCall[from:], func(a, b int32) int { return cmp.Compare(r.is[a].call, r.is[b].call) })
	return stretch{int32(from), int32(len(r.byCall))}
}

// alike returns those of spans, which are in order of what they do, that do the same.
func sameCall(spans []int32, does func(int32) int32, same int32) []int32 {
	from := sort.Search(len(spans), func(i int) bool { return does(spans[i]) >= same })
	n := sort.Search(len(spans)-from, func(i int) bool { return does(spans[from+i]) > same })
	return spans[from : from+n]
}

// concurrentCalls returns the children of p that do what c does and that p waited for.
func (r *kinship) concurrentCalls(p, c int32) concurrentCalls {
	f := r.family(p)
	if f.fans.to == 0 {
		f.fans = r.sortFans(p)
	}
	does := func(k int32) int32 { return r.is[k].does }
	return concurrentCalls{
		sameCall(r.byStart[f.fans.from:f.fans.to], does, r.is[c].does),
		sameCall(r.byEnd[f.fans.from:f.fans.to], does, r.is[c].does),
	}
}

func (r *kinship) sortFans(p int32) stretch {
	from := len(r.byStart)
	spans := r.Trace.Spans
	for _, k := range r.Trace.Children(p) { // in order of start
		if s := &spans[k]; s.Start != s.End && r.waits.Of[k].IsWaitedFor() {
			r.byStart = append(r.byStart, k)
		}
	}
	r.byEnd = append(r.byEnd, r.byStart[from:]...)
	slices.SortStableFunc(r.byStart[from:], func(a, b int32) int { return cmp.Compare(r.is[a].does, r.is[b].does) })
	slices.SortFunc(r.byEnd[from:], func(a, b int32) int {
		return cmp.Or(cmp.Compare(r.is[a].does, r.is[b].does), cmp.Compare(spans[a].End, spans[b].End), cmp.Compare(a, b))
	})
	return stretch{int32(from), int32(len(r.byStart))}
}
