package account

import (
	"fmt"

	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// Warnings returns a line for each kind of finding about what was read: how often, what, and
// where for example. It is what a reader is told who is not shown the report itself.
func Warnings(l *trace.Ledger) []string {
	var lines []string
	for _, f := range l.Findings() {
		lines = append(lines, warning(f))
	}
	return lines
}

func warning(f trace.Finding) string {
	line := fmt.Sprintf("%s x %s [%s]", unit.Count(f.Count), f.Code.What, f.Code.ID)
	if len(f.Examples) > 0 {
		line += ", for example " + Example(f.Examples[0]).Escaped(page.EscapeTerminal)
	}
	return line
}

// AddFinding tells one finding: how often, what to do, and the worst case of it.
func AddFinding(s *page.Section, f trace.Finding) {
	mood := page.Plain
	if f.Code.Loss || f.Code.Fate == trace.Rejected {
		mood = page.Warning
	}
	s.Add(page.Line{Text: page.Say(unit.Count(f.Count), " x ", f.Code.What, " [", f.Code.ID, "]"), Mood: mood})
	if f.Code.Do != "" {
		s.Add(page.Line{Text: page.Say(f.Code.Do), Depth: 1})
	}
	if len(f.Examples) > 0 {
		s.Add(page.Line{Text: page.Say("for example ", Example(f.Examples[0])), Depth: 1, Mood: page.Faint})
	}
}

// Example says where a finding was made, in the way in which people look it up.
func Example(e trace.Example) page.Phrase {
	p := position(e)
	if !e.Trace.IsZero() {
		p = joined(p, page.Say("trace ", e.Trace.String()))
	}
	if e.Span != 0 {
		p = joined(p, page.Say("span ", e.Span.String()))
	}
	if e.Amount != 0 {
		p = joined(p, page.Say("by ", unit.Duration(e.Amount)))
	}
	if e.Text != "" {
		p = joined(p, page.Say(page.Name(e.Text)))
	}
	return p
}

func position(e trace.Example) page.Phrase {
	if e.File == "" {
		return nil
	}
	p := page.Say(page.Name(e.File))
	if e.Line > 0 {
		p = page.Say(p, fmt.Sprintf(":%d", e.Line))
	}
	if e.Offset >= 0 {
		p = page.Say(p, fmt.Sprintf(" byte %d", e.Offset))
	}
	return p
}

func joined(a, b page.Phrase) page.Phrase {
	if len(a) == 0 {
		return b
	}
	return page.Say(a, ", ", b)
}
