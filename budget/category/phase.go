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
	var out, spare []Stretch
	for _, p := range phases {
		if own := p.stretches(events, s); len(own) > 0 {
			out, spare = fill(spare[:0], out, own), out
		}
	}
	return out
}

// stretches returns those of the phase, in order of time and apart from each other. While one is
// open, another From event begins nothing that it does not hold.
func (p *Phase) stretches(events []trace.Event, s *trace.Span) (out []Stretch) {
	from, open := s.Start, p.From == ""
	for i := range events {
		e := &events[i]
		if open && p.To != "" && match.Glob(p.To).Match(e.Name) {
			out, open = p.add(out, from, e.At, s), false
		}
		if !open && p.From != "" && match.Glob(p.From).Match(e.Name) {
			from, open = e.At, true
		}
		if p.From == "" && !open {
			break
		}
	}
	if open && p.To == "" {
		out = p.add(out, from, s.End, s)
	}
	return out
}

// add appends a stretch, if any of it lies inside the span.
func (p *Phase) add(out []Stretch, from, to trace.Time, s *trace.Span) []Stretch {
	from, to = max(from, s.Start), min(to, s.End)
	if from >= to {
		return out
	}
	return append(out, Stretch{from, to, p})
}

// fill appends to out, in order of time, what is taken and those parts of own that are free. Both
// are in order of time, and neither overlaps itself.
func fill(out, taken, own []Stretch) []Stretch {
	for _, st := range own {
		for len(taken) > 0 && taken[0].From < st.To {
			t := taken[0]
			if st.From < t.From {
				out = append(out, Stretch{st.From, t.From, st.Phase})
			}
			if t.To > st.To { // what it holds of the next one is taken, too
				st.From = st.To
				break
			}
			out, taken, st.From = append(out, t), taken[1:], max(st.From, t.To)
		}
		if st.From < st.To {
			out = append(out, st)
		}
	}
	return append(out, taken...)
}
