package main

import (
	"slices"
	"testing"
	"time"
)

var usual = load{Seed: 1, Gap: 500 * time.Millisecond, Requests: 500}

func TestTheSameSeedGivesTheSameArrivals(t *testing.T) {
	if !slices.Equal(usual.arrivals(), usual.arrivals()) {
		t.Error("one load gave two schedules")
	}
	other := usual
	other.Seed = 2
	if slices.Equal(usual.arrivals(), other.arrivals()) {
		t.Error("two seeds gave one schedule")
	}
}

func TestArrivalsAreInOrderAtTheirMeanGapAndForEveryCustomer(t *testing.T) {
	all := usual.arrivals()
	inOrder := slices.IsSortedFunc(all, func(a, b arrival) int { return int(a.at - b.at) })
	if !inOrder {
		t.Error("arrivals are out of order")
	}
	gap := all[len(all)-1].at / time.Duration(len(all))
	if gap < 450*time.Millisecond || gap > 550*time.Millisecond {
		t.Errorf("the mean gap is %s, want about %s", gap, usual.Gap)
	}
	asked := map[int]int{}
	for _, a := range all {
		asked[a.customer]++
	}
	for _, c := range customers {
		if asked[c] < 100 || asked[c] > 150 {
			t.Errorf("customer %d asked %d times of 500, want about 125", c, asked[c])
		}
	}
}
