package analyze

import (
	"time"

	"github.com/longpole/longpole/internal/intern"
)

// spendings holds what observations spent on which cells, in blocks without pointers that are
// never moved.
type spendings struct {
	blocks []spendingBlock
}

type spendingBlock struct {
	cells []int32
	times []time.Duration
}

// A spending says where the spending of an observation stands.
type spending struct{ block, at, n int32 }

const blockSize = 1 << 14

// room makes room for n cells.
func (s *spendings) room(n int) (spending, spendingBlock) {
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last].cells)+n > cap(s.blocks[last].cells) {
		size := max(n, blockSize>>max(0, 6-len(s.blocks))) // the first ones are small
		s.blocks = append(s.blocks, spendingBlock{make([]int32, 0, size), make([]time.Duration, 0, size)})
		last++
	}
	b := &s.blocks[last]
	at := len(b.cells)
	b.cells, b.times = b.cells[:at+n], b.times[:at+n]
	return spending{int32(last), int32(at), int32(n)}, spendingBlock{b.cells[at:], b.times[at:]}
}

// keep keeps what was added up.
func (s *spendings) keep(t *tally) spending {
	at, b := s.room(len(t.cells))
	for i, cell := range t.cells {
		b.cells[i], b.times[i] = cell, t.times[cell]
	}
	return at
}

// of returns the cells that an observation spent time on, each once, and the times, which sum
// to its duration.
func (s *spendings) of(o *Observation) (cells []int32, times []time.Duration) {
	b, from, to := &s.blocks[o.spent.block], o.spent.at, o.spent.at+o.spent.n
	return b.cells[from:to], b.times[from:to]
}

// A tally adds up what one observation spends.
type tally struct {
	met   intern.Marks
	cells []int32
	times []time.Duration // by cell
	of    []time.Duration // see all
}

func (t *tally) start() {
	t.met.Start()
	t.cells = t.cells[:0]
}

func (t *tally) add(cell int32, d time.Duration) {
	if t.met.First(cell) {
		t.cells = append(t.cells, cell)
		if more := int(cell) + 1 - len(t.times); more > 0 {
			t.times = append(t.times, make([]time.Duration, more)...)
		}
		t.times[cell] = 0
	}
	t.times[cell] += d
}

// all returns the cells that were added to, each once, and the times by them.
func (t *tally) all() (cells []int32, times []time.Duration) {
	t.of = t.of[:0]
	for _, cell := range t.cells {
		t.of = append(t.of, t.times[cell])
	}
	return t.cells, t.of
}
