package quantile

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestACurveEndsWhereNoRequestIsBeyondIt(t *testing.T) {
	for n, last := range map[int]Level{1: 0, 2: 5000, 10: 9000, 100: 9900, 99: 9800, 1000: 9990} {
		values := make([]Value, n)
		for i := range values {
			values[i] = Value{time.Duration(i + 1), One}
		}
		var got Level
		if points := NewSample(values).Curve(); len(points) > 0 {
			got = points[len(points)-1].Level
		}
		if got != last {
			t.Errorf("of %d requests the curve ends at %v, want %v", n, got, last)
		}
	}
	if points := NewSample(nil).Curve(); len(points) != 0 {
		t.Errorf("of no request: %v", points)
	}
}

func TestACurveRisesAndHoldsThePercentiles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var values []Value
		for _, d := range rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 300).Draw(rt, "times") {
			values = append(values, Value{time.Duration(d), Weight(rapid.IntRange(1, 9).Draw(rt, "weight")) * One})
		}
		s := NewSample(values)
		var before time.Duration
		for _, p := range s.Curve() {
			if p.Time < before || p.Time > s.Max() || p.Time != s.Percentile(p.Level).Value {
				rt.Fatalf("%v is %v after %v", p.Level, p.Time, before)
			}
			before = p.Time
		}
	})
}
