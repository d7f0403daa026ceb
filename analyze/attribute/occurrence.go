package attribute

import "github.com/longpole/longpole/trace/semconv"

// An occurrence is a span of a trace at which a journey begins.
type occurrence struct {
	root    int32
	journey int // of the plan; unplanned if it has none
}

const unplanned = -1

// planned returns where the journeys of the plan begin in a trace: at the outermost spans that
// they match. One trace may serve several, and one several times.
func (r *Reading) planned() []occurrence {
	if !r.begins {
		return nil
	}
	s := scout{Reading: r, inside: make([]int, len(r.explain.Plan.Journeys))}
	for _, tops := range [][]int32{r.Trace.Roots, r.Trace.Orphans} {
		for _, top := range tops {
			s.scan(top)
		}
	}
	return s.found
}

// A scout goes down a trace and notes the journeys that it is inside of.
type scout struct {
	*Reading
	inside []int // by journey: how many spans that match are above
	open   []int32
	found  []occurrence
}

// scan visits the spans below top. A span stands on the stack again, as ^span, below its
// children, so that it is met once more on the way back.
func (s *scout) scan(top int32) {
	s.open = append(s.open[:0], top)
	for len(s.open) > 0 {
		i := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		if i < 0 {
			s.leave(^i)
			continue
		}
		s.enter(i)
		s.open = append(append(s.open, ^i), s.Trace.Children(i)...)
	}
}

func (s *scout) enter(i int32) {
	for _, j := range s.is[i].journeys {
		if s.inside[j] == 0 {
			s.found = append(s.found, occurrence{i, j})
		}
		s.inside[j]++
	}
}

func (s *scout) leave(i int32) {
	for _, j := range s.is[i].journeys {
		s.inside[j]--
	}
}

// byDefault notes where requests begin without a plan: at the roots of a trace, else where it
// continues one that began behind an edge; without either at its topmost span, if that is wanted.
// Roots that are no requests are noted apart.
func (r *Reading) byDefault(keepIncomplete bool) []occurrence {
	t, tops := r.Trace, r.Trace.Roots
	if _, behind := t.Behind(); behind || (len(tops) == 0 && keepIncomplete) {
		tops = t.Orphans[:1]
	}
	r.found = r.found[:0]
	for _, top := range tops {
		if kind := r.noRequest(top); kind != nil {
			r.Apart = append(r.Apart, Apart{top, kind})
			continue
		}
		r.found = append(r.found, occurrence{top, unplanned})
	}
	return r.found
}

// A Key names a journey: one of the plan may have the name that another has by default.
type Key struct {
	Planned bool
	Journey string
}

func (e *Explainer) keyOf(root *asRoot, o occurrence) Key {
	if o.journey == unplanned {
		return Key{false, root.journey}
	}
	return Key{true, e.Plan.Journeys[o.journey].Name}
}

// maxBelow is how many spans below a root are asked what the request is about.
const maxBelow = 64

// asRoot names the requests that begin at span i. An endpoint that takes all operations of GraphQL
// says nothing: the first operation below it does.
func (r *spans) asRoot(i int32) *asRoot {
	m := r.is[i]
	named := m.root(m.sig)
	if !named.graphQL {
		return named
	}
	operation := r.firstBelow(i)
	if operation == "" {
		return named
	}
	return &asRoot{journey: named.journey + " " + operation, route: named.route}
}

// firstBelow returns the operation of GraphQL nearest to span i, the earliest of equals.
func (r *spans) firstBelow(i int32) string {
	level := []int32{i}
	for seen := 0; len(level) > 0 && seen < maxBelow; {
		var next []int32
		for _, span := range level {
			for _, child := range r.Trace.Children(span) {
				if operation := semconv.GraphQL(r.is[child].sig); operation != "" {
					return operation
				}
				next = append(next, child)
				seen++
			}
		}
		level = next
	}
	return ""
}
