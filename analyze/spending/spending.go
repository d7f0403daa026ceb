package spending

import (
	"math"
	"time"

	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
)

// A Store holds what requests spent on which cells, in blocks without pointers that are never
// moved.
type Store struct {
	blocks []block
	free   [][]Ref // that were dropped, by how many cells they have
}

type block struct {
	cells  []int32
	times  []time.Duration
	counts []uint16
}

// A Ref says where in a store the spending of a request stands.
type Ref struct{ block, at, n int32 }

const blockSize = 1 << 14

// room makes room for n cells.
func (s *Store) room(n int) (Ref, block) {
	if n < len(s.free) && len(s.free[n]) > 0 {
		last := len(s.free[n]) - 1
		r := s.free[n][last]
		s.free[n] = s.free[n][:last]
		return r, s.blocks[r.block].from(r)
	}
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last].cells)+n > cap(s.blocks[last].cells) {
		size := max(n, blockSize>>max(0, 6-len(s.blocks))) // the first ones are small
		s.blocks = append(s.blocks, block{make([]int32, 0, size), make([]time.Duration, 0, size), make([]uint16, 0, size)})
		last++
	}
	b := &s.blocks[last]
	at := len(b.cells)
	b.cells, b.times, b.counts = b.cells[:at+n], b.times[:at+n], b.counts[:at+n]
	r := Ref{int32(last), int32(at), int32(n)}
	return r, b.from(r)
}

func (b *block) from(r Ref) block {
	to := r.at + r.n
	return block{b.cells[r.at:to], b.times[r.at:to], b.counts[r.at:to]}
}

// Drop gives back the room of a request whose spending nobody asks for any more.
func (s *Store) Drop(r Ref) {
	for int(r.n) >= len(s.free) {
		s.free = append(s.free, nil)
	}
	s.free[r.n] = append(s.free[r.n], r)
}

// Keep keeps what was added up.
func (s *Store) Keep(t *Tally) Ref {
	at, b := s.room(len(t.cells))
	for i, cell := range t.cells {
		b.cells[i], b.times[i], b.counts[i] = cell, t.times[cell], t.counts[cell]
	}
	return at
}

// Copy keeps what stands in another store, whose cells have other numbers here.
func (s *Store) Copy(from *Store, r Ref, renumbered []int32) Ref {
	cells, times := from.Of(r)
	at, b := s.room(len(cells))
	copy(b.times, times)
	copy(b.counts, from.Counts(r))
	for i, cell := range cells {
		b.cells[i] = renumbered[cell]
	}
	return at
}

// Of returns the cells that a request spent time on, each once, and the times, which sum to its
// duration. They must not be changed.
func (s *Store) Of(r Ref) (cells []int32, times []time.Duration) {
	b, from, to := &s.blocks[r.block], r.at, r.at+r.n
	return b.cells[from:to], b.times[from:to]
}

// Counts returns how many spans spent on each cell first of all, beside what Of returns: their sum
// is the number of spans.
func (s *Store) Counts(r Ref) []uint16 { return s.blocks[r.block].counts[r.at : r.at+r.n] }

// A Tally adds up what one request spends.
type Tally struct {
	met    intern.Marks // cells
	spans  intern.Marks
	cells  []int32
	times  []time.Duration // by cell
	counts []uint16        // by cell: spans that spent on it first of all
	of     []time.Duration // see All
}

// Start forgets what was added.
func (t *Tally) Start() {
	t.met.Start()
	t.spans.Start()
	t.cells = t.cells[:0]
}

// Add adds a time that was spent on a cell.
func (t *Tally) Add(cell int32, d time.Duration) {
	if t.met.First(cell) {
		t.cells = append(t.cells, cell)
		if more := int(cell) + 1 - len(t.times); more > 0 {
			t.times = append(t.times, make([]time.Duration, more)...)
			t.counts = append(t.counts, make([]uint16, more)...)
		}
		t.times[cell], t.counts[cell] = 0, 0
	}
	t.times[cell] += d
}

// AddSpan adds a time that a span spent on a cell. A span counts once, on the cell that it is met
// with first: it ran once, however many kinds of time it spent.
func (t *Tally) AddSpan(cell int32, d time.Duration, span int32) {
	t.Add(cell, d)
	if t.spans.First(span) {
		t.counts[cell] = min(t.counts[cell], math.MaxUint16-1) + 1
	}
}

// All returns the cells that were added to, each once, and the times by them. They are valid until
// the next start.
func (t *Tally) All() (cells []int32, times []time.Duration) {
	t.of = t.of[:0]
	for _, cell := range t.cells {
		t.of = append(t.of, t.times[cell])
	}
	return t.cells, t.of
}

// Rearrange gives the cells that a request spent time on their new numbers.
func (s *Store) Rearrange(r Ref, to []int32) {
	cells, _ := s.Of(r)
	intern.Replace(cells, to)
}

// Code is what some requests spent, of which ref gives each one's place; there are n of them and so many cells.
func (s *Store) Code(c *wire.Coder, n, cells int, ref func(i int) *Ref) {
	for i := range n {
		r := ref(i)
		if size := c.Len(int(r.n), 2); c.Reading() {
			*r, _ = s.room(size)
		}
	}
	each := func(code func(b *block, k int32)) {
		for i := range n {
			if r := ref(i); r.n > 0 {
				for k := r.at; k < r.at+r.n; k++ {
					code(&s.blocks[r.block], k)
				}
			}
		}
	}
	each(func(b *block, k int32) {
		if wire.Num(c, &b.cells[k]); b.cells[k] < 0 || int(b.cells[k]) >= cells {
			c.Fail("time is spent on what there is not")
			b.cells[k] = 0
		}
	})
	each(func(b *block, k int32) { wire.Num(c, &b.times[k]) })
	each(func(b *block, k int32) { wire.Num(c, &b.counts[k]) })
}
