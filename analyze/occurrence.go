package analyze

import (
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// An occurrence is a span of a trace at which a journey begins.
type occurrence struct {
	root    int32
	journey int // of the plan; unplanned if it has none
}

const unplanned = -1

// planned returns where the journeys of the plan begin in a trace: at the outermost spans that
// they match. One trace may serve several, and one several times.
func planned(t *trace.Trace, e *Explainer) []occurrence {
	if len(e.plan.Journeys) == 0 || !mayOccur(t, e) {
		return nil
	}
	s := scout{trace: t, explain: e, inside: make([]int, len(e.plan.Journeys))}
	for _, tops := range [][]int32{t.Roots, t.Orphans} {
		for _, top := range tops {
			s.scan(top)
		}
	}
	return s.found
}

func mayOccur(t *trace.Trace, e *Explainer) bool {
	for i := range t.Spans {
		if len(e.of(t.Spans[i].Sig).journeys) > 0 {
			return true
		}
	}
	return false
}

// A scout goes down a trace and notes the journeys that it is inside of.
type scout struct {
	trace   *trace.Trace
	explain *Explainer
	inside  []int // by journey: how many spans that match are above
	open    []int32
	found   []occurrence
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
		s.open = append(append(s.open, ^i), s.trace.Children(i)...)
	}
}

func (s *scout) enter(i int32) {
	for _, j := range s.explain.of(s.trace.Spans[i].Sig).journeys {
		if s.inside[j] == 0 {
			s.found = append(s.found, occurrence{i, j})
		}
		s.inside[j]++
	}
}

func (s *scout) leave(i int32) {
	for _, j := range s.explain.of(s.trace.Spans[i].Sig).journeys {
		s.inside[j]--
	}
}

// byDefault returns the roots of a trace; without one, its topmost span if that is wanted.
func byDefault(t *trace.Trace, keepIncomplete bool) []occurrence {
	roots := t.Roots
	if len(roots) == 0 && keepIncomplete {
		roots = t.Orphans[:1]
	}
	var out []occurrence
	for _, r := range roots {
		out = append(out, occurrence{r, unplanned})
	}
	return out
}

// journeyKey tells journeys apart: one of the plan may have the name that another has by default.
type journeyKey struct {
	planned bool
	name    string
}

func (c *Collector) keyOf(t *trace.Trace, o occurrence) journeyKey {
	if o.journey == unplanned {
		return journeyKey{false, budget.JourneyName(t.Spans[o.root].Sig)}
	}
	return journeyKey{true, c.explain.plan.Journeys[o.journey].Name}
}
