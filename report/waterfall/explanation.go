package waterfall

import (
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// An Explanation says of one span why it has its category, why it is on the critical path or
// not, what its own time was spent on, and which repairs touched it.
type Explanation struct {
	wf       *Waterfall
	span     int32
	decision category.Decision
}

// Explain explains span of the trace t, seen from a request, which e has read.
func Explain(t *trace.Trace, q *attribute.Request, waits []critpath.Wait, span int32, e *attribute.Explainer) *Explanation {
	return &Explanation{New(t, q, waits, e), span, e.Decision(t.Spans[span].Sig)}
}

// Page returns the explanation for every output.
func (x *Explanation) Page() *page.Page {
	return &page.Page{Title: "longpole explain", Answer: x.answer(), Sections: x.sections(), JSON: func() any { return x.json() }}
}

// answer says in one line what the span is and whether anybody waited for it.
func (x *Explanation) answer() page.Phrase {
	s := x.s()
	text := page.Say("span ", s.ID.String(), ": ", page.Name(semconv.Operation(s.Sig)), ", ", s.Sig.Kind.String(), ", took ",
		unit.Duration(s.Duration()), ". It is ", string(x.decision.Category))
	if !x.wf.onPath[x.span] {
		return page.Say(text, " and not on the critical path.")
	}
	return page.Say(text, " and on the critical path for ", unit.Duration(x.below()), ", of which ",
		unit.Duration(x.wf.pathTime(x.span)), " are its own.")
}

func (x *Explanation) s() *trace.Span { return x.wf.span(x.span) }

// below returns how much of the path lies in the span and below it.
func (x *Explanation) below() (d time.Duration) {
	open := []int32{x.span}
	for len(open) > 0 {
		i := open[len(open)-1]
		open = open[:len(open)-1]
		d += x.wf.pathTime(i)
		if x.wf.onPath[i] {
			open = append(open, x.wf.trace.Children(i)...)
		}
	}
	return d
}

func (x *Explanation) sections() []page.Section {
	work := page.Section{Title: page.Say("Why it is ", string(x.decision.Category))}
	for _, p := range x.category() {
		work.Say(p)
	}
	path := page.Section{Title: page.Say("Why it is not on the path")}
	if x.wf.onPath[x.span] {
		path.Title = page.Say("Why it is on the path")
	}
	for _, p := range x.path() {
		path.Say(p)
	}
	path.AddTable(x.ownTable())
	sections := []page.Section{work, path}
	if repairs := x.repairs(); len(repairs) > 0 {
		s := page.Section{Title: page.Say("Repairs and doubts")}
		for _, r := range repairs {
			s.Say(r)
		}
		sections = append(sections, s)
	}
	return sections
}

// category says which rule decided, and what for.
func (x *Explanation) category() []page.Phrase {
	d := x.decision
	out := []page.Phrase{page.Say("rule ", d.Rule, ": ", page.Name(d.Why))}
	if d.Remote {
		out = append(out, page.Say("A call: its own time is spent at the other side", x.peer(), "."))
	}
	if d.Remote && x.wf.answered(x.span) {
		out = append(out, page.Say("The other side was recorded, so its own time around it is ", string(d.Passing), "."))
	}
	for _, p := range d.Phases {
		if len(x.s().Events()) > 0 {
			out = append(out, page.Say("Its events may show a phase: ", string(p.Category), " by rule ", p.Rule, "."))
		}
	}
	return out
}

func (x *Explanation) peer() page.Phrase {
	if x.decision.Peer == "" {
		return nil
	}
	return page.Say(", ", page.Name(x.decision.Peer))
}

// moved says why the span is not where its own clock put it.
func (x *Explanation) moved(by time.Duration) page.Phrase {
	if x.s().Sig.OnDevice() {
		return page.Say("Users' devices have clocks of their own: it was moved by ", unit.Signed(by), " to lie around the servers that it called.")
	}
	return page.Say("Its clock was off: it was moved by ", unit.Signed(by), " to fit into its caller.")
}

// repairs lists what assembly did to the span, or found odd about it.
func (x *Explanation) repairs() []page.Phrase {
	var out []page.Phrase
	if d := x.wf.trace.Shift(x.span); d != 0 {
		out = append(out, x.moved(d))
	}
	for _, n := range x.wf.trace.Notes {
		if n.Span != x.s().ID {
			continue
		}
		p := page.Say(n.Code.What, " [", n.Code.ID, "]")
		if n.Amount != 0 {
			p = page.Say(p, " by ", unit.Duration(n.Amount))
		}
		out = append(out, page.Say(p, ": ", n.Code.Do, "."))
	}
	for _, f := range flagWords {
		if x.s().Flags.Has(f.flag) {
			out = append(out, page.Say("The span is marked: ", f.word, "."))
		}
	}
	return out
}
