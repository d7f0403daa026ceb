package replay

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/quantile"
)

// mostReplayed is how many findings are replayed: each of them asks all requests once.
const mostReplayed = 30

// Weigh says of findings how much of a tail they are by replay, each with its own what-if, and puts what adds most
// first. Those that cannot be replayed keep the bound that they have, and say why. NoQueues says why stations were not
// looked for; empty if they were.
func (r *Run) Weigh(res *analyze.Result, noQueues string) {
	for i, f := range res.Findings {
		if i >= mostReplayed {
			f.NotReplayed("others add more")
			continue
		}
		r.weigh(f, res, noQueues)
	}
	detect.Rank(res.Findings)
}

func (r *Run) weigh(f *detect.Finding, res *analyze.Result, noQueues string) {
	at := slices.IndexFunc(res.Journeys, func(j analyze.Journey) bool { return j.Name == f.Journey && (j.Plan != nil) == f.Planned })
	if at < 0 {
		f.NotReplayed("its journey is not shown")
		return
	}
	s, why := r.scenarioOf(f, noQueues)
	if s == nil {
		f.NotReplayed(why)
		return
	}
	q, err := r.ask(s)
	if err != nil {
		f.NotReplayed(err.Error())
		return
	}
	j := &r.Kinds[at]
	o := q.usual()
	slow := r.saved(j, o[0], j.Slow, len(j.Requests))
	from, to := band(j.Weights)
	typical := r.saved(j, o[0], from, to)
	if slow <= 0 && typical <= 0 {
		f.NotReplayed("no request takes less time with " + s.String())
		return
	}
	p95 := r.figures(j, o, []quantile.Level{quantile.P95})[0]
	f.Replayed(detect.Replay{Changes: texts(s), Before: p95.Before, After: p95.After}, slow, max(0, typical), max(0, res.Journeys[at].Tail.Extra))
}

func texts(s *Scenario) (all []string) {
	for i := range s.Changes {
		all = append(all, s.Changes[i].Text)
	}
	return all
}

// scenarioOf returns what the what-if of a finding asks for; nil and why if that cannot be asked.
func (r *Run) scenarioOf(f *detect.Finding, noQueues string) (*Scenario, string) {
	why := "what a page does is not replayed"
	station, servers := stationAt(r.Stations, f)
	for _, whatIf := range f.WhatIf {
		all := f.Changes(whatIf, station, servers)
		if len(all) == 0 {
			if why = "no station is found there"; noQueues != "" {
				why = noQueues
			}
			continue
		}
		s, err := r.askable(all)
		if s != nil {
			return s, ""
		}
		why = err.Error()
	}
	return nil, why
}

// askable returns the changes of which the run has something; nil and the error of the last if it has none of any.
func (r *Run) askable(all []string) (*Scenario, error) {
	s, err := &Scenario{}, error(nil)
	for _, text := range all {
		var c Change
		if c, err = parseFlag(text); err != nil {
			continue
		}
		if _, err = r.ask(&Scenario{Changes: []Change{c}}); err == nil {
			s.Changes = append(s.Changes, c)
		}
	}
	if len(s.Changes) == 0 {
		return nil, err
	}
	return s, nil
}

// parseFlag reads a change with the name of its kind before it: "set retry{web -> pay}=0".
func parseFlag(text string) (Change, error) {
	name, rest, _ := strings.Cut(text, " ")
	at := slices.Index(kindNames[:], name)
	if at < 0 {
		return Change{}, errors.New(name + " is no kind of change")
	}
	return ParseChange(Kind(at), rest, func(key string) []string { return []string{key} })
}

// stationAt returns the station that a finding is about: of its operation, else of its service.
func stationAt(all []*Station, f *detect.Finding) (name string, servers int) {
	for _, s := range all {
		if s.Instance.Service == f.Service && (f.Operation == "" || s.Operation == f.Operation) {
			return s.Name, s.Servers
		}
	}
	return "", 0
}

// saved returns how much less time requests from one place to another take, in the mean.
func (r *Run) saved(j *Journey, o *outcome, from, to int) time.Duration {
	var before, after quantile.Sum
	var all quantile.Weight
	for k := from; k < to; k++ {
		i := j.Requests[k]
		before.Add(j.Weights[k], r.Requests[i].Duration)
		after.Add(j.Weights[k], max(0, o.took[i]))
		all += j.Weights[k]
	}
	if all == 0 {
		return 0
	}
	return before.Over(all) - after.Over(all)
}
