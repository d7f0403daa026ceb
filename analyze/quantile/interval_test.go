package quantile

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestAnIntervalHoldsItsPercentileAndIsBoundedByWhatWasSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heaviest := rapid.SampledFrom([]uint64{1, 2, 20, 1 << 20}).Draw(t, "heaviest")
		var values []Value
		for i := range rapid.IntRange(1, rapid.SampledFrom([]int{3, 12, 100, 700}).Draw(t, "most")).Draw(t, "n") {
			values = append(values, Value{time.Duration(i), One * Weight(rapid.Uint64Range(1, heaviest).Draw(t, "weight"))})
		}
		s := NewSample(values)
		for _, l := range []Level{1, 100, 1000, P50, P90, P95, P99, 9990, 9999} {
			p := s.Percentile(l)
			if p.Low > p.Value || p.Value > p.High {
				t.Fatalf("%v is %d, between %d and %d", l, p.Value, p.Low, p.High)
			}
			if !p.Bounded && p.High != s.Max() || p.Bounded && s.effectiveAt(l) < float64(Needed(l)) {
				t.Fatalf("%v is bounded %v by %d, the longest is %d", l, p.Bounded, p.High, s.Max())
			}
			if known := s.effectiveAt(l); math.Pow(1-l.Fraction(), math.Floor(known)) > alpha && p.Low != values[0].Time {
				t.Fatalf("all of %v may be above %v, and the lower end is %d, not the shortest", known, l, p.Low)
			}
		}
	})
}

func TestTheLowerEndOfVeryFewIsNotAboveTheirPercentile(t *testing.T) {
	var values []Value
	for i, w := range []Weight{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 920, 86} {
		values = append(values, Value{time.Duration(i), w * One})
	}
	// They know as much of p99 as 1.003 of equal weight, of which the first stands at 99.7 % of the weight.
	if p := NewSample(values).Percentile(P99); p.Value != 8 || p.Low != 8 || p.High != 9 || p.Bounded {
		t.Errorf("p99 is %d, between %d and %d", p.Value, p.Low, p.High)
	}
}
