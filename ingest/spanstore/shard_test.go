package spanstore

import (
	"errors"
	"fmt"
	"github.com/longpole/longpole/internal/tempfile"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/trace"
)

// aShard returns a shard with that much memory, and the memory.
func aShard(limit int64) (*Shard, *Memory) {
	m := NewMemory(limit, 1)
	return NewShard(Options{}, m, nil), m
}

// addTraces adds traces of two spans each, with 700 names: enough for many partitions, and for
// several blocks in each.
func addTraces(s *Shard, n int) {
	var d Draft
	for i := range n {
		for id := range 2 {
			d.Reset(0, 0)
			d.Trace, d.ID, d.Start, d.End = trace.ID{Lo: uint64(i + 1)}, trace.SpanID(id+1), 1780000000000000000, 1780000000000000001
			d.Name = fmt.Appendf(nil, "n%d", i%700)
			s.Add(&d)
		}
	}
}

// linesOf spells the spans of all traces, in order.
func linesOf(t *testing.T, s *Spans) (lines []string) {
	t.Helper()
	for spans := range s.Traces() {
		for _, sp := range spans {
			lines = append(lines, fmt.Sprint(sp.Trace, sp.ID, sp.Start, sp.End, sp.Sig.Name))
		}
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	slices.Sort(lines)
	return lines
}

func TestWhatAShardHoldsStaysBelowTheLimit(t *testing.T) {
	const limit = 2 << 20
	s, m := aShard(limit)
	var d Draft
	most := int64(0)
	for i := range 200_000 {
		d.Reset(0, 0)
		d.Trace, d.ID, d.Start = trace.ID{Lo: uint64(i)}, 1, 1780000000000000000
		d.End, d.Name = d.Start, fmt.Appendf(nil, "n%d", i)
		s.Add(&d)
		most = max(most, s.store.bytes()+s.Interner.bytes())
	}
	if most > limit*3/4 || m.file.size == 0 {
		t.Errorf("a shard held up to %d bytes of %d, and moved %d", most, limit, m.file.size)
	}
	m.file.close()
}

func TestSmallPartitionsComeBackTogetherAndLargeOnesInPasses(t *testing.T) {
	whole, m := aShard(0)
	addTraces(whole, 3000)
	lines := linesOf(t, Join([]*Shard{whole}, m, nil))
	for _, c := range []struct{ limit, least, most int64 }{
		{20_000, 2 * partitions, 10_000}, // several passes for each partition
		{1 << 20, 2, partitions - 1},     // several partitions together
	} {
		h, m := aShard(c.limit)
		addTraces(h, 3000)
		s := Join([]*Shard{h}, m, nil)
		groups := int64(0)
		for range newLoader(m, nil).groups() {
			groups++
		}
		if groups < c.least || groups > c.most {
			t.Errorf("limit %d: %d groups, want %d to %d", c.limit, groups, c.least, c.most)
		}
		if !slices.Equal(linesOf(t, s), lines) || len(lines) != 6000 {
			t.Errorf("limit %d: the traces differ", c.limit)
		}
		s.Close()
	}
}

func TestAFullDiskIsSaidWithItsName(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	s, m := aShard(1)
	m.file.file = &tempfile.File{File: full}
	addTraces(s, 10)
	Join([]*Shard{s}, m, nil).Close()
	if err := m.Err(); err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("error is %v", err)
	}
}

func TestATemporaryFileThatLostItsEndIsAnError(t *testing.T) {
	h, m := aShard(1)
	addTraces(h, 100)
	s := Join([]*Shard{h}, m, nil)
	t.Cleanup(func() { s.Close() })
	if err := m.file.file.Truncate(m.file.size / 2); err != nil {
		t.Fatal(err)
	}
	for range s.Traces() {
	}
	var failed *SpillError
	if !errors.As(s.Err(), &failed) {
		t.Errorf("error is %v", s.Err())
	}
}

func TestSpansMakeRoomForWhatIsHeldBesideThem(t *testing.T) {
	const limit = 2 << 20
	for beside, moves := range map[int64]bool{0: false, limit/2 - 1000: true} {
		s, m := aShard(limit)
		s.Hold(beside)
		addTraces(s, 3000)
		if moved := m.file.size > 0; moved != moves {
			t.Errorf("beside %d bytes spans are moved: %v, want %v", beside, moved, moves)
		}
		m.file.close()
	}
	s, _ := aShard(0)
	s.Hold(limit) // without a limit nobody counts
}
