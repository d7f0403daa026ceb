package suspects

import "math"

// mostStrata bounds how many properties others are held against at once.
const mostStrata = 6

// leastScore is how many standard deviations more of the tail must have a property than follows from
// the others: one in a hundred has so many by chance.
const leastScore = 2.33

// independent leaves out what only follows from properties that are less likely by chance: an
// instance of a slow region, unless it is slower than the others there.
func (f *Finder) independent(r *Requests, found []*candidate) (out []*candidate) {
	for _, c := range found {
		if len(out) == 0 || r.score(c, out[:min(len(out), mostStrata)]) >= leastScore {
			out = append(out, c)
		}
	}
	return out
}

// A stratum is the requests that are alike in the properties that were accepted.
type stratum struct{ all, slow, tagged, both float64 }

// score returns how many standard deviations more slow requests have the property than would if it
// went with nothing but the accepted ones (Mantel and Haenszel, 1959).
func (r *Requests) score(c *candidate, accepted []*candidate) float64 {
	var strata [1 << mostStrata]stratum
	for i := range r.All {
		at := 0
		for k := range accepted {
			at = at<<1 | number(accepted[k].members.has(i))
		}
		s, slow, tagged := &strata[at], float64(number(i >= r.Tail)), float64(number(c.members.has(i)))
		s.all++
		s.slow += slow
		s.tagged += tagged
		s.both += slow * tagged
	}
	more, variance := 0.0, 0.0
	for _, s := range strata {
		if s.all > 1 {
			more += s.both - s.slow*s.tagged/s.all
			variance += s.slow * s.tagged * (s.all - s.slow) * (s.all - s.tagged) / (s.all * s.all * (s.all - 1))
		}
	}
	if variance == 0 {
		return 0
	}
	return more / math.Sqrt(variance)
}
