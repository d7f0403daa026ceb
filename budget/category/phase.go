package category

import (
	"cmp"
	"slices"
	"strings"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
)

// A Phase is a step inside one span that its timing events show.
type Phase struct {
	Category Category
	Rule     string // "dns/go-httptrace-events"; stable, unique
	Doc      string
	From, To string // event names, with * for what varies; From "" is the span's start, To "" its end
	Examples []Example
	match    match.Matcher
}

// comparePhases orders phases as they count where two overlap.
func comparePhases(a, b Phase) int {
	return cmp.Or(
		cmp.Compare(a.Category.of().step, b.Category.of().step),
		strings.Compare(a.Rule, b.Rule),
	)
}

func (p *Phase) names(event string) bool {
	return (p.From != "" && match.Glob(p.From).Match(event)) || (p.To != "" && match.Glob(p.To).Match(event))
}

func (r *Rules) phasesOf(sig *trace.Signature) []*Phase {
	out := make([]*Phase, 0, len(r.phases))
	for i := range r.phases {
		if r.phases[i].match.Matches(sig) {
			out = append(out, &r.phases[i])
		}
	}
	return out
}

// A Stretch is a part of a span that a phase explains.
type Stretch struct {
	From, To trace.Time
	Phase    *Phase
}

// Carve returns the parts of s that phases explain: disjoint, inside the span, in order of
// time. A phase begins at each of its From events and lasts until the next To event; one that
// never ends is no phase. Where two overlap, the first of phases counts:
//
//	getconn      -------------
//	dns            ---
//	carved       --...-------- queue, dns, queue
func Carve(phases []*Phase, s *trace.Span) []Stretch {
	if len(s.Events()) == 0 {
		return nil
	}
	events := slices.Clone(s.Events())
	slices.SortStableFunc(events, func(a, b trace.Event) int { return cmp.Compare(a.At, b.At) })
	var out []Stretch
	for _, p := range phases {
		for _, st := range p.stretches(events, s) {
			out = fill(out, st)
		}
	}
	return out
}

func (p *Phase) stretches(events []trace.Event, s *trace.Span) []Stretch {
	if p.From == "" {
		return p.until(nil, s.Start, events, s)
	}
	var out []Stretch
	for i := range events {
		if match.Glob(p.From).Match(events[i].Name) {
			out = p.until(out, events[i].At, events[i+1:], s)
		}
	}
	return out
}

// until appends the stretch from a time to the first To event of later ones, if there is any.
func (p *Phase) until(out []Stretch, from trace.Time, later []trace.Event, s *trace.Span) []Stretch {
	to := s.End
	if p.To != "" {
		i := slices.IndexFunc(later, func(e trace.Event) bool { return match.Glob(p.To).Match(e.Name) })
		if i < 0 {
			return out
		}
		to = later[i].At
	}
	from, to = max(from, s.Start), min(to, s.End)
	if from >= to {
		return out
	}
	return append(out, Stretch{from, to, p})
}

// fill adds to taken, which is in order of time, those parts of st that are still free.
func fill(taken []Stretch, st Stretch) []Stretch {
	out := make([]Stretch, 0, len(taken)+2)
	at := st.From
	for _, t := range taken {
		if free := min(t.From, st.To); at < free {
			out = append(out, Stretch{at, free, st.Phase})
		}
		at = max(at, min(t.To, st.To))
		out = append(out, t)
	}
	if at < st.To {
		out = append(out, Stretch{at, st.To, st.Phase})
	}
	slices.SortFunc(out, func(a, b Stretch) int { return cmp.Compare(a.From, b.From) })
	return out
}
