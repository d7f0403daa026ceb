package bounded

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
)

// Times are how long some work took, all or those of which the hashes are least. The zero value has none.
type Times struct {
	Count   int // of all
	Kept    []Timed
	leftOut uint64 // the hashes that are left out, from the greatest one down
}

// A Timed is one of them.
type Timed struct {
	quantile.Value
	Hash uint64
}

// Cut returns the hash up to which times are kept.
func (t *Times) Cut() uint64 { return All - t.leftOut }

// Add adds a time, and says by how many more are kept. Most is how many may be, and few more are for a while.
func (t *Times) Add(v Timed, most int) (more int) {
	t.Count++
	if v.Hash > t.Cut() {
		return 0
	}
	before := len(t.Kept)
	t.Kept = append(t.Kept, v)
	if len(t.Kept)-most/4 > most {
		t.KeepAtMost(most)
	}
	return len(t.Kept) - before
}

// KeepAtMost leaves out all but the n with the least hashes, and says by how many fewer are kept.
func (t *Times) KeepAtMost(n int) (fewer int) {
	if t.Count <= n || len(t.Kept) < n {
		return 0
	}
	hashes := make([]uint64, len(t.Kept))
	for i := range t.Kept {
		hashes[i] = t.Kept[i].Hash
	}
	return t.sift(Cut(hashes, n))
}

func (t *Times) sift(cut uint64) (fewer int) {
	t.leftOut = max(t.leftOut, All-cut)
	kept := t.Kept[:0]
	for _, v := range t.Kept {
		if v.Hash <= cut {
			kept = append(kept, v)
		}
	}
	fewer = len(t.Kept) - len(kept)
	t.Kept = kept
	return fewer
}

// Merge adds what another one has.
func (t *Times) Merge(o *Times) {
	t.Count += o.Count
	t.Kept = append(t.Kept, o.Kept...)
	if cut := min(t.Cut(), o.Cut()); cut < All {
		t.sift(cut)
	}
}

// Sample returns those that are kept, of which there must be one.
func (t *Times) Sample() *quantile.Sample {
	values := make([]quantile.Value, len(t.Kept))
	for i := range t.Kept {
		values[i] = t.Kept[i].Value
	}
	return quantile.NewSample(values)
}

// Code is the times that are kept, in order of their hashes, and how many there are.
func (t *Times) Code(c *wire.Coder) {
	slices.SortFunc(t.Kept, func(a, b Timed) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Weight, b.Weight))
	})
	wire.Counts(c, &t.Count)
	wire.Num(c, &t.leftOut)
	wire.List(c, &t.Kept, func(v *Timed) {
		wire.Fixed(c, &v.Hash)
		if v.Value.Code(c); v.Hash > t.Cut() {
			c.Fail("a time is kept that was left out")
		}
	})
	if len(t.Kept) > t.Count || len(t.Kept) < t.Count && (t.leftOut == 0 || len(t.Kept) == 0) {
		c.Fail("times are kept of which there are none, or none of which there are some")
	}
}
