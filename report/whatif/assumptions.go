package whatif

import (
	"slices"

	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// assumptions says what the answer takes for granted.
func (w *WhatIf) assumptions() page.Section {
	s := page.Section{Title: page.Say("How it was replayed")}
	if w.answer == nil {
		return s
	}
	if n := len(w.answer.Scenario.Changes); n > 1 {
		s.Say(unit.Count(n), " changes at once: of time first, then of calls, each in the order given; then all wait in the queues that follow.")
	}
	s.Say("Between two figures the percentile lies in four of five cases: from the most favourable assumption to the least, with what so many requests leave open.")
	if w.answer.Queues {
		s.Say("All requests were replayed in the order of time. The usual assumption at a station is first come, first served; the other one is that who is next is chance.")
	}
	hits := w.answer.Hit
	for _, c := range w.answer.Scenario.Changes {
		switch c.Kind {
		case replay.Set:
			if c.Typical {
				s.Say("What is typical is the median of typical requests, and at worst the longest of them.")
			}
		case replay.Cache:
			s.Say("A hit costs ", unit.Duration(hits[0]), ". At best any calls are hits, at worst those that are quick anyway.")
			hits = hits[1:]
		case replay.Timeout:
			s.Say("A call that takes longer than ", unit.Duration(c.Limit), " fails then; where the traces show that it is made again, another call answers at best, and the next one is as slow at worst.")
		case replay.Hedge:
			s.Say("The second call takes what a call of another request took, at best; at worst it is as slow as the first, and nothing is gained.")
		}
	}
	return s
}

// helps lists what was tried, the most helpful first.
func (w *WhatIf) helps() page.Section {
	s := page.Section{Title: page.Say("What would help most")}
	s.AddTable(page.RowsOf("", []page.Column{page.Names("journey"), page.Names("what"), page.Number("p95"), page.Number("then"), page.Number("change"), page.Number("requests")}, w.tried, func(t replay.Tried) []page.Cell {
		f := t.Effect.Figures[1]
		return append([]page.Cell{page.CellOf(page.Name(t.Effect.Name)), page.CellOf(whose(t), page.Name(t.String()), hint(t))},
			page.Words(unit.Duration(f.Before), unit.Duration(f.After), unit.Signed(f.After-f.Before), unit.Count(t.Effect.Changed))...)
	}))
	var commands []string
	for _, t := range w.tried {
		if c := w.command(t); len(commands) < mostCommands && !slices.Contains(commands, c) {
			commands = append(commands, c)
			s.Add(page.Line{Text: page.Pasted(c)})
		}
	}
	return s
}

// Help is what would help most, for the end of another page.
func (w *WhatIf) Help() page.Section {
	s := w.helps()
	if len(s.Items) == 0 {
		s.Say("Nothing that was tried makes p95 of a journey 5 % shorter.")
	}
	return s
}

// mostCommands is how many of the changes that help have a command.
const mostCommands = 3

func hint(t replay.Tried) string {
	switch {
	case t.Hint:
		return ", if they need not be made in turn"
	case t.IsCeiling():
		return ", the most that can be gained there"
	}
	return ""
}

// whose says of which finding a change is the what-if.
func whose(t replay.Tried) string {
	if t.Of == nil {
		return ""
	}
	return t.Of.ID + " " + t.Of.Name + ": "
}

// command is what shows all of a change.
func (w *WhatIf) command(t replay.Tried) string {
	text := "longpole whatif " + w.options.Input
	for i := range t.Changes {
		c := &t.Changes[i]
		text += " --" + c.Kind.String() + " " + w.options.Quote(c.Value())
	}
	return text
}
