package quantile

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// splitOf counts light requests of weight 1 and heavy ones: below the limit and above it.
func splitOf(heavy Weight, light, lightAbove, heavies, heavyAbove int) *Split {
	var s Split
	for _, part := range []struct {
		n     int
		w     Weight
		above bool
	}{{light, One, false}, {lightAbove, One, true}, {heavies, heavy, false}, {heavyAbove, heavy, true}} {
		for range part.n {
			s.Add(part.w, part.above)
		}
	}
	return &s
}

func TestEqualWeightsAreWhatWasCounted(t *testing.T) {
	for _, w := range []Weight{One, 100 * One, 3} {
		s := splitOf(w, 0, 0, 55, 4)
		if n, few, many := s.Evidence(); n != 59 || few != 4 || many != 4 {
			t.Errorf("4 of 59 that weigh %v are %d to %d of %d", w.Float(), few, many, n)
		}
		if above, all := s.Over(); above != 4*w || all != 59*w {
			t.Errorf("they weigh %v of %v", above, all)
		}
	}
}

func TestOneRequestOfGreatWeightIsOne(t *testing.T) {
	s := splitOf(8*One, 9, 0, 0, 1)
	if n, few, _ := s.Evidence(); few != 1 || s.Breaks(P95.Above()) {
		t.Errorf("one above the limit counts as %d of %d", few, n)
	}
}

func TestAWeightedShareIsRoundedAgainstTheProof(t *testing.T) {
	s := splitOf(2*One, 200, 5, 40, 2)
	n, few, many := s.Evidence()
	if above, all := s.Over(); many != few+1 || float64(few) > float64(n)*above.Float()/all.Float() {
		t.Errorf("%d to %d of %d are above", few, many, n)
	}
}

func TestWhereHeavyRequestsAreSeldomLightOnesProveLittle(t *testing.T) {
	for above := range 2 {
		if s := splitOf(8*One, 100, above, 1, 0); s.Keeps(P95.Above()) {
			t.Errorf("100 light requests prove a limit kept beside a heavy one, with %d above it", above)
		}
	}
	values := make([]Value, 300)
	for i := range values {
		values[i] = Value{time.Duration(i), One}
	}
	values[0].Weight = 8 * One
	if p := NewSample(values).Percentile(P95); p.Bounded {
		t.Errorf("15 light requests bound p95 where a heavy one was seen: %+v", p)
	}
}

// A keeping says which requests are kept: how probable it is, by whether they are slow.
type keeping func(slow bool, r *rand.Rand) (chance float64)

var keepings = map[string]keeping{
	"slow ones 1 in 8": func(slow bool, _ *rand.Rand) float64 {
		if slow {
			return 1.0 / 8
		}
		return 1
	},
	"quick ones 1 in 8": func(slow bool, _ *rand.Rand) float64 {
		if slow {
			return 1
		}
		return 1.0 / 8
	},
	"by chance": func(_ bool, r *rand.Rand) float64 { return 1 / float64(int(1)<<r.IntN(4)) },
}

// weightedRun draws n requests of exponential duration and keeps some. Of the slow, one in two is
// above p95.
func weightedRun(n int, keep keeping, r *rand.Rand) (out []Value) {
	for range n {
		v := Value{Time: time.Duration(r.ExpFloat64() * 1e9)}
		chance := keep(v.Time >= truth(P95) || r.IntN(20) == 0, r)
		v.Weight = Weight(float64(One) / chance)
		if r.Float64() < chance {
			out = append(out, v)
		}
	}
	return out
}

func truth(l Level) time.Duration { return time.Duration(-math.Log(1-l.Fraction()) * 1e9) }

func TestIntervalsOfWeightedSamplesHoldTheTruth(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for name, keep := range keepings {
		held, printed := 0, 0
		for range 400 {
			p := NewSample(weightedRun(1500, keep, r)).Percentile(P95)
			if !p.Bounded {
				continue
			}
			printed++
			if p.Low <= truth(P95) && truth(P95) <= p.High {
				held++
			}
		}
		if printed < 300 || held*100 < printed*93 {
			t.Errorf("%s: %d of %d intervals hold p95", name, held, printed)
		}
	}
}

func TestWeightedRequestsAtTheLimitAreSeldomBlownOrKept(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for name, keep := range keepings {
		for _, n := range []int{10, 60, 300, 2000} {
			blown, ok, runs := 0, 0, 500
			for range runs {
				var s Split
				for _, v := range weightedRun(n, keep, r) {
					s.Add(v.Weight, v.Time > truth(P95))
				}
				if s.least == s.most {
					continue // as a file says nothing of what it never held
				}
				if s.Breaks(P95.Above()) {
					blown++
				}
				if s.Keeps(P95.Above()) {
					ok++
				}
			}
			if blown*1000 > runs*25 || ok*1000 > runs*70 {
				t.Errorf("%s, %d requests: %d of %d are blown, %d ok", name, n, blown, runs, ok)
			}
		}
	}
}
