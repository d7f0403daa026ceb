package detect

import (
	"slices"
	"strconv"
	"time"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/load"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

var oneAtATime = Detector{
	ID: "LP011", Name: "one-at-a-time",
	Means:    "A service takes longer the more requests it has: they wait for a turn inside of it, though no span says so. It is a matter of capacity, and not of speed.",
	Evidence: "At one instance, own time rises with the number of requests in flight at arrival, and crowded requests take far longer than those that come alone.",
	Alike:    "Long requests that merely overlap; callers of a service that is crowded, for which the deepest one is named.",
	Remedy:   "Find what they wait for (a lock, a pool, a worker): more of it, or hold it for less time, or more instances.",
	Says:     "own time {each} with {met} requests in flight: {rise} more for each; alone p95 {alone}, in company {crowded}",
	WhatIf:   [][]string{{"servers STATION=MORE"}},
	Params: []budget.Parameter{
		ratio("rises", "correlation of the ranks of own time and requests in flight at least", 500_000),
		ratio("crowded", "p95 of crowded requests against that of lone ones at least", 1_500_000),
		count("requests", "lone and crowded requests at least, of each", 20),
	},
	yields: []string{"LP012"},
	begin: func(l limits) fold {
		return &crowds{rises: l["rises"], crowded: l["crowded"], fewest: l.count("requests"), calls: map[Subject]bool{}}
	},
}

type crowds struct {
	table          load.Table
	limits         bounded.Limits   // of stays at an instance and in all, where not all requests are kept
	calls          map[Subject]bool // which service calls which
	rises, crowded int64
	fewest         int
	spells         []critpath.Spell
	open           []int32
}

func (f *crowds) look(q *request) {
	for _, i := range q.spans {
		if sig := q.is[i]; sig.isEntry() && !q.isNested(i) {
			own, path := f.own(q, i)
			if sig.stays == nil {
				sig.stays = f.table.At(load.Instance{Service: sig.service, ID: sig.instance})
			}
			sig.stays.Add(&load.Stay{
				Start: q.span(i).Start, End: q.span(i).End, Own: own, Trace: q.ref.Trace, Root: q.ref.Root, Path: path, Kept: !q.left,
			}, f.limits.Journey)
		}
	}
}

// isNested reports whether the span is below another entry of its service.
func (q *request) isNested(i int32) bool {
	for p := q.Trace.Parent(i); p != trace.None; p = q.Trace.Parent(p) {
		if q.is[p].service != q.is[i].service {
			return false
		}
		if q.is[p].isEntry() {
			return true
		}
	}
	return false
}

// own returns how much of an entry span other services did not answer, and how much of that is on the path.
func (f *crowds) own(q *request, entry int32) (own, path time.Duration) {
	f.spells, f.open = f.spells[:0], append(f.open[:0], entry)
	s := q.span(entry)
	for len(f.open) > 0 {
		at := f.open[len(f.open)-1]
		f.open = f.open[:len(f.open)-1]
		path += q.own[at]
		for _, k := range q.Trace.Children(at) {
			by := ""
			if q.is[k].asks {
				by = q.Answered(k)
			}
			switch {
			case by != "" && by != q.is[entry].service:
				if q.is[k].answeredBy != by {
					q.is[k].answeredBy = by
					f.calls[Subject{Service: q.is[entry].service, Callee: by}] = true
				}
				if from, to := max(q.span(k).Start, s.Start), min(q.span(k).End, s.End); from < to {
					f.spells = append(f.spells, critpath.Spell{From: from, To: to})
				}
			case !q.is[k].isEntry():
				f.open = append(f.open, k)
			}
		}
	}
	own = s.Duration()
	for _, away := range critpath.Union(f.spells) {
		own -= away.To.Sub(away.From)
	}
	return max(0, own), path
}

func (f *crowds) merge(o fold) {
	theirs := o.(*crowds)
	f.table.Merge(&theirs.table)
	for s := range theirs.calls {
		f.calls[s] = true
	}
}

func (f *crowds) forget(kept func(Ref) bool) {
	if kept == nil {
		f.table.Forget(f.limits, nil)
		return
	}
	f.table.Forget(f.limits, func(t trace.ID, root trace.SpanID) bool { return kept(Ref{t, root}) })
}

func (f *crowds) code(c *wire.Coder) {
	f.table.Code(c)
	codeSubjects(c, &f.calls, c.Bool)
}

// A crowded is an instance whose requests wait for each other.
type crowded struct {
	load.Crowd
	rho             float64
	alone, together []time.Duration // own times, in order
}

func (f *crowds) find(r *round) {
	var all []crowded
	for _, at := range f.table.Instances() {
		c := crowded{Crowd: f.table.Crowd(at)}
		c.alone = c.Own(func(met int) bool { return met == 0 })
		c.together = c.Own(func(met int) bool { return met > 0 })
		if len(c.alone) < f.fewest || len(c.together) < f.fewest || !isShare(load.At(c.together, 95), load.At(c.alone, 95), f.crowded) {
			continue
		}
		if c.rho = c.Rises(); c.rho*1e6 >= float64(f.rises) {
			all = append(all, c)
		}
	}
	for i := range all {
		if !f.isExplained(&all[i], all) {
			f.report(r, &all[i])
		}
	}
}

// isExplained reports whether a service below is crowded, too.
func (f *crowds) isExplained(c *crowded, all []crowded) bool {
	return slices.ContainsFunc(all, func(o crowded) bool {
		return f.calls[Subject{Service: c.Service, Callee: o.Service}]
	})
}

func (f *crowds) report(r *round, c *crowded) {
	alone, late := load.At(c.alone, 50), load.At(c.alone, 95) // who comes alone rarely takes longer
	var hits []hit
	for i := range c.Stays {
		s := &c.Stays[i]
		if more := min(s.Path, s.Own) - alone; more > 0 && (c.Met[i] > 0 || c.Met[i] < 0 && s.Own > late) {
			hits = append(hits, hit{Ref: Ref{s.Trace, s.Root}, stake: more, times: 1})
		}
	}
	each, met, rise := f.steps(c)
	r.each(Subject{Service: c.Service, Other: c.ID}, hits, func(s *shown) {
		if s.isSeen() {
			figures := []Figure{
				{Name: "each", Unit: Times, Times: each}, {Name: "met", Unit: Words, Text: met + bySome(c)}, timeOf("rise", rise),
				timeOf("alone", load.At(c.alone, 95)), timeOf("crowded", load.At(c.together, 95)),
				ratioOf("rises", int64(c.rho*1e6)), shareOf("busy", int64(c.Busy), int64(c.To.Sub(c.From)))}
			if c.IsSample() {
				figures = figures[:len(figures)-1] // it is watched for a part of the time only
			}
			r.add(&oneAtATime, s, budget.Likely, figures...)
		}
	})
}

// bySome says how many requests of an instance tell it, where those are not all.
func bySome(c *crowded) string {
	if !c.IsSample() {
		return ""
	}
	return " (by " + strconv.Itoa(len(c.alone)+len(c.together)) + " of " + strconv.Itoa(c.All) + ")"
}

// fewestAtStep is how many requests must have met as many others before their own time is told.
const fewestAtStep = 5

// steps returns the middle own time by the number of requests that were met, and how much each adds.
func (f *crowds) steps(c *crowded) (each []time.Duration, met string, rise time.Duration) {
	for n := 0; n < 10; n++ {
		own := c.Own(func(m int) bool { return m == n })
		if len(own) < fewestAtStep {
			break
		}
		each = append(each, load.At(own, 50))
	}
	if len(each) < 2 {
		return each, "0", 0
	}
	last := len(each) - 1
	return each, "0 to " + string(rune('0'+last)), (each[last] - each[0]) / time.Duration(last)
}
