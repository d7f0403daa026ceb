package analyze

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A visitor lets causes look at the path span by span, each beside its siblings.
type visitor struct {
	trace   *trace.Trace
	path    critpath.Path
	explain *Explainer
	visits  map[int32]critpath.Visit
	known   map[int32]*family // by parent
}

func newVisitor(t *trace.Trace, path critpath.Path, e *Explainer) *visitor {
	v := &visitor{trace: t, path: path, explain: e,
		visits: make(map[int32]critpath.Visit, len(path.Visits)),
		known:  map[int32]*family{}}
	for _, visit := range path.Visits {
		v.visits[visit.Span] = visit
	}
	return v
}

// An operation is what makes siblings alike: the same thing done by the same service.
type operation struct {
	service, name string
	kind          trace.Kind
}

// A call is an operation on one peer: what a repeated attempt repeats.
type call struct {
	operation
	peer string
}

func (v *visitor) callOf(i int32) call {
	m := v.explain.of(v.trace.Spans[i].Sig)
	return call{operation{m.service, m.operation, v.trace.Spans[i].Sig.Kind}, m.Peer}
}

// A family is the children of one span, those that are alike together.
type family struct {
	attempts map[call][]int32       // in order of start
	fans     map[operation]*flights // of those that the parent waited for
}

// flights are children of one operation, whichever peer they went to.
type flights struct {
	byEnd  []int32
	starts []trace.Time // in order
}

func (v *visitor) family(p int32) *family {
	f := v.known[p]
	if f == nil {
		f = v.newFamily(p)
		v.known[p] = f
	}
	return f
}

func (v *visitor) newFamily(p int32) *family {
	f := &family{map[call][]int32{}, map[operation]*flights{}}
	parent := &v.trace.Spans[p]
	for _, k := range v.trace.Children(p) { // in order of start
		c, s := v.callOf(k), &v.trace.Spans[k]
		f.attempts[c] = append(f.attempts[c], k)
		if s.Start == s.End || critpath.Judge(parent, s, v.explain.Overrule) != critpath.Blocking {
			continue
		}
		fan := f.fans[c.operation]
		if fan == nil {
			fan = &flights{}
			f.fans[c.operation] = fan
		}
		fan.byEnd = append(fan.byEnd, k)
		fan.starts = append(fan.starts, s.Start)
	}
	for _, fan := range f.fans {
		slices.SortFunc(fan.byEnd, func(a, b int32) int {
			return cmp.Or(cmp.Compare(v.trace.Spans[a].End, v.trace.Spans[b].End), cmp.Compare(a, b))
		})
	}
	return f
}
