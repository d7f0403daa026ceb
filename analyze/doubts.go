package analyze

import (
	"fmt"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

// doubts are what keeps the checks of a journey from being proven, however many requests were
// measured. Each says why; empty for none.
type doubts struct {
	dates    string // of every check
	baseline string // of regressions: of the baseline's dates
	unending string // of checks that are about how long requests take
	failing  string // of the same: nobody has seen a request that succeeds
}

// doubts returns those that all journeys share.
func (d *Data) doubts(baseline *Data) (shared doubts) {
	if dates := d.dates(); dates.Wrong() {
		shared.dates = dates.why()
	}
	if baseline == nil {
		return shared
	}
	if dates := baseline.dates(); dates.Wrong() {
		shared.baseline = "of the baseline " + dates.why()
	}
	return shared
}

// unending says that more than 1 in 100 requests of a journey are missing.
func (d *Data) unending(key attribute.Key) string {
	n := d.unfinished(key)
	of := n
	if j := d.journeys[key]; j != nil {
		of += j.requests()
	}
	if n*100 <= of {
		return ""
	}
	return fmt.Sprintf("%d of %d requests have no end, and those that hang are the slow ones", n, of)
}

func (d Dates) why() string {
	return fmt.Sprintf("the dates of %d of %d requests cannot be, so their times may be in another unit", d.Odd, d.Of)
}

// doubt makes a check unproven that cannot be trusted. What is broken by those requests that have
// an end is broken by all of them.
func (d *doubts) doubt(c *Check) {
	why := d.dates
	if why == "" && c.Change != nil {
		why = d.baseline
	}
	if why == "" && c.timed && c.State == OK {
		why = d.unending
	}
	if why != "" {
		c.State, c.Why = Unproven, why
	}
	if d.failing != "" && c.timed && c.State < AtRisk {
		c.State, c.Why, c.Unmeasured = Unproven, d.failing, true
	}
}

// failing says that nobody saw how long a request takes: all of a journey failed, and what fails is
// quick, or none took any time, as where durations were lost.
func (p *population) failing() string {
	n := len(p.observations)
	if n < 2 {
		return ""
	}
	if p.observations[n-1].Duration == 0 { // they are in order
		return fmt.Sprintf("none of %d requests took any time; were their durations exported?", n)
	}
	for i := range p.observations {
		if !p.observations[i].Failed {
			return ""
		}
	}
	return fmt.Sprintf("all %d requests failed, so nobody knows how long one takes that does not", n)
}

// unfinished counts the requests of a journey that are in no figure.
func (d *Data) unfinished(key attribute.Key) int {
	if j := d.journeys[key]; j != nil {
		return j.unfinished
	}
	return 0
}

// Dates say of the starts of requests whether they can be.
type Dates struct {
	Odd, Of int  // requests that begin before 2000 or after 2100, of all that were measured
	Unit    Unit // in which the times of most of the odd ones would be possible
}

// Wrong reports whether so many dates cannot be that the unit of all times is in doubt: more than
// 1 in 20. A few stand for clocks that were not set.
func (d Dates) Wrong() bool { return d.Odd*20 > d.Of }

// A Unit is how many nanoseconds what was taken for one stands for: times of 10^12 are
// milliseconds since 1970, if they are any.
type Unit int64

// The units. UnknownUnit is none of them: the dates fit none.
const (
	UnknownUnit  Unit = 0
	Microseconds Unit = 1e3
	Milliseconds Unit = 1e6
	Seconds      Unit = 1e9
)

// The first and the last date that a trace may have: tracing is younger, and these programs will
// not live to see it.
const (
	in2000 = trace.Time(946_684_800e9)
	in2100 = trace.Time(4_102_444_800e9)
)

func isPossible(t trace.Time) bool { return t >= in2000 && t < in2100 }

// unitOf returns the unit in which t is possible.
func unitOf(t trace.Time) Unit {
	for _, u := range []Unit{Microseconds, Milliseconds, Seconds} {
		if t <= in2100/trace.Time(u) && isPossible(t*trace.Time(u)) {
			return u
		}
	}
	return UnknownUnit
}

func (d *Data) dates() Dates {
	var found Dates
	units := map[Unit]int{}
	for _, j := range d.journeys {
		for i := range j.observations {
			found.Of++
			if start := j.observations[i].Start; !isPossible(start) {
				found.Odd++
				units[unitOf(start)]++
			}
		}
	}
	for _, u := range []Unit{Seconds, Milliseconds, Microseconds} {
		if units[u]*2 > found.Odd {
			found.Unit = u
		}
	}
	return found
}
