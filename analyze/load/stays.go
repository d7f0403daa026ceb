package load

import (
	"cmp"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/trace"
)

// Stays are those at one instance. How many requests are there at once cannot be told from some of them. So while all
// requests are kept, all stays are. Else those of requests that are kept, and whole stretches of time, those with the
// least hashes, are: what begins in such a stretch is measured beside all that it met.
//
//	stretch   0        1        2        3
//	stays     ===  =  == ===  ====   ==  ==  ===
//	watched            ^^^^^^^^^
type Stays struct {
	count   int // of all
	kept    []Stay
	leftOut uint64 // the hashes of the stretches that are left out, from the greatest one down
	tries   int    // to keep less once it has so many
	hashed  int64  // the last stretch asked for
	hash    uint64
}

const (
	stretchBits = 30 // of nanoseconds: a little more than a second
	// mostStretches is how many stretches a stay is looked for in: one that lasts longer is met by nobody later. Else
	// what never ends would be kept in all of them.
	mostStretches = 16
)

func stretchOf(t trace.Time) int64 { return int64(t) >> stretchBits }

func hashOf(stretch int64) uint64 { return bounded.Hash(trace.ID{Lo: uint64(stretch)}, 0) }

func (s *Stays) cut() uint64 { return bounded.All - s.leftOut }

// isWatched reports whether all stays of the time are kept.
func (s *Stays) isWatched(t trace.Time) bool {
	if s.leftOut == 0 {
		return true
	}
	if at := stretchOf(t); s.hash == 0 || at != s.hashed {
		s.hashed, s.hash = at, hashOf(at)
	}
	return s.hash <= s.cut()
}

// lastOf returns the last stretch that a stay is looked for in.
func lastOf(v *Stay) int64 {
	return min(stretchOf(max(v.Start, v.End)), stretchOf(v.Start)+mostStretches-1)
}

// isSeen reports whether a stay is in a stretch that is watched.
func (s *Stays) isSeen(v *Stay) bool {
	if s.isWatched(v.Start) {
		return true
	}
	for at, last := stretchOf(v.Start)+1, lastOf(v); at <= last; at++ {
		if hashOf(at) <= s.cut() {
			return true
		}
	}
	return false
}

// Add adds a stay. Most is how many of requests that are not kept may be, and few more are for a while.
func (s *Stays) Add(v *Stay, most int) {
	s.count++
	if !v.Kept && !s.isSeen(v) {
		return
	}
	s.kept = append(s.kept, *v)
	if s.tries == 0 {
		s.tries = most + most/4
	}
	if len(s.kept) > s.tries {
		s.keepAtMost(most)
		s.tries = len(s.kept) + max(len(s.kept)/4, most/4, 1)
	}
}

// keepAtMost watches no more stretches than have n stays together, those with the least hashes.
func (s *Stays) keepAtMost(n int) {
	if s.count <= n {
		return
	}
	in := map[int64]int{}
	for i := range s.kept {
		for at, last := stretchOf(s.kept[i].Start), lastOf(&s.kept[i]); at <= last; at++ {
			in[at]++
		}
	}
	byHash := slices.SortedFunc(maps.Keys(in), func(a, b int64) int { return cmp.Compare(hashOf(a), hashOf(b)) })
	sum := 0
	for _, at := range byHash {
		if hashOf(at) > s.cut() {
			return
		}
		if sum += in[at]; sum > n {
			s.leaveOut(bounded.All - hashOf(at) + 1)
			return
		}
	}
}

// leaveOut leaves out the stretches with so many of the greatest hashes.
func (s *Stays) leaveOut(hashes uint64) {
	if hashes <= s.leftOut {
		return
	}
	s.leftOut = hashes
	s.kept = slices.DeleteFunc(s.kept, func(v Stay) bool { return !v.Kept && !s.isSeen(&v) })
}

// sort puts the stays in order: their numbers, which are less to move about, and then each once.
func (s *Stays) sort() {
	type arrival struct {
		at trace.Time
		of int
	}
	order := make([]arrival, len(s.kept))
	for i := range s.kept {
		order[i] = arrival{s.kept[i].Start, i}
	}
	slices.SortFunc(order, func(a, b arrival) int {
		if a.at != b.at {
			return cmp.Compare(a.at, b.at)
		}
		return compareStays(&s.kept[a.of], &s.kept[b.of])
	})
	sorted := make([]Stay, len(order))
	for i := range order {
		sorted[i] = s.kept[order[i].of]
	}
	s.kept = sorted
}

func (s *Stays) merge(o *Stays) {
	s.count += o.count
	s.kept = append(s.kept, o.kept...)
	cut := max(s.leftOut, o.leftOut)
	s.leftOut = 0
	s.leaveOut(cut)
}

// Forget drops the stays of requests that are not kept any more, but for those that are watched: of each instance so
// many as limits allow. All requests are kept where kept is nil.
func (t *Table) Forget(l bounded.Limits, kept func(trace.ID, trace.SpanID) bool) {
	counts := make([]int, 0, len(t.of))
	for _, s := range t.of {
		counts = append(counts, s.count)
	}
	n := l.Fair(counts)
	for _, s := range t.of {
		s.tries = 0
		if s.keepAtMost(n); kept == nil {
			continue
		}
		s.kept = slices.DeleteFunc(s.kept, func(v Stay) bool { return v.Kept && !kept(v.Trace, v.Root) && !s.isSeen(&v) })
		for i := range s.kept {
			if v := &s.kept[i]; v.Kept {
				v.Kept = kept(v.Trace, v.Root)
			}
		}
	}
}

// IsSample reports whether stays were left out.
func (c *Crowd) IsSample() bool { return c.All > len(c.Stays) }
