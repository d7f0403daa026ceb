package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// A Tried is what was tried for a journey.
type Tried struct {
	Scenario
	Effect Effect
	Hint   bool            // nothing shows that it can be done: calls that were always made in turn may have to be
	Of     *detect.Finding // whose what-if it is; nil if it is of none
}

// IsCeiling reports whether the change is more than anybody can do: work that takes no time. What it gains is the most
// that quicker work can.
func (t *Tried) IsCeiling() bool {
	return t.Of == nil && len(t.Changes) == 1 && t.Changes[0].Kind == Set && t.Changes[0].Share == 0
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// What is tried of a journey, and what is worth telling.
const (
	mostTriedJourneys = 3
	mostTriedPlaces   = 4
	leastGain         = 5 // of p95, in percent
)

// Try tries what may help the journeys with most at stake: the what-ifs of findings that were weighed, their largest
// places as quick as in typical requests or without their time, one more server for every station, and calls at once
// that are made in turn. It returns what helps, the most of it first; what nobody can do comes last.
func (r *Run) Try(res *analyze.Result) (all []Tried) {
	for i := range res.Journeys[:min(len(res.Journeys), mostTriedJourneys)] {
		j := &res.Journeys[i]
		var tried []Tried
		for _, c := range r.candidates(j, i, res.Findings) {
			if t, ok := r.try(c, i); ok {
				tried = append(tried, t)
			}
		}
		all = append(all, tried...)
	}
	slices.SortStableFunc(all, func(a, b Tried) int {
		return cmp.Or(compareBools(a.IsCeiling(), b.IsCeiling()), cmp.Compare(b.Effect.gain()*time.Duration(b.Effect.Requests), a.Effect.gain()*time.Duration(a.Effect.Requests)))
	})
	return all
}

func (r *Run) try(c Tried, journey int) (Tried, bool) {
	q, err := r.ask(&c.Scenario)
	if err != nil {
		return c, false
	}
	c.Effect = r.effect(&r.Kinds[journey], q.usual())
	f := c.Effect.At(quantile.P95)
	return c, c.Effect.Changed > 0 && (f.Before-f.After)*100 >= f.Before*leastGain
}

// scenarioIn reads changes as flags have them.
func scenarioIn(flags []string) (s Scenario) {
	for _, text := range flags {
		if c, err := parseFlag(strings.TrimPrefix(text, "--")); err == nil {
			s.Changes = append(s.Changes, c)
		}
	}
	return s
}

// candidates are what may help a journey: the what-ifs of what is wrong with it, and what may help any.
func (r *Run) candidates(j *analyze.Journey, at int, found []*detect.Finding) (all []Tried) {
	known := map[string]bool{}
	for _, f := range found {
		if f.Journey == j.Name && f.Planned == (j.Plan != nil) && f.Replay != nil && f.Replay.Why == "" {
			s := scenarioIn(f.Replay.Changes)
			known[s.String()] = true
			all = append(all, Tried{Scenario: s, Hint: f.Level == budget.Hint, Of: f})
		}
	}
	add := func(kind Kind, text string, hint bool) {
		if c, err := ParseChange(kind, text, nil); err == nil && !known[c.Text] {
			all = append(all, Tried{Scenario: Scenario{Changes: []Change{c}}, Hint: hint})
		}
	}
	for _, p := range largest(j.Tail.Excess) {
		add(Set, p.selector()+"=typical", false)
	}
	for _, p := range largest(j.Tail.Typical.Cells) {
		add(Set, p.selector()+"=0", false)
	}
	for _, s := range r.Stations {
		add(Servers, fmt.Sprintf("%s=%d", s.Name, s.Servers+1), false)
	}
	for _, p := range r.inTurn(&r.Kinds[at]) {
		add(Parallel, p.text, !p.independent)
	}
	return all
}

func (p *Pole) selector() string { return p.Layer + "{" + p.Place + "}" }

// largest returns the places with most time of a list that may be pasted, the largest first.
func largest(shares []analyze.CellShare) (poles []Pole) {
	sum := map[Pole]int64{}
	for _, s := range shares {
		sum[Pole{Layer: s.Cell.Layer, Place: s.Cell.Place()}] += int64(s.Time)
	}
	for p, took := range sum {
		if took > 0 && !strings.ContainsAny(p.Layer+p.Place, "{},=*?\\") {
			p.Adds = time.Duration(took)
			poles = append(poles, p)
		}
	}
	slices.SortFunc(poles, func(a, b Pole) int {
		return cmp.Or(cmp.Compare(b.Adds, a.Adds), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Place, b.Place))
	})
	return poles[:min(len(poles), mostTriedPlaces)]
}
