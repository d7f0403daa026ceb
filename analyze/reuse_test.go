package analyze

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestACollectorThatKeepsItsMemoryFindsWhatOneForEachTraceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
		merged := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
		for i := range rapid.IntRange(1, 12).Draw(t, "traces") {
			spans := testkit.Spans().Draw(t, "spans")
			for k := range spans {
				spans[k].Trace, spans[k].Sig.Number = trace.ID{Lo: uint64(i + 1)}, uint32(k%3)
			}
			if rapid.Bool().Draw(t, "forget") {
				kept.explain.ForgetSignatures()
			}
			kept.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
			one := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
			one.Add(trace.Assemble(spans, trace.Options{}))
			merged.Merge(one)
		}
		want, got := merged.Result(Settings{}), kept.Result(Settings{})
		want.Ledger, got.Ledger = nil, nil
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("one collector %+v\none for each %+v", got, want)
		}
	})
}

func TestATraceLikeOthersAllocatesNextToNothing(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		GET server            ======================
		  call client          ====   http.response.status_code=503
		  call client               =====
		  SELECT client                  ===  db.system=mysql
		  work                              ====`)
	c := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	if n := testing.AllocsPerRun(2000, func() { c.Add(tr) }); n > 0 {
		t.Errorf("%v allocations for each", n)
	}
	r := c.Result(Settings{})
	if r.Observations != 2001 || r.Journeys[0].Tail.Slow.Total != tr.Spans[0].Duration() {
		t.Errorf("%d observations of %v", r.Observations, r.Journeys[0].Tail.Slow.Total)
	}
}

func TestSmallSumsAreApportionedAsLargeOnesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "total"))
		parts := make([]sum, rapid.IntRange(1, 12).Draw(t, "parts"))
		whole := sum{}
		for i := range parts {
			parts[i].add(quantile.One, time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "time")))
			whole.plus(parts[i])
		}
		if whole == (sum{}) {
			t.Skip("nothing to apportion")
		}
		small, large := make([]time.Duration, len(parts)), make([]time.Duration, len(parts))
		apportionSmall(small, total, whole.lo, parts)
		apportionLarge(large, total, whole, parts)
		if !slices.Equal(small, large) {
			t.Fatalf("%v of %v: %v, in large integers %v", parts, total, small, large)
		}
	})
}

func TestTheChanceOfAtLeastKIsThatOfDrawingWithoutReturning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.IntRange(1, 40).Draw(t, "all")
		slow, tagged := rapid.IntRange(0, all).Draw(t, "slow"), rapid.IntRange(0, all).Draw(t, "tagged")
		k := rapid.IntRange(0, all).Draw(t, "k")
		ways := new(big.Int)
		for i := max(k, slow+tagged-all); i <= min(tagged, slow); i++ {
			way := new(big.Int).Binomial(int64(tagged), int64(i))
			ways.Add(ways, way.Mul(way, new(big.Int).Binomial(int64(all-tagged), int64(slow-i))))
		}
		want, _ := new(big.Rat).SetFrac(ways, new(big.Int).Binomial(int64(all), int64(slow))).Float64()
		if got := newChances(all, slow).atLeast(k, tagged); math.Abs(got-want) > 1e-9 {
			t.Fatalf("at least %d of %d slow ones of %d, %d marked: %v, want %v", k, slow, all, tagged, got, want)
		}
	})
}

func TestSpendingsStandWhereTheyWereKeptHoweverManyFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s spendings
		var sums tally
		var at []Observation
		var want []int
		for range rapid.IntRange(1, 40).Draw(t, "observations") {
			n := rapid.SampledFrom([]int{0, 1, 7, 200, blockSize, blockSize + 1}).Draw(t, "cells")
			sums.start()
			for cell := range n {
				sums.add(int32(cell), 1)
				sums.add(int32(cell), time.Duration(n))
			}
			at, want = append(at, Observation{spent: s.keep(&sums)}), append(want, n)
		}
		for i, n := range want {
			cells, times := s.of(&at[i])
			for k := range n {
				if len(cells) != n || cells[k] != int32(k) || times[k] != time.Duration(n+1) {
					t.Fatalf("observation %d of %d: %d cells, cell %d has %v", i, len(want), len(cells), k, times[k])
				}
			}
		}
	})
}
