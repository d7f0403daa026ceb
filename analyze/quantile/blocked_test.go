package quantile

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func blocked(t *rapid.T, name string) (*Blocked, *Sample) {
	var values []Value
	var block []int
	for b := range rapid.IntRange(1, 6).Draw(t, name+" blocks") {
		for range rapid.IntRange(1, 10).Draw(t, name+" size") {
			values = append(values, Value{time.Duration(rapid.IntRange(0, 50).Draw(t, "time")), One * Weight(rapid.IntRange(1, 4).Draw(t, "weight"))})
			block = append(block, b)
		}
	}

	return NewBlocked(values, block), NewSample(append([]Value(nil), values...))
}

func TestABlockedSampleHasThePercentilesOfTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, s := blocked(t, "a")
		level := Level(rapid.IntRange(1, 9999).Draw(t, "level"))
		if got, want := b.at(level, ones(b.Blocks())), s.At(level); got != want {
			t.Fatalf("%v is %d, in one piece %d", level, got, want)
		}
	})
}

func TestABlockDrawnTwiceCountsTwice(t *testing.T) {
	b := NewBlocked([]Value{{1, One}, {2, One}, {9, One}}, []int{0, 0, 1})
	for _, c := range []struct {
		times []int
		want  time.Duration
	}{{[]int{1, 1}, 2}, {[]int{0, 2}, 9}, {[]int{2, 0}, 1}} {
		if got := b.at(P50, c.times); got != c.want {
			t.Errorf("p50 with blocks %v times is %d, want %d", c.times, got, c.want)
		}
	}
}

func TestTheSameSeedDrawsTheSameBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := blocked(t, "a")
		b, _ := blocked(t, "b")
		o := Resampling{Seed: 7, Draws: 100}
		one, two := Compare(a, b, P95, o), Compare(a, b, P95, o)
		if one != two || one.Low > one.High {
			t.Fatalf("%+v, then %+v", one, two)
		}
	})
}

func TestASampleAgainstItselfHasNotChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := blocked(t, "a")
		if c := Compare(a, a, P50, Resampling{Draws: 100}); c.Change != 0 || c.Before != c.After {
			t.Fatalf("%+v", c)
		}
	})
}

func TestChangesAreInMillionthsOfWhatWas(t *testing.T) {
	for _, c := range []struct {
		before, after time.Duration
		want          int64
	}{{100, 105, 50_000}, {100, 50, -500_000}, {0, 0, 0}, {0, 1, MostChange}, {7, 0, -1_000_000}, {1, 1 << 62, MostChange}} {
		if got := change(c.before, c.after); got != c.want {
			t.Errorf("from %d to %d is %d, want %d", c.before, c.after, got, c.want)
		}
	}
}

func TestARatioIsOfTheSumsAndNotTheMeanOfRatios(t *testing.T) {
	in := Ratio([]Part{{1, 1}, {0, 9}}, Resampling{Draws: 1000})
	if in.Value != 0.1 || in.Low != 0 || in.High != 1 {
		t.Errorf("got %+v", in)
	}
	if in := Ratio([]Part{{0, 0}}, Resampling{Draws: 100}); in != (Interval{}) {
		t.Errorf("of nothing: %+v", in)
	}
}

func TestAWeightIsANumberAboveZero(t *testing.T) {
	for text, want := range map[string]Weight{"1": One, "2.5": 5 * One / 2, "1e99": maxWeight, "1e-99": 1} {
		if w, ok := ParseWeight(text); !ok || w != want {
			t.Errorf("%q is %d, want %d", text, w, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "NaN", "Inf", "ten"} {
		if w, ok := ParseWeight(text); ok {
			t.Errorf("%q is taken for %d", text, w)
		}
	}
}

// high is a sample of n blocks of one value each: 200 in some of them, 100 in the others.
func high(n, some int) *Blocked {
	values, block := make([]Value, n), make([]int, n)
	for i := range n {
		values[i], block[i] = Value{100, One}, i
		if i < some {
			values[i].Time = 200
		}
	}
	return NewBlocked(values, block)
}

// No block of 200 is drawn in 3.9 % of the draws of 3 in 20, and in 8.8 % of those of 2 in 6.
func TestAChangeIsProvenAt95PercentOnOneSide(t *testing.T) {
	o := Resampling{Draws: Draws}
	if c := Compare(high(1, 0), high(20, 3), P99, o); c.Change != 1_000_000 || c.Low != 1_000_000 {
		t.Errorf("what is so in all but 3.9 %% of the draws is not proven: %+v", c)
	}
	if c := Compare(high(1, 0), high(6, 2), P99, o); c.Change != 1_000_000 || c.Low != 0 {
		t.Errorf("what is not so in 8.8 %% of the draws is proven: %+v", c)
	}
}

func TestBothSidesOfAChangeAreDrawnAgain(t *testing.T) {
	if c := Compare(high(2, 1), high(1, 1), P99, Resampling{Draws: Draws}); c.Change != 0 || c.Low != 0 || c.High != 1_000_000 {
		t.Errorf("%+v", c)
	}
}

func TestAnotherSeedDrawsOtherBounds(t *testing.T) {
	parts := make([]Part, 50)
	for i := range parts {
		parts[i] = Part{float64(i * i), 1}
	}
	if one, two := Ratio(parts, Resampling{1, 100}), Ratio(parts, Resampling{2, 100}); one == two || one.Value != two.Value {
		t.Errorf("%+v, then %+v", one, two)
	}
}

// None of 3 in 20 is drawn in 3.9 % of the draws, none of 4 in 1.2 %.
func TestARatioIsBoundedAt97PercentOnEachSide(t *testing.T) {
	for some, low := range map[int]float64{3: 0, 4: 0.05} {
		parts := make([]Part, 20)
		for i := range parts {
			parts[i] = Part{0, 1}
			if i < some {
				parts[i].Above = 1
			}
		}
		if in := Ratio(parts, Resampling{Draws: Draws}); in.Low != low {
			t.Errorf("%d of 20: %+v, want at least %v", some, in, low)
		}
		for i := range parts {
			parts[i].Above = 1 - parts[i].Above
		}
		if in := Ratio(parts, Resampling{Draws: Draws}); in.High != 1-low {
			t.Errorf("%d of 20: %+v, want at most %v", 20-some, in, 1-low)
		}
	}
}
