package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/diff"
	"github.com/longpole/longpole/report/findings"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
)

// verdictAnswer is the first line of a report with a plan: what is wrong, and the sentence
// that an incident review reads out.
func verdictAnswer(res *analyze.Result, c changes) page.Phrase {
	ranked := res.Ranked()
	if len(ranked) == 0 {
		return page.Say("The plan has nothing to hold requests against: no target, no assertion.")
	}
	first := ranked[0]
	if first.State == analyze.OK {
		return page.Say("Within budget: ", kept(res), ".")
	}
	return page.Say(stateHeads[first.State], ": ", page.Name(first.Verdict.Journey.Name), owner(first.Verdict.Journey), ": ", c.sentence(first), others(ranked), ".")
}

var stateHeads = [...]string{
	analyze.OK: "Within budget", analyze.Unproven: "Not proven", analyze.AtRisk: "Budget at risk", analyze.Blown: "Budget blown",
}

func owner(j *budget.Journey) page.Phrase {
	if j.Owner == "" {
		return nil
	}
	return page.Say(" (", page.Name(j.Owner), ")")
}

func ownerOf(j *analyze.Journey) page.Phrase {
	if j.Plan == nil {
		return nil
	}
	return owner(j.Plan)
}

// kept says of each journey that it keeps its target.
func kept(res *analyze.Result) page.Phrase {
	var parts []page.Phrase
	for i := range res.Verdicts {
		v := &res.Verdicts[i]
		if v.Journey.Target.IsZero() {
			parts = append(parts, page.Say(page.Name(v.Journey.Name), " keeps its ", unit.Of(len(v.Checks), "assertion", "assertions")))
			continue
		}
		parts = append(parts, page.Say(page.Name(v.Journey.Name), " ", vital(v.Journey), v.At.Level.String(), " ", unit.Duration(v.At.Value), " of ", limitText(budget.Limit{Value: int64(v.Journey.Target.Limit)})))
	}
	return page.List(parts)
}

// others counts the other checks that are in the worst state.
func others(ranked []analyze.Ranked) string {
	n := 0
	for _, c := range ranked[1:] {
		if c.State == ranked[0].State {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "; " + unit.Of(n, "other check is ", "other checks are ") + ranked[0].State.String()
}

// sentence says of one check what was measured and what it cost; of the first that is about how long requests
// take in all, where that is more than in the baseline.
func (all changes) sentence(c analyze.Ranked) page.Phrase {
	j := all.of(c.Verdict)
	if j == nil || c.State < analyze.AtRisk || !isOfWhole(c.Check, c.Verdict) || j.Headline.Of.Level != c.Level || j.Headline.Change() <= 0 {
		return sentence(c)
	}
	where := diff.Where(j)
	switch {
	case where == nil:
		return sentence(c)
	case c.Change != nil:
		return page.Say(sentence(c), where)
	}
	return page.Say(sentence(c), "; ", unit.Signed(j.Headline.Change()), " over the baseline", where)
}

// isOfWhole reports whether a check is about the duration of all requests of its journey.
func isOfWhole(c *analyze.Check, v *analyze.Verdict) bool {
	return c.Layer == "" && c.Observations == v.Observations && (c.Kind == analyze.TargetCheck || c.Change != nil)
}

// changes are what changed of journeys from the baseline.
type changes []compare.Journey

// of returns what changed of a journey of the plan; nil if that is not known.
func (all changes) of(v *analyze.Verdict) *compare.Journey {
	at := slices.IndexFunc(all, func(j compare.Journey) bool { return j.After.Plan == v.Journey })
	if at < 0 {
		return nil
	}
	return &all[at]
}

// sentence says of one check what was measured and what it cost.
func sentence(c analyze.Ranked) page.Phrase {
	switch {
	case c.State == analyze.Unproven:
		return page.Say(page.Name(c.Text), ": ", c.Why)
	case c.Change != nil:
		return regressed(c.Check)
	case len(c.Findings) > 0:
		return page.Say(page.Name(c.Text), ": ", findings.Names(c.Findings))
	case len(c.New) > 0:
		return page.Say(page.Name(c.Text), ": requests wait for ", dependencies(c.New, c.Observations), ", which the plan does not name")
	case c.Kind == analyze.LayerCheck:
		return exceeded(c)
	case c.Kind == analyze.TargetCheck && c.State != analyze.OK:
		return page.Say(vital(c.Verdict.Journey), measure(c.Check), " is ", value(c.Check), spread(c.Check), ", and its target is ", limit(c.Check), topLayer(c.Verdict))
	}
	return page.Say(page.Name(c.Text), ": it is ", value(c.Check), spread(c.Check))
}

// exceeded tells what a layer did to its budget: how often it broke it, and what of the tail
// it is.
func exceeded(c analyze.Ranked) page.Phrase {
	if c.State == analyze.OK {
		return page.Say(page.Name(c.Layer), " keeps its ", limit(c.Check), ": ", measure(c.Check), " is ", value(c.Check), spread(c.Check))
	}
	p := page.Say(page.Name(c.Layer), " exceeded its ", limit(c.Check), " in ", unit.Share(c.Exceeded.Share()), " of requests", mostInside(c))
	if t := &c.Verdict.Tail; t.Extra > 0 && c.Extra > 0 {
		p = page.Say(p, "; it is ", ofTail(c.Extra, t))
	}
	return p
}

// mostInside names what most of a layer is, where its name does not say it: of the rest, and of what
// services do themselves.
func mostInside(c analyze.Ranked) page.Phrase {
	at := slices.IndexFunc(c.Verdict.Journey.Layers, func(l budget.Layer) bool { return l.Name == c.Layer })
	most := c.Most
	if at < 0 || most.Time <= 0 {
		return nil
	}
	l := &c.Verdict.Journey.Layers[at]
	if !l.IsRest() && !slices.Contains(l.Categories, category.App) {
		return nil
	}
	kind := cmp.Or(string(most.Cause), string(most.Category))
	return page.Say(", most of it ", kind, ", ", page.Name(most.Place))
}

// remarks are what is worth saying of a journey beside its checks: what is new on its path, and how its
// plan would hold.
func remarks(v *analyze.Verdict) (lines []page.Line) {
	told := slices.ContainsFunc(v.Checks, func(c analyze.Check) bool { return len(c.New) > 0 })
	if len(v.New) > 0 && !told {
		lines = append(lines, page.Line{Text: page.Say("New on the path: requests wait for ", dependencies(v.New, v.Observations), ", which may_wait_for does not name."), Mood: page.Warning})
	}
	if len(v.Moves) > 0 {
		lines = append(lines, page.Line{Text: remedy(v)})
	}
	return lines
}

// dependencies lists what requests wait for, each with how many of them do.
func dependencies(all []analyze.Dependency, of int) page.Phrase {
	var parts []page.Phrase
	for _, d := range all {
		parts = append(parts, page.Say(page.Name(d.Name), " (", string(d.Category), ", ", unit.Count(d.Requests), " of ", unit.Count(of), ")"))
	}
	return page.List(parts)
}

// remedy says with which moves of budget the plan of a journey would hold.
func remedy(v *analyze.Verdict) page.Phrase {
	var parts []page.Phrase
	for _, m := range v.Moves {
		from := page.Say(page.Name(m.From))
		if m.From == "" {
			from = page.Say("what the target leaves over")
		}
		parts = append(parts, page.Say(unit.Duration(m.Time), " from ", from, " to ", page.Name(m.To)))
	}
	return page.Say("The plan would hold if budget moved: ", page.List(parts), ".")
}

// ofTail says how much of what slow requests add something is. Where it adds more than they do, because
// other layers are quicker in them, that is all of it.
func ofTail(d time.Duration, t *analyze.Tail) string {
	share := "all"
	if d < t.Extra {
		share = unit.Percent(d, t.Extra)
	}
	return share + " of what the slowest " + t.Level.Beyond() + " add"
}

// topLayer names the layer that adds most where a target is broken.
func topLayer(v *analyze.Verdict) page.Phrase {
	by := v.Tail.By(analyze.ByLayer)
	if len(by) == 0 || v.Tail.Extra <= 0 {
		return nil
	}
	return page.Say("; ", page.Name(by[0].Name), " is ", ofTail(by[0].Time, &v.Tail))
}

func regressed(c *analyze.Check) page.Phrase {
	ch := c.Change
	if ch.Before == 0 {
		return page.Say(measure(c), " went from nothing to ", unit.Duration(ch.After))
	}
	p := page.Say(measure(c), " went from ", unit.Duration(ch.Before), " to ", unit.Duration(ch.After), ", ", plus(ch.Change.Change), " (proven: at least ", plus(ch.Low), ")")
	if c.State != analyze.Blown {
		p = page.Say(measure(c), " went from ", unit.Duration(ch.Before), " to ", unit.Duration(ch.After), ", ", plus(ch.Change.Change), " (between ", plus(ch.Low), " and ", plus(ch.High), ")")
	}
	switch {
	case !ch.Different:
	case ch.Noise > 0 && ch.Low <= ch.Noise:
		p = page.Say(p, "; that is different, but runs that are known to be equal differ by ", unit.Share(ch.Noise), ", too")
	case !ch.Separable():
		p = page.Say(p, "; that is different, but no more than a change of the machine does: everything is slower, and no part has more than ", unit.Share(ch.Spread.Largest), " of it", hadBefore(ch.Spread))
	}
	return p
}

// hadBefore says of a part that has much of a change that it had much of the time before.
func hadBefore(s analyze.Spread) string {
	if 2*s.Had < s.Largest {
		return ""
	}
	return ", which had " + unit.Share(s.Had) + " of the time before"
}

// measure names what a check measures: "p95", "payment p95", or the assertion's own words.
func measure(c *analyze.Check) page.Phrase {
	text := c.Text
	if c.Level != 0 && !strings.Contains(c.Text, "{") {
		text = strings.TrimSpace(c.Layer + " " + c.Level.String())
	}
	return page.Say(page.Name(text))
}

func limit(c *analyze.Check) string { return limitText(c.Limit) }

// limitText writes a limit as people do: 80 ms, not 80.0 ms.
func limitText(l budget.Limit) string {
	text := amount(l.Unit, l.Value)
	number, in, _ := strings.Cut(text, " ")
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return strings.TrimSpace(number + " " + in)
}

func value(c *analyze.Check) string { return amount(c.Limit.Unit, c.Value) }

// spread is the interval of what was measured; nothing where it has no width.
func spread(c *analyze.Check) string {
	if !c.Known || c.Low == c.High {
		return ""
	}
	return " (" + amount(c.Limit.Unit, c.Low) + " to " + amount(c.Limit.Unit, c.High) + ")"
}

func amount(u budget.Unit, v int64) string {
	switch u {
	case budget.UnitTime:
		return unit.Duration(time.Duration(v))
	case budget.UnitShare:
		return unit.Share(v)
	}
	return strings.TrimSpace(budget.Limit{Unit: budget.UnitRatio, Value: (v + 5_000) / 10_000 * 10_000}.String())
}

func plus(millionths int64) string {
	if millionths >= 0 {
		return "+" + unit.Share(millionths)
	}
	return unit.Share(millionths)
}

var stateMoods = [...]page.Mood{analyze.OK: page.Plain, analyze.Unproven: page.Warning, analyze.AtRisk: page.Warning, analyze.Blown: page.Strong}

// verdictOf returns what the plan says of a journey; nil if it says nothing.
func (r *Report) verdictOf(j *analyze.Journey) *analyze.Verdict {
	at := slices.IndexFunc(r.result.Verdicts, func(v analyze.Verdict) bool { return v.Journey == j.Plan })
	if j.Plan == nil || at < 0 {
		return nil
	}
	return &r.result.Verdicts[at]
}

// verdict tells a journey's checks: those that are broken in a sentence each, then all of them. What the lines of a gate
// have said already it does not say again. It reports whether traces to open are named.
func (r *Report) verdict(s *page.Section, v *analyze.Verdict) bool {
	shown := map[trace.ID]bool{}
	if e := opened(v); e != nil && r.options.Gate {
		shown[e.Trace] = true
	}
	if v.Against != nil && !r.options.Gate {
		r.changes.addAgainst(s, v, 0)
	}
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.State == analyze.OK {
			continue
		}
		if !r.options.Gate || c.Change != nil {
			s.Add(page.Line{Text: page.Say(stateHeads1(c.State), r.changes.sentence(analyze.Ranked{Check: c, Verdict: v}), "."), Mood: stateMoods[c.State]})
		}
		for _, e := range c.Exemplars {
			if shown[e.Trace] {
				continue
			}
			shown[e.Trace] = true
			s.Add(page.Line{Text: page.Say(unit.Duration(e.Duration), ", ", exemplarTexts[e.Why], ": ", r.open(e)), Depth: 1, Mood: page.Faint})
		}
	}
	if !r.options.Gate {
		for _, l := range remarks(v) {
			s.Add(l)
		}
	}
	s.AddTable(budgetTable(v))
	s.AddTable(assertTable(v))
	return len(shown) > 0
}

func stateHeads1(s analyze.State) string { return upper(s.String()) + ": " }
