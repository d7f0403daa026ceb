package report

import (
	"slices"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/blame"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/diff"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// gates says of each journey of the plan whether it passes, the worst first.
func (r *Report) gates() (all []page.Section) {
	order := make([]*analyze.Verdict, len(r.result.Verdicts))
	for i := range r.result.Verdicts {
		order[i] = &r.result.Verdicts[i]
	}
	slices.SortStableFunc(order, func(a, b *analyze.Verdict) int { return int(b.State) - int(a.State) })
	for _, v := range order {
		all = append(all, r.gate(v))
	}
	return page.Filled(all...)
}

// short is what a terminal shows of a gate: who fails and who passes, and what no verdict must hide.
func (r *Report) short(gates []page.Section) []page.Section {
	all := slices.Clone(gates)
	if s, any := r.missing(); any {
		all = append(all, s)
	}
	last := page.Section{}
	last.Add(page.Line{Text: page.Say("--verbose shows the report behind this."), Mood: page.Faint})
	return append(all, last, provenance(r.result))
}

// gate says whether a journey passes, and why not.
func (r *Report) gate(v *analyze.Verdict) page.Section {
	s := page.Section{}
	s.Add(page.Line{Text: page.Say(r.outcome(v), page.Name(v.Journey.Name), measuredShort(v), owner(v.Journey), r.because(v)), Mood: stateMoods[v.State]})
	if v.Against != nil {
		r.changes.addAgainst(&s, v, 1)
	}
	kept := 0
	for i := range v.Checks {
		c := &v.Checks[i]
		if c.State == analyze.OK {
			kept++
			continue
		}
		s.Add(page.Line{Text: page.Say(marks[c.State], sentence(analyze.Ranked{Check: c, Verdict: v}), over(c), inPlace(v, c), "."), Depth: 1, Mood: stateMoods[c.State]})
		if c.Change != nil {
			s.Add(page.Line{Text: resampled(c), Depth: 2, Mood: page.Faint})
		}
	}
	if kept > 0 {
		s.Add(page.Line{Text: page.Say(unit.Of(kept, "check is kept", "checks are kept"), "."), Depth: 1, Mood: page.Faint})
	}
	for _, l := range remarks(v) {
		l.Depth = 1
		s.Add(l)
	}
	if e := opened(v); e != nil {
		s.Add(page.Line{Text: page.Say(unit.Duration(e.Duration), ", ", exemplarTexts[e.Why], ": ", r.open(*e)), Depth: 1, Mood: page.Faint})
	}
	return s
}

// opened is the request that the lines of a gate name: the first one of the first check that is not kept; nil if there is none.
func opened(v *analyze.Verdict) *analyze.Exemplar {
	for i := range v.Checks {
		if c := &v.Checks[i]; c.State != analyze.OK && len(c.Exemplars) > 0 {
			return &c.Exemplars[0]
		}
	}
	return nil
}

var marks = [...]string{analyze.OK: "", analyze.Unproven: "? ", analyze.AtRisk: "! ", analyze.Blown: "x "}

// outcome is what the exit code makes of a journey.
func (r *Report) outcome(v *analyze.Verdict) string {
	switch {
	case v.State == analyze.Blown || r.options.Strict && v.State == analyze.AtRisk:
		return "FAIL  "
	case v.Unmeasured():
		return "NONE  "
	case v.State == analyze.AtRisk:
		return "RISK  "
	case r.options.Strict && v.State == analyze.Unproven:
		return "NONE  "
	}
	return "PASS  "
}

// measuredShort is the percentile of the target beside its limit.
func measuredShort(v *analyze.Verdict) string {
	if v.Journey.Target.IsZero() || v.Observations == 0 {
		return ""
	}
	return " " + vital(v.Journey) + v.At.Level.String() + " " + unit.Duration(v.At.Value) + " of " + limit(&v.Checks[0])
}

// vital names the vital that the target of a page is a limit of: "lcp ".
func vital(j *budget.Journey) string {
	if j.Target.Of == "" {
		return ""
	}
	return j.Target.Of + " "
}

// because names what slow requests add most where a journey does not keep what the plan says.
func (r *Report) because(v *analyze.Verdict) page.Phrase {
	if v.State < analyze.AtRisk || v.Tail.Extra <= 0 {
		return nil
	}
	if j := r.changes.of(v); j != nil {
		if p := diff.Shortly(j); p != nil {
			return p
		}
	}
	p := &blame.Places(analyze.Parts(v.Tail.Excess))[0]
	if p.LayerTime <= 0 {
		return nil
	}
	where := page.Say(page.Name(p.Layer), ", in ", page.Name(p.Name))
	if p.Layer == p.Name {
		where = page.Say(page.Name(p.Name))
	}
	return page.Say(": ", where, ", ", unit.Signed(p.LayerTime), " of the ", unit.Duration(v.Tail.Extra), " that the ", slowest(&v.Tail), " add", r.whoOf(v))
}

// whoOf says what the slow requests of a journey of the plan have in common.
func (r *Report) whoOf(v *analyze.Verdict) page.Phrase {
	for i := range r.result.Journeys {
		if j := &r.result.Journeys[i]; j.Plan == v.Journey {
			return who(j)
		}
	}
	return nil
}

// over is by how much what was measured is over the limit.
func over(c *analyze.Check) page.Phrase {
	if !c.Known || c.Change != nil || c.Value <= c.Limit.Value || c.Kind != analyze.LayerCheck {
		return nil
	}
	return page.Say("; ", measure(c), " is ", value(c), ", ", amount(c.Limit.Unit, c.Value-c.Limit.Value), " over")
}

// inPlace names the place with most of what slow requests add in the layer of a check.
func inPlace(v *analyze.Verdict, c *analyze.Check) page.Phrase {
	if c.Kind != analyze.LayerCheck || c.State < analyze.AtRisk {
		return nil
	}
	var parts []blame.Part
	for _, p := range analyze.Parts(v.Tail.Excess) {
		if p.Layer == c.Layer {
			parts = append(parts, p)
		}
	}
	places := blame.Places(parts)
	if len(places) == 0 || places[0].Time <= 0 {
		return nil
	}
	return page.Say(", mostly in ", page.Name(places[0].Name), " (", unit.Signed(places[0].Time), ")")
}

// addAgainst says what a journey was in the baseline, and where a change of it went.
func (all changes) addAgainst(s *page.Section, v *analyze.Verdict, depth int) {
	l := against(v.Against, v.Observations)
	j := all.of(v)
	told := j != nil && j.Unequal == "" && v.Against.Same == 0
	if told {
		l.Text = page.Say(l.Text, " ", changed(j, v.Against))
	}
	l.Depth = depth
	s.Add(l)
	if told {
		for _, text := range diff.Lines(j) {
			s.Add(page.Line{Text: page.Say(text, "."), Depth: depth + 1})
		}
	}
}

// changed says where a change went, and how sure it is.
func changed(j *compare.Journey, c *analyze.Comparison) page.Phrase {
	h := &j.Headline
	if h.Of.Level == c.Level {
		return diff.Sentence(j)
	}
	return page.Say(upper(h.Of.String()), " changed by ", unit.Signed(h.Change()), ". ", diff.Sentence(j))
}

// against says what a journey was in the baseline, also where the plan does not ask for it.
func against(c *analyze.Comparison, now int) page.Line {
	switch {
	case c.Baseline == 0:
		return page.Line{Text: page.Say("Against the baseline: it has no such request."), Mood: page.Warning}
	case c.Same > 0:
		return page.Line{Text: page.Say("Against the baseline: ", unit.Count(c.Same), " of ", unit.Of(now, "request", "requests"),
			" are in it, too. The same traces on both sides say nothing of a change."), Mood: page.Warning}
	}
	return page.Line{Text: page.Say("Against the baseline: ", c.Level.String(), " was ", unit.Duration(c.Before), " before (",
		unit.Of(c.Baseline, "request", "requests"), ") and is ", unit.Duration(c.After), " now: ", unit.Signed(c.After-c.Before), growth(c), ".")}
}

// growth is the change as a share of what was.
func growth(c *analyze.Comparison) string {
	if c.Before == 0 {
		return ""
	}
	return ", " + plus(int64(float64(c.After-c.Before)/float64(c.Before)*1e6))
}
