package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A visitor lets causes look at the path span by span, each beside its siblings.
type visitor struct {
	trace    *trace.Trace
	path     critpath.Path
	explain  *Explainer
	families map[int32]*family // by parent
	visits   map[int32]critpath.Visit
}

func newVisitor(t *trace.Trace, path critpath.Path, e *Explainer) *visitor {
	return &visitor{trace: t, path: path, explain: e, families: map[int32]*family{}}
}

// visit returns the stretch of the path that lies in a span, if there is one.
func (v *visitor) visit(span int32) (visit critpath.Visit, ok bool) {
	if v.visits == nil {
		v.visits = make(map[int32]critpath.Visit, len(v.path.Visits))
		for _, visit := range v.path.Visits {
			v.visits[visit.Span] = visit
		}
	}
	visit, ok = v.visits[span]
	return visit, ok
}

func (v *visitor) meaning(i int32) *meaning { return v.explain.of(v.trace.Spans[i].Sig) }

// failed reports whether the span failed in a way that a caller may try again.
func (v *visitor) failed(i int32) bool {
	return v.trace.Spans[i].Flags.Has(trace.Failed) || v.meaning(i).failed
}

// A family is the children of one span. Most families can be neither retries nor a fan-out,
// which one look at them tells; only the others are sorted by what they do.
type family struct {
	troubled bool               // some child failed, or says that it was sent again
	crowded  bool               // enough children were in flight at the same time
	attempts map[int32][]int32  // by call, in order of start; nil until asked for
	fans     map[int32]*flights // by operation; nil until asked for
}

// flights are children of one operation that the parent waited for, whichever peer they
// went to.
type flights struct {
	byEnd  []int32
	starts []trace.Time // in order
}

// alone is the family of an only child.
var alone = &family{}

func (v *visitor) family(p int32) *family {
	if len(v.trace.Children(p)) < 2 {
		return alone
	}
	f := v.families[p]
	if f == nil {
		f = &family{}
		v.look(f, v.trace.Children(p))
		v.families[p] = f
	}
	return f
}

// look keeps the two latest ends of the children so far: if both are beyond the start of the
// next child, three are in flight.
func (v *visitor) look(f *family, kids []int32) {
	var last, second trace.Time
	for _, k := range kids {
		s := &v.trace.Spans[k]
		f.crowded = f.crowded || second > s.Start
		f.troubled = f.troubled || v.failed(k) || v.meaning(k).resend
		if s.End > last {
			last, second = s.End, last
		} else {
			second = max(second, s.End)
		}
	}
}

// attempts returns the children of p that make the call that c made, in order of start.
func (v *visitor) attempts(p, c int32) []int32 {
	f := v.family(p)
	if f.attempts == nil {
		f.attempts = map[int32][]int32{}
		for _, k := range v.trace.Children(p) {
			call := v.meaning(k).call
			f.attempts[call] = append(f.attempts[call], k)
		}
	}
	return f.attempts[v.meaning(c).call]
}

// flights returns the children of p that do what c does and that p waited for.
func (v *visitor) flights(p, c int32) *flights {
	f := v.family(p)
	if f.fans == nil {
		f.fans = v.fans(p)
	}
	return f.fans[v.meaning(c).does]
}

func (v *visitor) fans(p int32) map[int32]*flights {
	fans := map[int32]*flights{}
	parent := &v.trace.Spans[p]
	for _, k := range v.trace.Children(p) { // in order of start
		s, does := &v.trace.Spans[k], v.meaning(k).does
		if s.Start == s.End || critpath.Judge(parent, s, v.explain.Overrule) != critpath.Blocking {
			continue
		}
		if fans[does] == nil {
			fans[does] = &flights{}
		}
		fans[does].byEnd = append(fans[does].byEnd, k)
		fans[does].starts = append(fans[does].starts, s.Start)
	}
	for _, fan := range fans {
		slices.SortFunc(fan.byEnd, func(a, b int32) int {
			return cmp.Or(cmp.Compare(v.trace.Spans[a].End, v.trace.Spans[b].End), cmp.Compare(a, b))
		})
	}
	return fans
}
