package vitals

import (
	"cmp"
	"fmt"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
)

// The vitals that are rated.
const (
	LCP = "lcp"
	INP = "inp"
	CLS = "cls"
)

// Event stands for a vital in journeys of what a page did when somebody interacted with it, by the spans of an instrumentation:
// how long its handlers, and all that they set going, kept these open. Nobody saw that.
const Event = "event"

// IsNoticed reports whether people notice that an interaction took so long.
func IsNoticed(inp time.Duration) bool { return int64(inp) > limits[INP][0] }

// limits are up to where a vital is good, and up to where it needs improvement: in nanoseconds, and of a layout shift
// in hundredths.
var limits = map[string][2]int64{
	LCP: {int64(2500 * time.Millisecond), int64(4 * time.Second)},
	INP: {int64(200 * time.Millisecond), int64(500 * time.Millisecond)},
	CLS: {10, 25},
}

// ratedAt is the percentile by which pages are rated.
const ratedAt quantile.Level = 7500

// A Rated says how loads are rated by one vital.
type Rated struct {
	Name  string
	P75   int64 // nanoseconds; of a layout shift, hundredths
	Loads int
	// What the loads weigh that are good, need improvement, or are poor.
	Good, NeedsImprovement, Poor quantile.Weight
}

// Rating returns what the 75th percentile is.
func (r *Rated) Rating() string {
	switch l := limits[r.Name]; {
	case r.P75 <= l[0]:
		return "good"
	case r.P75 <= l[1]:
		return "needs improvement"
	}
	return "poor"
}

// OfTimes rates times, of which there must be one.
func OfTimes(name string, all *quantile.Sample, loads int) Rated {
	l := limits[name]
	poor := all.Over(time.Duration(l[1]))
	more := all.Over(time.Duration(l[0]))
	return Rated{Name: name, P75: int64(all.At(ratedAt)), Loads: loads, Good: all.Total() - more, NeedsImprovement: more - poor, Poor: poor}
}

// Shifts are the layout shifts of loads, each in hundredths, which is how finely they are kept. The zero value has none.
type Shifts struct{ of map[int32]*shift }

type shift struct {
	loads  int
	weight quantile.Weight
}

// most is the largest shift that is kept as it stands: a hundred times the limit of what is poor.
const most = 2500

// Add adds the shift of a load.
func (s *Shifts) Add(hundredths int32, w quantile.Weight) {
	s.add(min(max(0, hundredths), most), &shift{1, w})
}

func (s *Shifts) add(hundredths int32, more *shift) {
	if s.of == nil {
		s.of = map[int32]*shift{}
	}
	if s.of[hundredths] == nil {
		s.of[hundredths] = &shift{}
	}
	s.of[hundredths].loads += more.loads
	s.of[hundredths].weight += more.weight
}

// Merge adds what another one has.
func (s *Shifts) Merge(o *Shifts) {
	for hundredths, theirs := range o.of {
		s.add(hundredths, theirs)
	}
}

// Code is the shifts, the least first.
func (s *Shifts) Code(c *wire.Coder) {
	wire.Map(c, &s.of, cmp.Compare[int32], func(hundredths *int32) {
		if wire.Num(c, hundredths); *hundredths < 0 || *hundredths > most {
			c.Fail("a layout shift is none")
		}
	}, func(v **shift) {
		if c.Reading() {
			*v = &shift{}
		}
		wire.Counts(c, &(*v).loads)
		(*v).weight.Code(c)
	})
}

// Rated rates the shifts; ok is false if there is none.
func (s *Shifts) Rated() (r Rated, ok bool) {
	if len(s.of) == 0 {
		return r, false
	}
	r.Name = CLS
	var values []quantile.Value
	for hundredths, of := range s.of {
		r.Loads += of.loads
		values = append(values, quantile.Value{Time: time.Duration(hundredths), Weight: of.weight})
	}
	return OfTimes(CLS, quantile.NewSample(values), r.Loads), true
}

// Text writes a shift as browsers do.
func Text(hundredths int64) string { return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100) }
