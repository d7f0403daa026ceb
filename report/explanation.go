package report

import (
	"io"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
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

// NewExplanation explains span of the trace t, seen from a request, which e has read.
func NewExplanation(t *trace.Trace, q *attribute.Request, span int32, e *attribute.Explainer) *Explanation {
	return &Explanation{NewWaterfall(t, q, e), span, e.Decision(t.Spans[span].Sig)}
}

// WriteText writes the explanation for people. It returns only errors of w.
func (x *Explanation) WriteText(w io.Writer, s Style) error {
	p := newPrinter(w, s)
	p.line(Line{Text: x.answer(), Mood: Strong})
	for _, section := range x.sections() {
		p.section(section)
	}
	return p.flush()
}

// answer says in one line what the span is and whether anybody waited for it.
func (x *Explanation) answer() Phrase {
	s := x.s()
	text := say("span ", s.ID.String(), ": ", Name(semconv.Operation(s.Sig)), ", ", s.Sig.Kind.String(), ", took ",
		unit.Duration(s.Duration()), ". It is ", string(x.decision.Category))
	if !x.wf.onPath[x.span] {
		return say(text, " and not on the critical path.")
	}
	return say(text, " and on the critical path for ", unit.Duration(x.below()), ", of which ",
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

func (x *Explanation) sections() []Section {
	work := Section{Title: say("Why it is ", string(x.decision.Category))}
	for _, p := range x.category() {
		work.say(p)
	}
	path := Section{Title: say("Why it is not on the path")}
	if x.wf.onPath[x.span] {
		path.Title = say("Why it is on the path")
	}
	for _, p := range x.path() {
		path.say(p)
	}
	path.table(x.ownTable())
	sections := []Section{work, path}
	if repairs := x.repairs(); len(repairs) > 0 {
		s := Section{Title: say("Repairs and doubts")}
		for _, r := range repairs {
			s.say(r)
		}
		sections = append(sections, s)
	}
	return sections
}

// category says which rule decided, and what for.
func (x *Explanation) category() []Phrase {
	d := x.decision
	out := []Phrase{say("rule ", d.Rule, ": ", Name(d.Why))}
	if d.Remote {
		out = append(out, say("A call: its own time is spent at the other side", x.peer(), "."))
	}
	if d.Remote && x.wf.answered(x.span) {
		out = append(out, say("The other side was recorded, so its own time around it is ", string(d.Passing), "."))
	}
	for _, p := range d.Phases {
		if len(x.s().Events()) > 0 {
			out = append(out, say("Its events may show a phase: ", string(p.Category), " by rule ", p.Rule, "."))
		}
	}
	return out
}

func (x *Explanation) peer() Phrase {
	if x.decision.Peer == "" {
		return nil
	}
	return say(", ", Name(x.decision.Peer))
}

// repairs lists what assembly did to the span, or found odd about it.
func (x *Explanation) repairs() []Phrase {
	var out []Phrase
	if d := x.wf.trace.Shift(x.span); d != 0 {
		out = append(out, say("Its clock was off: it was moved by ", signed(unit.Duration(d)), " to fit into its caller."))
	}
	for _, n := range x.wf.trace.Notes {
		if n.Span != x.s().ID {
			continue
		}
		p := say(n.Code.What, " [", n.Code.ID, "]")
		if n.Amount != 0 {
			p = say(p, " by ", unit.Duration(n.Amount))
		}
		out = append(out, say(p, ": ", n.Code.Do, "."))
	}
	for _, f := range flagWords {
		if x.s().Flags.Has(f.flag) {
			out = append(out, say("The span is marked: ", f.word, "."))
		}
	}
	return out
}
