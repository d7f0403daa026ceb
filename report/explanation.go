package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// An Explanation says of one span why it has its category, why it is on the critical path or
// not, what its own time was spent on, and which repairs touched it.
type Explanation struct {
	wf       *Waterfall
	span     int32
	decision budget.Decision
}

// NewExplanation explains span of the trace t, seen from the observation root. pieces must be
// what analyze.Attribute says of that root.
func NewExplanation(t *trace.Trace, root, span int32, pieces []analyze.Piece, e *analyze.Explainer) *Explanation {
	return &Explanation{NewWaterfall(t, root, pieces, e), span, e.Decision(t.Spans[span].Sig)}
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
	text := say("span ", s.ID.String(), ": ", Name(budget.Operation(s.Sig)), ", ", s.Sig.Kind.String(), ", took ",
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
	category := Section{Title: say("Why it is ", string(x.decision.Category))}
	for _, p := range x.category() {
		category.say(p)
	}
	path := Section{Title: say("Why it is not on the path")}
	if x.wf.onPath[x.span] {
		path.Title = say("Why it is on the path")
	}
	for _, p := range x.path() {
		path.say(p)
	}
	path.table(x.ownTable())
	sections := []Section{category, path}
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
	if d.Remote && x.answered() {
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

func (x *Explanation) answered() bool {
	for _, k := range x.wf.trace.Children(x.span) {
		if x.wf.span(k).Sig.Kind == trace.Server {
			return true
		}
	}
	return false
}

// path says why the span is on the path or not: up to the root everybody must have been waited
// for, and at each fork the one that ended last is the one.
func (x *Explanation) path() []Phrase {
	if x.span == x.wf.root {
		return []Phrase{say("It is the root: the path is what its time was spent on.")}
	}
	above, reached := x.above()
	if !reached {
		return []Phrase{say("It is not below the root ", x.wf.span(x.wf.root).ID.String(), ": a span between them is missing from the trace.")}
	}
	for _, at := range above {
		if v := x.wf.verdict(at); v != critpath.Blocking {
			return []Phrase{x.named(at, " is ", v.String(), ".")}
		}
	}
	out := []Phrase{say("Its parent ", x.name(x.wf.trace.Parent(x.span)), " waited for it: no sign that it did not.")}
	for _, at := range above {
		if !x.wf.onPath[at] {
			return append(out, x.bypassed(at))
		}
	}
	return append(out, x.chosen())
}

// above returns the span and what is above it, the child of the root first.
func (x *Explanation) above() (chain []int32, reached bool) {
	for at := x.span; at != trace.None; at = x.wf.trace.Parent(at) {
		if at == x.wf.root {
			slices.Reverse(chain)
			return chain, true
		}
		chain = append(chain, at)
	}
	return nil, false
}

// bypassed says who was waited for while the span at, which is not on the path, was running.
func (x *Explanation) bypassed(at int32) Phrase {
	s := x.wf.span(at)
	if s.Duration() == 0 {
		return x.named(at, " has no length, so nothing can have waited for it.")
	}
	rival, ok := x.rival(at)
	if !ok {
		return x.named(at, " ended while its parent was waiting for nothing that is on the path.")
	}
	r := x.wf.span(rival)
	return say(x.named(at, " ran beside "), x.name(rival), ", which ended ", unit.Duration(r.End.Sub(s.End)),
		" later: that is the one its parent waited for last.")
}

// rival returns the sibling on the path that ended last of those that ran together with at.
func (x *Explanation) rival(at int32) (best int32, ok bool) {
	s := x.wf.span(at)
	for _, k := range x.wf.trace.Children(x.wf.trace.Parent(at)) {
		r := x.wf.span(k)
		if !x.wf.onPath[k] || r.Start >= s.End || r.End <= s.Start {
			continue
		}
		if !ok || r.End > x.wf.span(best).End {
			best, ok = k, true
		}
	}
	return best, ok
}

// chosen says whom the span outlasted.
func (x *Explanation) chosen() Phrase {
	beside, later := 0, 0
	for _, k := range x.wf.trace.Children(x.wf.trace.Parent(x.span)) {
		r := x.wf.span(k)
		if k == x.span || r.Start >= x.s().End || r.End <= x.s().Start {
			continue
		}
		beside++
		if r.End > x.s().End {
			later++
		}
	}
	switch {
	case beside == 0:
		return say("No sibling ran at the same time, so there was nothing else to wait for.")
	case later == 0:
		return say("It ended last of the ", unit.Of(beside+1, "sibling", "siblings"), " that ran at the same time.")
	}
	return say(unit.Of(beside, "sibling", "siblings"), " ran at the same time; the path came to it from what its parent waited for next.")
}

func (x *Explanation) name(i int32) Phrase {
	return say(Name(budget.Operation(x.wf.span(i).Sig)), " (", x.wf.span(i).ID.String(), ")")
}

// named begins a sentence about a span: the one that is explained is "it".
func (x *Explanation) named(i int32, words ...any) Phrase {
	subject := say("It")
	if i != x.span {
		subject = say("The span above it, ", x.name(i), ",")
	}
	return say(append([]any{subject}, words...)...)
}

// mostOwn is how many pieces of own time are shown.
const mostOwn = 50

// ownTable lists the span's own time on the path, piece by piece.
func (x *Explanation) ownTable() *Table {
	s := unit.ScaleFor(x.s().Duration())
	own := x.wf.own[x.span]
	t := &Table{
		Title: say("Its own time on the path, in ", s.Unit()),
		Columns: []Column{{Head: "from", Right: true}, {Head: "to", Right: true}, {Head: "took", Right: true},
			{Head: "layer"}, {Head: "category"}, {Head: "decided by", Drop: 1}, {Head: "other side", Cut: true, Drop: 2}},
	}
	times := make([]time.Duration, len(own))
	var sum time.Duration
	for i, at := range own {
		times[i] = x.wf.pieces[at].Duration()
		sum += times[i]
	}
	took := s.Split(times)
	var rest int64
	for i, at := range own {
		if i >= mostOwn {
			rest += took[i]
			continue
		}
		p := x.wf.pieces[at]
		row := words(s.Text(p.From.Sub(x.s().Start)), s.Text(p.To.Sub(x.s().Start)), s.Digits(took[i]), p.Layer, string(p.Category), p.Rule)
		t.Rows = append(t.Rows, append(row, Cell{Text: say(Name(p.Callee))}))
	}
	if n := len(own) - mostOwn; n > 0 {
		t.Rows = append(t.Rows, words("", "", s.Digits(rest), fmt.Sprintf("%s more", unit.Count(n)), "", "", ""))
	}
	t.Total = words("total", "", s.Text(sum), "", "", "", "")
	return t
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
