package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/frontend"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Findings is a page about what is wrong.
type Findings struct {
	page.Page
	result  *analyze.Result
	options Options
}

// Options are the choices of a page. The zero value is the default.
type Options struct {
	// Input stands for the files in commands that the page suggests; it must be quoted for a shell. FILES if
	// empty.
	Input string
	// Quote quotes words for a shell; as they are if nil.
	Quote func(words ...string) string
	// PriceOf is what occupying a service for so long costs, in millionths, as the plan has it; nil if it has no prices.
	PriceOf func(service string, occupied time.Duration) (int64, bool)
	// PlanPath is where the plan stands in its repository, for code scanning.
	PlanPath string
	// Version is that of the program, for outputs that name their writer.
	Version string
}

// Formats lists every output of findings: those of every page, and one for code scanning.
var Formats = append(page.Of(page.Formats, func(f *Findings) *page.Page { return &f.Page }), sarifFormat)

// New decides what to say of what was found.
func New(res *analyze.Result, o Options) *Findings {
	o.Input = cmp.Or(o.Input, "FILES")
	f := &Findings{result: res, options: o}
	f.Page = page.Page{Title: "longpole findings", Answer: f.answer(), JSON: func() any { return f.json() }}
	for _, found := range f.open(budget.Likely) {
		f.Sections = append(f.Sections, f.section(found))
	}
	f.Sections = append(f.Sections, page.Filled(f.hints(), f.acknowledged(), f.costs(), f.provenance())...)
	return f
}

// detectors lists those that had something to look at: those of pages only where there are pages.
func (f *Findings) detectors() (some []*detect.Detector) {
	pages := f.result != nil && slices.ContainsFunc(f.result.Journeys, func(j analyze.Journey) bool { return frontend.IsPage(j.Service, j.Tail.Typical.Cells) })
	for _, d := range detect.Detectors {
		if pages || !d.OfPages {
			some = append(some, d)
		}
	}
	return some
}

// open returns the findings that nobody has acknowledged: those that are sure at least, or the others.
func (f *Findings) open(least budget.Level) (some []*detect.Finding) {
	for _, found := range f.result.Findings {
		if found.Acknowledged == nil && found.Level >= least {
			some = append(some, found)
		}
	}
	return some
}

// answer is the first line.
func (f *Findings) answer() page.Phrase {
	sure, all := f.open(budget.Likely), f.open(budget.Hint)
	if len(all) == 0 {
		return page.Say("Nothing is found to be wrong: ", unit.Of(len(f.detectors()), "detector", "detectors"), " looked at ",
			unit.Of(f.result.Observations, "request", "requests"), " of ", unit.Of(len(f.result.Journeys), "journey", "journeys"), ".")
	}
	if len(sure) == 0 {
		more := ""
		if n := len(all) - 1; n > 0 {
			more = " beside " + unit.Of(n, "other", "others")
		}
		return page.Say("Nothing is found to be wrong for certain. A hint", more, ": ", page.Name(all[0].Journey), ": ", all[0].Name, ", ", place(all[0]), ", ", amount(all[0]), ".")
	}
	more := page.Say(".")
	if n := len(sure) - 1; n > 0 {
		more = page.Say("; ", unit.Of(n, "other finding", "other findings"), ".")
	}
	return page.Say(headline(sure[0]), more)
}

// headline is a finding in one line.
func headline(f *detect.Finding) page.Phrase {
	return page.Say(page.Name(f.Journey), ": ", f.Name, ", ", place(f), ", ", worth(f))
}

func place(f *detect.Finding) page.Phrase { return page.Say(page.Name(f.Place())) }

// worth says how much of the path it is, and how sure that is.
func worth(f *detect.Finding) page.Phrase {
	return page.Say(amount(f), ", ", f.Level.String())
}

// mostlyAdds is how much of what it takes of slow requests must be more than of typical ones for it to be told as
// what it adds: one in so many.
const mostlyAdds = 10

func amount(f *detect.Finding) string {
	if f.Stake*mostlyAdds >= f.Slow && f.Stake > 0 {
		return "+" + unit.Duration(f.Stake) + " in the tail"
	}
	return unit.Duration(max(f.Slow, f.Typical)) + " of each request, slow or not"
}

// section tells a finding.
func (f *Findings) section(found *detect.Finding) page.Section {
	s := page.Section{Title: page.Say(found.ID, " ", found.Name, ", ", page.Name(found.Journey), ": ", worth(found))}
	s.Add(page.Line{Text: evidence(found), Mood: page.Strong})
	for _, w := range found.With {
		s.Say("also ", w.ID, " ", w.Name, ", ", evidence(w))
	}
	s.Say("remedy: ", found.Remedy)
	s.Add(f.replayed(found.Replay))
	s.Add(page.Line{Text: page.Say("when: ", f.when(found)), Mood: page.Faint})
	if len(found.Exemplars) > 0 {
		e := found.Exemplars[0]
		s.Add(page.Line{Text: page.Say("look at ", unit.Duration(e.Took), " of ", unit.Duration(e.Duration), ": ", f.trace(e)), Mood: page.Faint})
	}
	return s
}

// replayed says what p95 would be without a finding, and how to look at that; or why nobody knows.
func (f *Findings) replayed(r *detect.Replay) page.Line {
	switch {
	case r == nil:
		return page.Line{}
	case r.Why != "":
		return page.Line{Text: page.Say("not replayed, so it adds that much at most: ", page.Name(r.Why)), Mood: page.Faint}
	}
	return page.Line{Text: page.Say("replayed without it, p95 ", unit.Duration(r.Before), " -> ", unit.Duration(r.After), ": ", f.whatIf(r.Changes)), Mood: page.Faint}
}

// whatIf is the command that replays changes.
func (f *Findings) whatIf(changes []string) page.Phrase {
	text := "longpole whatif " + f.options.Input
	for _, c := range changes {
		flag, value, _ := strings.Cut(c, " ")
		if f.options.Quote != nil {
			value = f.options.Quote(value)
		}
		text += " " + flag + " " + value
	}
	return page.Pasted(text)
}

func (f *Findings) trace(e detect.Exemplar) page.Phrase {
	return page.Pasted("longpole trace " + e.Trace.String() + " " + f.options.Input)
}

// when says in which part of the time it was seen.
func (f *Findings) when(found *detect.Finding) string {
	whole, seen := f.result.To.Sub(f.result.From), found.To.Sub(found.From)
	text := account.Clock(found.From) + " to " + account.Clock(found.To)
	if found.From.Sub(f.result.From) < whole/10 && seen > whole*4/5 {
		return "all the time, " + text
	}
	return text
}

// evidence is what was seen, and where.
func evidence(f *detect.Finding) page.Phrase {
	what := page.Say()
	if f.Operation != "" {
		what = page.Say(", ", page.Name(f.Operation))
	}
	return page.Say(place(f), what, ": ", filled(f))
}

// filled returns the sentence of a detector with the figures of a finding.
func filled(f *detect.Finding) page.Phrase {
	var out page.Phrase
	for word, name := range detect.Parts(f.Says) {
		out = append(out, page.Say(word)...)
		if at := slices.IndexFunc(f.Figures, func(g detect.Figure) bool { return g.Name == name }); at >= 0 {
			out = append(out, figure(&f.Figures[at])...)
		}
	}
	return out
}

func figure(g *detect.Figure) page.Phrase {
	switch g.Unit {
	case detect.Count:
		return page.Say(unit.Count(g.Value))
	case detect.Time:
		return page.Say(unit.Duration(time.Duration(g.Value)))
	case detect.Share:
		return page.Say(unit.Share(g.Value))
	case detect.Ratio:
		return page.Say(unit.Count((g.Value+5_000)/1_000_000), ".", twoDigits((g.Value+5_000)%1_000_000/10_000))
	case detect.Times:
		return page.Say(times(g.Times))
	case detect.Text:
		if g.Text == "" {
			return nil
		}
		return page.Say(g.Lead, page.Name(g.Text))
	}
	return page.Say(g.Text)
}

func twoDigits(n int64) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// times writes durations in one unit: "50.2, 58.5, 88.2 ms".
func times(all []time.Duration) string {
	scale := unit.ScaleFor(slices.Max(append(slices.Clone(all), 1)))
	text := ""
	for i, d := range all {
		if i > 0 {
			text += ", "
		}
		text += scale.Text(d)
	}
	return text + " " + scale.Unit()
}

// hints are told in a line each.
func (f *Findings) hints() page.Section {
	s := page.Section{Title: page.Say("Hints: the pattern alone, which may be as it should")}
	shown := 0
	for _, found := range f.open(budget.Hint) {
		if found.Level != budget.Hint {
			continue
		}
		if shown++; shown > page.MostRows {
			continue
		}
		s.Say(found.ID, " ", found.Name, ", ", page.Name(found.Journey), ", ", amount(found), ": ", evidence(found))
	}
	if more := shown - page.MostRows; more > 0 {
		s.Say("and ", unit.Of(more, "other", "others"), ", which the json lists")
	}
	return s
}

// acknowledged names what the plan knows.
func (f *Findings) acknowledged() page.Section {
	s := page.Section{Title: page.Say("Acknowledged in the plan")}
	for _, found := range f.result.Findings {
		if a := found.Acknowledged; a != nil {
			s.Add(page.Line{Text: page.Say(found.ID, " ", headline(found), "; until ", a.Until.AddDate(0, 0, -1).Format(time.DateOnly), ": ", page.Name(a.Reason)), Mood: page.Faint})
		}
	}
	return s
}

// provenance says what it rests on.
func (f *Findings) provenance() page.Section {
	s := page.Section{Title: page.Say("What this rests on")}
	s.Say(account.Spans(f.result.Ledger))
	s.Say(account.Traces(f.result))
	s.Add(account.Sampling(f.result.Sampling))
	for _, c := range account.Caveats(f.result) {
		s.Add(page.Line{Text: page.Say(c), Mood: page.Warning})
	}
	s.Add(page.Line{Text: page.Say("What each finding means, what it is told by, and what only looks alike: longpole findings --explain all"), Mood: page.Faint})
	return s
}

// mostInReport is how many findings a report tells.
const mostInReport = 3

// Section is what a report says of findings: the first ones that are worth it. It is empty where there are none.
func Section(res *analyze.Result, input string) page.Section {
	f := &Findings{result: res, options: Options{Input: cmp.Or(input, "FILE")}}
	s := page.Section{Title: page.Say("What is wrong")}
	sure := f.open(budget.Likely)
	for _, found := range sure[:min(len(sure), mostInReport)] {
		s.Add(page.Line{Text: page.Say(found.ID, " ", found.Name, ", ", page.Name(found.Journey), ": ", worth(found)), Mood: page.Strong})
		s.Add(page.Line{Text: evidence(found), Depth: 1})
	}
	if len(sure) == 0 {
		return page.Section{}
	}
	more := ""
	if n := len(f.open(budget.Hint)) - min(len(sure), mostInReport); n > 0 {
		more = unit.Of(n, "other", "others") + ", remedies and exemplars: "
	} else {
		more = "Remedies and exemplars: "
	}
	s.Add(page.Line{Text: append(page.Say(more), page.Pasted("longpole findings "+f.options.Input)...)})
	if sure[0].Replay == nil {
		s.Add(page.Line{Text: append(page.Say("What would help most, which takes longer to find out: "), page.Pasted("longpole whatif "+f.options.Input)...)})
	}
	return s
}

// mostNamed is how many findings a check names.
const mostNamed = 3

// Names names findings in a line: "LP007 retry-storm at web -> payment (+371 ms in the tail, proven)".
func Names(all []*detect.Finding) page.Phrase {
	var names []page.Phrase
	for _, f := range all[:min(len(all), mostNamed)] {
		names = append(names, page.Say(f.ID, " ", f.Name, " at ", place(f), " (", worth(f), ")"))
	}
	if more := len(all) - mostNamed; more > 0 {
		names = append(names, page.Say(unit.Of(more, "other", "others")))
	}
	return page.List(names)
}
