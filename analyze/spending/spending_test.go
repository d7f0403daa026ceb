package spending

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSpendingsStandWhereTheyWereKeptHoweverManyFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Store
		var sums Tally
		var at []Ref
		var want []int
		for range rapid.IntRange(1, 40).Draw(t, "observations") {
			n := rapid.SampledFrom([]int{0, 1, 7, 200, blockSize, blockSize + 1}).Draw(t, "cells")
			sums.Start()
			for cell := range n {
				sums.AddSpan(int32(cell), 1, int32(cell))               // a span of its own,
				sums.AddSpan(int32(cell), time.Duration(n-1), int32(n)) // one that spends on all cells,
				sums.AddSpan(int32(cell), 1, int32(cell))               // and the first again
			}
			at, want = append(at, s.Keep(&sums)), append(want, n)
		}
		for i, n := range want {
			cells, times := s.Of(at[i])
			for k := range n {
				if count := s.Counts(at[i])[k]; count != 1 && k > 0 || count != 2 && k == 0 {
					t.Fatalf("cell %d was spent on by %d spans", k, count)
				}
				if len(cells) != n || cells[k] != int32(k) || times[k] != time.Duration(n+1) {
					t.Fatalf("observation %d of %d: %d cells, cell %d has %v", i, len(want), len(cells), k, times[k])
				}
			}
		}
	})
}
