package waterfall

import (
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// Page returns the waterfall for every output.
func (wf *Waterfall) Page() *page.Page {
	return &page.Page{
		Title: "longpole trace", Answer: wf.title(), Sections: []page.Section{wf.section()}, JSON: func() any { return wf.json() },
	}
}

func (wf *Waterfall) title() page.Phrase {
	top := wf.layers()
	return page.Say("trace ", wf.trace.ID.String(), ": ", page.Name(wf.request.Key.Journey), " took ", unit.Duration(wf.duration()),
		". ", report.Mostly(&top, "it"), ".")
}

func (wf *Waterfall) section() page.Section {
	var s page.Section
	s.Say(wf.size())
	s.Say(wf.slowest())
	if wf.trace.Parent(wf.root) != trace.None {
		s.Add(page.Line{Text: page.Say("The plan has the request begin at span ", wf.span(wf.root).ID.String(), "; --budget none draws what is above it, too."), Mood: page.Warning})
	} else if n := len(wf.trace.Roots); n > 1 {
		s.Add(page.Line{Text: page.Say("The trace has ", unit.Count(n), " roots; this is what is below span ", wf.span(wf.root).ID.String(), "."), Mood: page.Warning})
	}
	s.AddTable(wf.spanTable())
	layers := wf.layers()
	s.AddTable(report.CompositionTable(&layers, "The path by layer, in "))
	return s
}

func (wf *Waterfall) size() string {
	text := unit.Of(wf.spans, "span", "spans") + ", of which " + unit.Count(len(wf.own)) + " on the path"
	if wf.orphans > 0 {
		text += ", and " + unit.Of(wf.orphans, "span", "spans") + " in or below orphans, whose parents are missing"
	}
	return text + "."
}

func (wf *Waterfall) spanTable() *page.Table {
	s := unit.ScaleFor(wf.duration())
	t := &page.Table{
		Columns: []page.Column{
			{Head: "span", Cut: true}, {Head: "start " + s.Unit(), Right: true, Drop: 3}, {Head: "took", Right: true},
			{Head: "on path", Right: true}, {Bars: true, Drop: 2}, {Head: "what", Cut: true, Drop: 1},
			{Head: "id", Drop: 4},
		},
		Notes: []page.Phrase{page.Say("Full bars are the critical path: what the request waited for. It adds up to the ", unit.Duration(wf.duration()), ".")},
	}
	var times []time.Duration
	rows := wf.rows(s)
	for i := range rows {
		times = append(times, rows[i].path)
	}
	path := s.Split(times)
	for i := range rows {
		t.Rows = append(t.Rows, wf.cells(&rows[i], s, path[i]))
	}
	t.Total = append(page.Words("total", "", "", s.Text(wf.duration())), page.Cell{}, page.Cell{}, page.Cell{})
	return t
}

func (wf *Waterfall) cells(l *waterLine, s unit.Scale, path int64) []page.Cell {
	row := page.Words("", s.Text(wf.since(wf.firstStart(l))), s.Text(l.took), "")
	row[0].Text, row[0].Indent = wf.label(l), min(l.depth, deepest)
	if l.path > 0 {
		row[3] = page.Cell{Text: page.Say(s.Digits(path)), Mood: page.Strong}
	}
	if l.more > 0 {
		row[2] = page.Cell{}
		return append(row, page.Cell{Bar: wf.bar(l)}, page.Cell{}, page.Cell{})
	}
	return append(row, page.Cell{Bar: wf.bar(l)}, page.Cell{Text: page.Say(wf.what(l.span), wf.details(l.span))}, page.CellOf(wf.span(l.span).ID.String()))
}

// deepest is how far lines are indented; deeper ones say how deep they are.
const deepest = 12

func (wf *Waterfall) label(l *waterLine) page.Phrase {
	deep := ""
	switch {
	case l.short:
		return page.Say("… ", unit.Count(l.more), " too short to be shown")
	case l.alike:
		return page.Say("… ", unit.Count(l.more), " more like these")
	case l.more > 0:
		return page.Say("… ", unit.Of(l.more, "more span", "more spans"))
	case l.depth > deepest:
		deep = "(" + unit.Count(l.depth) + " deep) "
	}
	return page.Say(deep, page.Name(semconv.Operation(wf.span(l.span).Sig)))
}

// bar draws the span light and its own time on the path full.
func (wf *Waterfall) bar(l *waterLine) layout.Bar {
	b := layout.Bar{Whole: int64(wf.duration())}
	add := func(from, to trace.Time, ink layout.Ink) {
		b.Stretches = append(b.Stretches, layout.Stretch{From: int64(wf.since(from)), To: int64(wf.since(to)), Ink: ink})
	}
	add(wf.firstStart(l), l.ends, layout.Light)
	for _, i := range l.all {
		for _, at := range wf.own[i] {
			add(wf.pieces[at].From, wf.pieces[at].To, layout.Full)
		}
	}
	return b
}

// what says what kind of work a span was, and what is odd about it.
func (wf *Waterfall) what(i int32) page.Phrase {
	facts := wf.facts(i)
	return page.Say(strings.Join(append([]string{wf.categories(i)}, facts...), ", "))
}

// categories lists the kinds of work of the span's time on the path, else what its own time
// would be.
func (wf *Waterfall) categories(i int32) string {
	var names []string
	for _, at := range wf.own[i] {
		if c := string(wf.pieces[at].Category); !slices.Contains(names, c) {
			names = append(names, c)
		}
	}
	if len(names) > 0 {
		return strings.Join(names, "+")
	}
	d := wf.explain.Decision(wf.span(i).Sig)
	if d.Remote && wf.answered(i) {
		return string(d.Passing)
	}
	return string(d.Category)
}

func (wf *Waterfall) facts(i int32) (facts []string) {
	s := wf.span(i)
	for _, cause := range category.Causes {
		if slices.ContainsFunc(wf.own[i], func(at int32) bool { return wf.pieces[at].Cause == cause.Name }) {
			facts = append(facts, string(cause.Name))
		}
	}
	if wf.wait(i).IsAsync() {
		facts = append(facts, "async")
	}
	for _, f := range flagWords {
		if s.Flags.Has(f.flag) {
			facts = append(facts, f.word)
		}
	}
	if d := wf.trace.Shift(i); d != 0 {
		facts = append(facts, "moved "+unit.Signed(d))
	}
	if slices.Contains(wf.trace.Orphans, i) {
		facts = append(facts, "orphan")
	}
	return facts
}

var flagWords = []struct {
	flag trace.Flags
	word string
}{
	{trace.Failed, "failed"},
	{trace.GaveUp, "caller gave up"},
	{trace.OneWay, "one-way"},
	{trace.Unfinished, "unfinished"},
}
