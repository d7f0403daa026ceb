package quantile

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestStudentsTIsThatOfTheTables(t *testing.T) {
	for freedom, at := range map[int]float64{1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 8: 2.306, 9: 2.262, 30: 2.042, 120: 1.980} {
		if got := (Spread{1, freedom}).Half(); math.Abs(got-at) > 6e-4 {
			t.Errorf("with %d degrees of freedom 95 %% is within %.4f, want %.3f", freedom, got, at)
		}
		if got := (Spread{1, freedom}).Chance(-at); math.Abs(got-0.05) > 1e-3 {
			t.Errorf("with %d degrees of freedom beyond %.3f is %.4f, want 0.05", freedom, at, got)
		}
	}
}

func TestSidesOfGroupsDifferByChanceOneTimeInTwenty(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	for _, n := range [][2]int{{3, 3}, {2, 5}, {10, 4}} {
		const tries = 4000
		alarms := 0
		for range tries {
			var means [2]float64
			var sides [2][]float64
			for c := range sides {
				for range n[c] {
					v := random.NormFloat64()
					sides[c] = append(sides[c], v)
					means[c] += v / float64(n[c])
				}
			}
			if Groups(sides).Chance(means[1]-means[0]) < 0.05 {
				alarms++
			}
		}
		if alarms < tries*4/100 || alarms > tries*6/100 {
			t.Errorf("%v groups: %d of %d differ", n, alarms, tries)
		}
	}
}

func TestEqualGroupsAreCertain(t *testing.T) {
	s := Groups([2][]float64{{5, 5, 5}, {7, 7, 7}})
	if s.Half() != 0 || s.Chance(2) != 0 || s.Chance(0) != 1 {
		t.Errorf("%+v", s)
	}
}
