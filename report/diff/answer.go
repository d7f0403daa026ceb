package diff

import (
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// answer is the first line: what changed most, where, for whom, and how sure that is.
func (d *Diff) answer() page.Phrase {
	var p page.Phrase
	for i, side := range []*analyze.Result{d.result.Before, d.result.After} {
		for _, c := range account.Caveats(side) {
			p = page.Say(p, [...]string{"Before: ", "After: "}[i], c, " ")
		}
	}
	if len(d.result.Journeys) == 0 {
		return page.Say(p, d.nothingShared())
	}
	j := &d.result.Journeys[0]
	if j.Same {
		return page.Say(p, "Nothing changed: the same traces are on both sides.")
	}
	if j.Unequal != "" {
		return page.Say(p, named(j), " cannot be compared: ", j.Unequal, ".")
	}
	if j.Said == compare.Unproven {
		return page.Say(p, "No change is proven: ", changeOf(j), ", 95 % interval ", between(j.Interval), among(len(d.result.Journeys)), ".")
	}
	return page.Say(p, changeOf(j), d.since(), where(j), forWhom(j), ". ", proof(j))
}

// nothingShared says why nothing can be compared.
func (d *Diff) nothingShared() string {
	switch {
	case d.result.Before.Observations == 0:
		return "Nothing to compare: before, no request can be measured: " + account.NoRequest(d.result.Before) + "."
	case d.result.After.Observations == 0:
		return "Nothing to compare: after, no request can be measured: " + account.NoRequest(d.result.After) + "."
	}
	return "Nothing to compare: no journey is on both sides (" + unit.Of(len(d.result.Gone), "journey", "journeys") + " before, " + unit.Of(len(d.result.New), "other one", "other ones") + " after)."
}

func among(n int) string {
	if n == 1 {
		return ""
	}
	return "; " + unit.Of(n, "journey", "journeys") + " compared"
}

// changeOf gives a journey's change: "POST /checkout p95 +101 ms (55.7 ms -> 156 ms)".
func changeOf(j *compare.Journey) page.Phrase {
	h := &j.Headline
	return page.Say(named(j), " ", h.Of.String(), " ", unit.Signed(h.Change()), " (", unit.Duration(h.Before), " -> ", unit.Duration(h.After), ")")
}

// named names a journey, and as what it was known before.
func named(j *compare.Journey) page.Phrase {
	if j.Was == "" {
		return page.Say(page.Name(j.Name))
	}
	return page.Say(page.Name(j.Name), " (before: ", page.Name(j.Was), ")")
}

// since says from when on, and until when, where that was found.
func (d *Diff) since() page.Phrase {
	s := d.options.Since
	if s == nil {
		return nil
	}
	p := page.Say(" since ", account.Clock(s.At), " (", account.Clock(s.Low), " to ", account.Clock(s.High), ")")
	if m := s.Mended; m != nil {
		p = page.Say(p, " until ", account.Clock(m.At), " (", account.Clock(m.Low), " to ", account.Clock(m.High), ")")
	}
	return page.Say(p, account.FirstSeen(s.FirstSeen))
}

// where names the layer at the place that has most of the change, with its own share, and whether
// other requests are made or the same ones are slower.
func where(j *compare.Journey) page.Phrase {
	top := j.Top()
	if top == nil {
		return nil
	}
	return page.Say(": ", most(top, j.Headline.Change()), inPlace(top))
}

// most says how much of a change a row has, which does not print shares over a hundred.
func most(top *compare.RowProof, change time.Duration) string {
	if sameSign(top.Change(), change) && top.Change().Abs() <= change.Abs() {
		return unit.Percent(top.Change().Abs(), change.Abs()) + " of it is "
	}
	return "more than all of it is "
}

func inPlace(top *compare.RowProof) page.Phrase {
	return page.Say(page.Name(top.Layer), ", ", page.Name(top.Place), " (", unit.Signed(top.Change()), "), ", manner(top.Parts))
}

func sameSign(a, b time.Duration) bool { return (a > 0) == (b > 0) }

// mostOfParts is the share, in percent, from which one of two parts is said to be the change.
const mostOfParts = 80

func manner(p compare.Parts) string {
	change := p.Change().Abs()
	switch {
	case p.Mix.Abs()*100 >= change*mostOfParts && sameSign(p.Mix, p.Change()):
		return "because other requests are made"
	case p.Slower.Abs()*100 >= change*mostOfParts && sameSign(p.Slower, p.Change()):
		if p.Change() < 0 {
			return "in the same requests, now quicker"
		}
		return "in the same requests, now slower"
	}
	return "partly because other requests are made (" + unit.Signed(p.Mix) + ")"
}

// forWhom names the requests that have nearly all of the change.
func forWhom(j *compare.Journey) page.Phrase {
	o := j.Only
	if o == nil {
		return nil
	}
	tag := page.Say(page.Name(o.Key), " ", page.Name(o.Value))
	for _, t := range o.With {
		if t.Key != o.Key || t.Value != o.Value {
			tag = page.Say(tag, ", that is ", page.Name(t.Key), " ", page.Name(t.Value))
			break
		}
	}
	if o.New {
		return page.Say(", in requests with the new ", tag, " (", unit.Share(o.Share), " of them)")
	}
	return page.Say(", only with ", tag, " (", unit.Share(o.Share), " of requests)")
}

// proof says in one of three words how sure a change is.
func proof(j *compare.Journey) string {
	interval := " (95 % interval " + between(j.Interval) + ")"
	largest := unit.Share(min(1_000_000, max(0, j.Spread.Largest)))
	switch {
	case j.Unequal != "":
		return "Unproven: " + j.Unequal + "."
	case j.Said == compare.Unproven:
		return "Unproven" + interval + "."
	case j.Said == compare.Different && j.Within && j.Noise > 0:
		return "Different" + interval + ", but runs that are known to be equal differ by " + unit.Share(j.Noise) + ", too."
	case j.Said == compare.Different && j.Few():
		return "Different" + interval + ", but few requests say so."
	case j.Said == compare.Different && j.Spread.Separable():
		return "Different" + interval + ", but no part of it is more than chance."
	case j.Said == compare.Different:
		return "Different" + interval + ", but not separable from a change of the whole machine (largest part " + largest + ", " + unit.Share(j.Spread.OneWay) + " of the parts go one way)."
	}
	if j.ByRun() {
		return "Proven" + interval + ", by " + unit.Of(j.Blocks[0], "run", "runs") + " before and " + unit.Count(j.Blocks[1]) + " after."
	}
	return "Proven" + interval + ", and no change of the whole machine (largest part " + largest + ")."
}

// median returns that of a journey, or its mean where it was not asked for.
func median(j *analyze.Journey) time.Duration {
	for i := range j.Percentiles {
		if j.Percentiles[i].Level == quantile.P50 {
			return j.Percentiles[i].Value
		}
	}
	return j.Mean
}

// chip says in a word what the answer says of the journey that changed most.
func (d *Diff) chip() page.Chip {
	if len(d.result.Journeys) == 0 {
		return page.Chip{}
	}
	switch j := &d.result.Journeys[0]; {
	case j.Same || j.Unequal != "" || j.Said == compare.Unproven:
		return page.Chip{}
	case j.Said == compare.Different:
		return page.Chip{Tone: page.Doubtful, Text: "different"}
	case j.Headline.Change() < 0:
		return page.Chip{Tone: page.Good, Text: "quicker"}
	}
	return page.Chip{Tone: page.Bad, Text: "slower"}
}
