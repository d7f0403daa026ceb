package analyze

import (
	"fmt"

	"github.com/longpole/longpole/analyze/attribute"
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
	of := n + len(d.population(key).observations)
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
