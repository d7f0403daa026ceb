package analyze

import "github.com/longpole/longpole/trace"

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
