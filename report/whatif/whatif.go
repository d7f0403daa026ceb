package whatif

import (
	"cmp"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// A WhatIf is a page about what would be.
type WhatIf struct {
	page.Page
	result  *analyze.Result
	run     *replay.Run
	answer  *replay.Answer // nil where nothing was asked
	tried   []replay.Tried
	drags   []replay.Drag // of the first journey that is told
	options Options
}

// Options are the choices of a page. The zero value is the default.
type Options struct {
	// Input stands for the files in commands that the page suggests; it must be quoted for a shell. FILES if empty.
	Input string
	// Quote quotes words for a shell.
	Quote func(words ...string) string
	// NoQueues says why stations were not looked for; empty if they were.
	NoQueues string
	// Names are the journeys that are told; nil tells all.
	Only func(journey string) bool
}

// New decides what to say of an answer.
func New(res *analyze.Result, run *replay.Run, a *replay.Answer, o Options) *WhatIf {
	w := &WhatIf{result: res, run: run, answer: a, options: o}
	w.options.Input = cmp.Or(o.Input, "FILES")
	w.Page = page.Page{Title: "longpole whatif", Answer: w.first(), JSON: func() any { return w.json() }}
	for i := range w.told() {
		w.Sections = append(w.Sections, w.journey(&w.told()[i]))
	}
	if told := w.told(); len(told) > 0 {
		w.drags = run.Drags(told[0].Name)
	}
	w.Sections = append(w.Sections, page.Filled(w.operations(), w.stations(), w.assumptions(), w.provenance())...)
	return w
}

// NewTried decides what to say of changes that were tried, the most helpful first.
func NewTried(res *analyze.Result, run *replay.Run, tried []replay.Tried, o Options) *WhatIf {
	w := &WhatIf{result: res, run: run, options: o}
	w.options.Input = cmp.Or(o.Input, "FILES")
	for _, t := range tried {
		if o.Only == nil || o.Only(t.Effect.Name) {
			w.tried = append(w.tried, t)
		}
	}
	w.Page = page.Page{Title: "longpole whatif", Answer: w.most(), JSON: func() any { return w.json() }}
	w.Sections = page.Filled(w.helps(), w.stations(), w.provenance())
	return w
}

// most is the first line of what was tried: what helps most.
func (w *WhatIf) most() page.Phrase {
	var p page.Phrase
	for _, c := range account.Caveats(w.result) {
		p = page.Say(p, c, " ")
	}
	if len(w.tried) == 0 {
		return page.Say(p, "Nothing that was tried makes p95 of a journey 5 % shorter.")
	}
	t := &w.tried[0]
	return page.Say(p, "What would help most: ", whose(*t), page.Name(t.String()), hint(*t), ". ", page.Name(t.Effect.Name), ": p50 ", fromTo(t.Effect.At(quantile.P50)),
		", p95 ", fromTo(t.Effect.At(quantile.P95)), ".")
}

// told returns the journeys that change and are asked for.
func (w *WhatIf) told() (some []replay.Effect) {
	for _, e := range w.answer.Journeys {
		if w.options.Only == nil || w.options.Only(e.Name) {
			some = append(some, e)
		}
	}
	return some
}

// first is the first line: the journey, its percentiles before and after, and how many requests change.
func (w *WhatIf) first() page.Phrase {
	var p page.Phrase
	for _, c := range account.Caveats(w.result) {
		p = page.Say(p, c, " ")
	}
	told := w.told()
	if len(told) == 0 {
		return page.Say(p, "Nothing changes: no request waits for what is changed.")
	}
	e := &told[0]
	p = page.Say(p, page.Name(e.Name), ": p50 ", fromTo(e.At(quantile.P50)), ", p95 ", fromTo(e.At(quantile.P95)), between(e.At(quantile.P95)), "; ",
		unit.Count(e.Changed), " of ", unit.Of(e.Requests, "request", "requests"), " change", failing(e), ".")
	if more := len(told) - 1; more > 0 {
		p = page.Say(p, " So do ", unit.Of(more, "other journey", "other journeys"), ".")
	}
	return p
}

// fromTo writes a figure: "156 ms -> 92.7 ms".
func fromTo(f *replay.Figure) string {
	return unit.Duration(f.Before) + " -> " + unit.Duration(f.After)
}

// between writes the bracket around a figure.
func between(f *replay.Figure) string {
	return " (between " + unit.Duration(f.Low) + " and " + unit.Duration(f.High) + ")"
}

func failing(e *replay.Effect) string {
	if e.Failed == 0 {
		return ""
	}
	return ", and " + unit.Share(e.Failed) + " fail that did not"
}

// journey tells what becomes of one kind of request.
func (w *WhatIf) journey(e *replay.Effect) page.Section {
	s := page.Section{Title: page.Say("Journey ", page.Name(e.Name))}
	s.AddTable(figures(e))
	if p := e.Next; p != nil && p.Adds > 0 {
		s.Say("Then the next long pole is ", page.Name(p.Layer), ", ", page.Name(p.Place), " (", unit.Signed(p.Adds), " in the slowest 10 %).")
	}
	if e.Ceiling != nil {
		s.Say("The ceiling: without any of it p95 is ", unit.Duration(e.Ceiling.After), ".")
		s.Say("p95 if it took less: ", curve(e), ".")
	}
	if e.Failed > 0 {
		s.Add(page.Line{Text: page.Say(unit.Share(e.Failed), " of the requests have a call that fails now."), Mood: page.Warning})
	}
	return s
}

func figures(e *replay.Effect) *page.Table {
	return page.RowsOf("", []page.Column{{Head: "of"}, page.Number("before"), page.Number("after"), page.Number("change"), {Head: "between", Drop: 1}, {Head: "best to worst case", Drop: 2}}, e.Figures,
		func(f replay.Figure) []page.Cell {
			if !f.Bounded {
				return page.Words(f.Level.String(), unit.Duration(f.Before), unit.Duration(f.After), unit.Signed(f.After-f.Before), "too few requests", "")
			}
			return page.Words(f.Level.String(), unit.Duration(f.Before), unit.Duration(f.After), unit.Signed(f.After-f.Before),
				unit.Duration(f.Low)+" and "+unit.Duration(f.High), span(&f))
		})
}

// span writes what the assumptions that are open make of a figure.
func span(f *replay.Figure) string {
	if f.Best == f.Worst {
		return "no difference"
	}
	return unit.Duration(f.Best) + " to " + unit.Duration(f.Worst)
}

// curve writes how p95 falls: "25 % 140 ms, 50 % 120 ms".
func curve(e *replay.Effect) (text string) {
	for i, f := range e.Curve {
		if i > 0 {
			text += ", "
		}
		text += unit.Percent(replay.Steps[i], 100) + " " + unit.Duration(f.After)
	}
	return text
}

// operations tells what each operation costs slow requests as they were.
func (w *WhatIf) operations() page.Section {
	s := page.Section{Title: page.Say("What operations cost the slowest 10 % as they were")}
	s.AddTable(page.RowsOf("", []page.Column{page.Names("operation"), page.Number("drag"), page.Number("slack")}, w.drags, func(d replay.Drag) []page.Cell {
		return append([]page.Cell{page.CellOf(page.Name(d.Operation))}, page.Words(unit.Duration(d.Drag), unit.Duration(d.Slack))...)
	}))
	return s
}

// stations tells where requests wait for each other.
func (w *WhatIf) stations() page.Section {
	s := page.Section{Title: page.Say("Stations")}
	s.AddTable(page.RowsOf("", []page.Column{page.Names("station"), page.Number("servers"), page.Number("busy"), page.Number("visits"), page.Number("waited"), page.Number("mean wait"), {Head: "known by", Cut: true, Drop: 1}}, w.run.Stations,
		func(st *replay.Station) []page.Cell {
			known := page.Say("starts of ", page.Name(st.Operation), ": ", unit.Count(st.Found), " of ", unit.Count(int(st.Expected)), " find it taken")
			if st.Named {
				known = page.Say("spans or events of ", page.Name(st.Operation))
			}
			if st.Counted != "" {
				known = page.Say(known, "; a report counts the wait as ", st.Counted)
			}
			cells := append([]page.Cell{page.CellOf(page.Name(st.Name))}, page.Words(unit.Count(st.Servers), unit.Share(st.Busy()), unit.Count(st.Visits), unit.Count(st.Waited), unit.Duration(st.MeanWait()))...)
			return append(cells, page.Cell{Text: known})
		}))
	for _, st := range w.run.Stations {
		if by := w.run.HeldBy(st); len(by) > 1 {
			s.Say(page.Name(st.Name), " is held by ", page.List(page.Each(by[:min(len(by), mostHolders)], func(h replay.Holder) page.Phrase {
				return page.Say(page.Name(h.Journey), " for ", unit.Percent(h.Held, st.Held), " of that time")
			})), ".")
		}
	}
	if w.options.NoQueues != "" {
		s.Add(page.Line{Text: page.Say("Queues cannot be replayed: ", w.options.NoQueues, ". Requests wait as long in them as they did, so where load falls the figures are an upper bound."), Mood: page.Warning})
	}
	return s
}

// mostHolders is how many of the journeys that hold a station are named.
const mostHolders = 4

// provenance says what the page rests on.
func (w *WhatIf) provenance() page.Section {
	s := page.Section{Title: page.Say("What this rests on")}
	s.Say(account.Spans(w.result.Ledger))
	s.Say(account.Traces(w.result))
	s.Add(account.Sampling(w.result.Sampling))
	for _, f := range w.result.Ledger.Findings() {
		account.AddFinding(&s, f)
	}
	if w.result.Plan != nil {
		s.Say("Plan: ", page.Name(w.result.Plan.File), ".")
	}
	return s
}
