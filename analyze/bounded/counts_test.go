package bounded

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestABucketHoldsTheHashesUpToItsLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hash := rapid.Uint64().Draw(t, "hash") >> rapid.IntRange(0, 63).Draw(t, "leading zeros")
		b := bucketOf(hash)
		if hash > lastOf(b) || (b > 0 && b>>fineness > 0 && b&(1<<fineness-1) > 0 && hash <= lastOf(b-1)) {
			t.Fatalf("%#x is in bucket %d, whose last is %#x", hash, b, lastOf(b))
		}
		if last := lastOf(b); bucketOf(last) != b || (last < All && bucketOf(last+1) == b) {
			t.Fatalf("the last of bucket %d is %#x, which is in %d", b, last, bucketOf(last))
		}
	})
}

func TestACutOfCountsLeavesEnoughAndNotManyMore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var c Counts
	var hashes []uint64
	for range 200_000 {
		h := r.Uint64()
		hashes = append(hashes, h)
		c.Add(h)
	}
	for _, n := range []int{10, 1000, 50_000, 199_999} {
		kept := 0
		for _, h := range hashes {
			if h <= c.Cut(n) {
				kept++
			}
		}
		if kept < n || kept > n+n/16+40 {
			t.Errorf("%d are kept of %d that are to be", kept, n)
		}
	}
	if c.Cut(200_000) != All {
		t.Error("some are cut of fewer than may be kept")
	}
}

func TestWhatMayBeKeptIsNeverTooMuchInAllAndNeverGrowsWithTheRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Limits{Journey: rapid.IntRange(1, 50).Draw(t, "of a journey"), All: rapid.IntRange(50, 500).Draw(t, "in all")}
		requests := rapid.SliceOfN(rapid.IntRange(1, 200), 1, 40).Draw(t, "requests")
		fair, kept, cut := l.Fair(requests), 0, false
		for _, n := range requests {
			kept += min(n, fair)
			cut = cut || n > fair
		}
		if kept > max(l.All, len(requests)) || (cut && fair < l.Journey && kept+len(requests) < l.All) {
			t.Fatalf("%d of %v are kept, %d of each, with limits of %+v", kept, requests, fair, l)
		}
		more := append(requests, rapid.IntRange(1, 200).Draw(t, "another journey"))
		more[0] += rapid.IntRange(0, 100).Draw(t, "more requests")
		if l.Fair(more) > fair {
			t.Fatalf("%d may be kept of each of %v, and %d of %v", l.Fair(more), more, fair, requests)
		}
	})
}

func TestTheLeastOfAllAreAmongTheLeastOfEveryPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOfN(rapid.Uint64Range(0, 1000), 1, 60).Draw(t, "hashes")
		n, at := rapid.IntRange(1, 20).Draw(t, "n"), rapid.IntRange(0, len(hashes)).Draw(t, "at")
		parts := [2]uint64{Cut(append([]uint64(nil), hashes[:at]...), n), Cut(append([]uint64(nil), hashes[at:]...), n)}
		whole := Cut(append([]uint64(nil), hashes...), n)
		if parts[0] < whole || parts[1] < whole {
			t.Fatalf("cut at %d, in parts at %v", whole, parts)
		}
	})
}
