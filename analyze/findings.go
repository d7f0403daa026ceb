package analyze

import (
	"slices"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
)

// findings returns what is wrong with journeys; nothing where nobody looked.
func (d *Data) findings(keys []attribute.Key, s Settings) []*detect.Finding {
	if d.found == nil {
		return nil
	}
	var journeys []detect.Journey
	for _, key := range keys {
		if p := d.population(key); len(p.observations) > 0 {
			journeys = append(journeys, p.detectable(key, s))
		}
	}
	return d.found.Find(journeys, d.evidence.Judge())
}

// forget lets findings forget what requests show that are not kept.
func (d *Data) forget() {
	switch {
	case d.found == nil:
	case d.isSampled():
		hashes := hashesOf(d.journeys, d.kept)
		d.found.Forget(func(r detect.Ref) bool {
			_, kept := slices.BinarySearch(hashes, bounded.Hash(r.Trace, r.Root))
			return kept
		})
	default:
		d.found.Forget(nil)
	}
}

// isSampled reports whether requests were left out.
func (d *Data) isSampled() bool {
	for _, j := range d.journeys {
		if j.whole != nil {
			return true
		}
	}
	return false
}

// hashesOf returns those of the requests that are kept, in order.
func hashesOf(journeys map[attribute.Key]*journey, kept int) []uint64 {
	all := make([]uint64, 0, kept)
	for _, j := range journeys {
		for i := range j.observations {
			all = append(all, j.observations[i].hash())
		}
	}
	slices.Sort(all)
	return all
}

// detectable is a journey as detectors know it.
func (p *population) detectable(key attribute.Key, s Settings) detect.Journey {
	t := p.tail(s.Tail)
	from, to := p.typicalFrom()
	j := detect.Journey{
		Name: key.Journey, Planned: key.Planned, Slow: t.From, Typical: [2]int{from, to}, Extra: max(0, t.Extra),
		SlowMean: t.Slow.Total, Mean: t.Typical.Total, Requests: make([]detect.Request, len(p.observations)),
	}
	for i := range p.observations {
		o := &p.observations[i]
		j.Requests[i] = detect.Request{Ref: detect.Ref{Trace: o.Trace, Root: o.Root}, Start: o.Start, Duration: o.Duration, Weight: o.Weight}
	}
	return j
}

// foundOf counts the findings of a journey of a plan that are sure enough and not acknowledged.
func (a *evaluator) foundOf(c *Check, least budget.Level, requests int) {
	c.Needed = 1
	if !a.looked {
		c.Why = "findings were not looked for"
		return
	}
	if requests == 0 {
		return
	}
	for _, f := range a.found {
		if f.Level >= least && f.Acknowledged == nil {
			c.Findings = append(c.Findings, f)
		}
	}
	n := int64(len(c.Findings)) * 1e6
	c.Measured = Measured{Known: true, Bounded: true, Value: n, Low: n, High: n, Observations: requests, Effective: float64(requests), Needed: 1}
	c.decideCount()
}

// findingsOf returns the findings of a journey of the plan.
func findingsOf(found []*detect.Finding, plan *budget.Journey) (some []*detect.Finding) {
	for _, f := range found {
		if f.Planned && f.Journey == plan.Name {
			some = append(some, f)
		}
	}
	return some
}
