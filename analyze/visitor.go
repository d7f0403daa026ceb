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
	known   map[int32]map[operation]*siblings // by parent
}

func newVisitor(t *trace.Trace, path critpath.Path, e *Explainer) *visitor {
	v := &visitor{trace: t, path: path, explain: e,
		visits: make(map[int32]critpath.Visit, len(path.Visits)),
		known:  map[int32]map[operation]*siblings{}}
	for _, visit := range path.Visits {
		v.visits[visit.Span] = visit
	}
	return v
}

// An operation is what makes siblings alike: the same thing done to the same peer.
type operation struct {
	service, name, peer string
	kind                trace.Kind
}

func (v *visitor) operationOf(i int32) operation {
	m := v.explain.of(v.trace.Spans[i].Sig)
	return operation{m.service, m.operation, m.Peer, v.trace.Spans[i].Sig.Kind}
}

// siblings are the children of one span that have one operation.
type siblings struct {
	byStart []int32
	byEnd   []int32      // only those that the parent waited for
	starts  []trace.Time // of byEnd, in order
}

// alike returns the children of p that do what its child c does.
func (v *visitor) alike(p, c int32) *siblings {
	families := v.known[p]
	if families == nil {
		families = v.families(p)
		v.known[p] = families
	}
	return families[v.operationOf(c)]
}

func (v *visitor) families(p int32) map[operation]*siblings {
	families := map[operation]*siblings{}
	parent := &v.trace.Spans[p]
	for _, k := range v.trace.Children(p) { // in order of start
		op, s := v.operationOf(k), &v.trace.Spans[k]
		g := families[op]
		if g == nil {
			g = &siblings{}
			families[op] = g
		}
		g.byStart = append(g.byStart, k)
		if s.Start < s.End && critpath.Judge(parent, s, v.explain.Overrule) == critpath.Blocking {
			g.byEnd = append(g.byEnd, k)
			g.starts = append(g.starts, s.Start)
		}
	}
	for _, g := range families {
		slices.SortFunc(g.byEnd, func(a, b int32) int {
			return cmp.Or(cmp.Compare(v.trace.Spans[a].End, v.trace.Spans[b].End), cmp.Compare(a, b))
		})
	}
	return families
}
