package analyze

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func observed(n int, keep func(time.Duration) bool, draw func(*rand.Rand) float64) (out []Observation) {
	random := rand.New(rand.NewPCG(1, 2))
	for len(out) < n {
		if d := time.Duration(draw(random) * float64(time.Millisecond)); keep(d) {
			out = append(out, Observation{Duration: d})
		}
	}
	slices.SortFunc(out, func(a, b Observation) int { return a.Compare(&b) })
	return out
}

func TestRequestsThatAllTakeAboutTheSameAreNoChoice(t *testing.T) {
	all := func(time.Duration) bool { return true }
	narrow := observed(1800, all, func(r *rand.Rand) float64 { return 67 + 4*r.NormFloat64() })
	if at, _ := jump(narrow); at != 0 {
		t.Errorf("a threshold is seen at %v", at)
	}
}

func TestAThresholdThatKeptTheSlowOnesIsSeen(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	slowOrOneIn20 := func(d time.Duration) bool { return d >= 200*time.Millisecond || random.IntN(20) == 0 }
	kept := observed(1800, slowOrOneIn20, func(r *rand.Rand) float64 { return 150 * math.Exp(0.6*r.NormFloat64()) })
	if at, _ := jump(kept); at != 200*time.Millisecond {
		t.Errorf("the threshold is seen at %v, not 200 ms", at)
	}
}

// at makes n observations that take about d, in order, a nanosecond apart.
func at(n int, d time.Duration) (out []Observation) {
	for i := range n {
		out = append(out, Observation{Duration: d + time.Duration(i)})
	}
	return out
}

// spaced makes n observations from d on, so far from each other.
func spaced(n int, d, apart time.Duration) (out []Observation) {
	for i := range n {
		out = append(out, Observation{Duration: d + time.Duration(i)*apart})
	}
	return out
}

func failing(n, failed int) []Observation {
	out := at(n, 10*time.Millisecond)
	for i := range failed {
		out[i].Failed = true
	}
	return out
}

func TestEachBiasBeginsAtItsLimit(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name         string
		observations []Observation
		want         []BiasKind
	}{
		{"24 of 100 failed", failing(100, 24), nil},
		{"25 of 100 failed", failing(100, 25), []BiasKind{BiasErrors}},
		{"two kinds of requests", slices.Concat(at(60, 2*ms), at(40, 65*ms)), nil},
		{"29 above an edge", slices.Concat(at(3, 85*ms), at(29, 100*ms)), nil},
		{"30 above an edge", slices.Concat(at(3, 85*ms), at(30, 100*ms)), []BiasKind{BiasJump}},
		{"30 above and 2 below an edge", slices.Concat(at(2, 85*ms), at(30, 100*ms)), nil},
		{"not six times as many", slices.Concat(at(6, 85*ms), at(35, 100*ms)), nil},
		{"six times as many", slices.Concat(at(6, 85*ms), at(36, 100*ms)), []BiasKind{BiasJump}},
		{"a rise within a fifth", slices.Concat(at(3, 99*ms), at(8, 100*ms), at(2, 103*ms), at(30, 108*ms)), nil},
		{"a step within a rise", slices.Concat(at(3, 99*ms), at(9, 100*ms), at(2, 103*ms), at(30, 108*ms)), []BiasKind{BiasJump}},
		{"cut off", slices.Concat(at(30, 100*ms), at(30, 110*ms), at(10, 134*ms)), []BiasKind{BiasJump}},
		{"rising from a floor", slices.Concat(at(30, 100*ms), at(31, 110*ms), at(10, 134*ms)), nil},
		{"a narrow crowd", slices.Concat(at(30, 100*ms), at(30, 110*ms), at(10, 133*ms)), nil},
		{"a floor below 100 ms", slices.Concat(at(30, 80*ms), at(30, 89*ms), at(10, 110*ms)), nil},
		{"a floor just above a round duration", slices.Concat(spaced(60, 100*ms+800*time.Microsecond, 100*time.Microsecond), at(10, 134*ms)), nil},
		{"a floor at a round duration", slices.Concat(spaced(60, 100*ms+300*time.Microsecond, 100*time.Microsecond), at(10, 134*ms)), []BiasKind{BiasJump}},
		{"rising from the edge on", slices.Concat(at(3, 345*ms), spaced(9, 402*ms, 2*ms), spaced(40, 421*ms, time.Millisecond)), nil},
		{"as many at the edge", slices.Concat(at(3, 345*ms), spaced(10, 400*ms, 2*ms), spaced(40, 421*ms, time.Millisecond)), []BiasKind{BiasJump}},
		{"on the flank", slices.Concat(at(3, 85*ms), at(30, 100*ms), at(61, 115*ms)), nil},
		{"on the flat", slices.Concat(at(3, 85*ms), at(30, 100*ms), at(60, 115*ms)), []BiasKind{BiasJump}},
		{"a floor that is not round", slices.Concat(at(30, 101*ms+time.Microsecond), at(30, 110*ms), at(10, 134*ms)), nil},
	} {
		var got []BiasKind
		for _, b := range biasesOf("", ofOnePart(c.observations)) {
			got = append(got, b.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// parted returns requests of which each has the parts of one row.
func parted(rows ...[]time.Duration) *distribution {
	d := &distribution{cells: &cellTable{}}
	for _, parts := range rows {
		o := Observation{}
		d.cells.tally.Start()
		for cell, part := range parts {
			d.cells.tally.Add(int32(cell), part)
			o.Duration += part
		}
		o.spent = d.cells.Keep(&d.cells.tally)
		d.observations = append(d.observations, o)
	}
	return d
}

func TestAFloorOfManyPartsIsNoThreshold(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name string
		of   *distribution
		want bool
	}{
		{"each part has its floor", parted([]time.Duration{60 * ms, 40 * ms}, []time.Duration{70 * ms, 40 * ms}, []time.Duration{60 * ms, 45 * ms}), true},
		{"what one lacks the other has", parted([]time.Duration{60 * ms, 40 * ms}, []time.Duration{40 * ms, 60 * ms}), false},
		{"one part is nearly all", parted([]time.Duration{68 * ms, 32 * ms}, []time.Duration{70 * ms, 32 * ms}), false},
		{"no part that all have", parted([]time.Duration{50 * ms, 0, 50 * ms}, []time.Duration{50 * ms, 50 * ms}), false},
	} {
		if got := c.of.hasFloor(100 * ms); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// ofOnePart returns requests that are one cell each.
func ofOnePart(observations []Observation) *distribution {
	d := &distribution{cells: &cellTable{}}
	for _, o := range observations {
		d.cells.tally.Start()
		d.cells.tally.Add(0, o.Duration)
		o.spent = d.cells.Keep(&d.cells.tally)
		d.observations = append(d.observations, o)
	}
	return d
}
