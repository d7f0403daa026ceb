package trace

import (
	"math/bits"
	"testing"
)

func TestIdsAreFoundSoonWhateverTheirPattern(t *testing.T) {
	const n = 10_000
	for name, id := range map[string]func(i uint64) uint64{
		"counted":             func(i uint64) uint64 { return i },
		"counted in 32 above": func(i uint64) uint64 { return i << 32 },
		"counted at the top":  func(i uint64) uint64 { return i << 48 },
		"in steps of 4096":    func(i uint64) uint64 { return i << 12 },
		"mirrored":            bits.Reverse64,
		"twice the same half": func(i uint64) uint64 { return i<<32 | i },
		"squares":             func(i uint64) uint64 { return i * i },
	} {
		spans := make([]Span, n)
		for i := range spans {
			spans[i].ID = SpanID(id(uint64(i)))
		}
		var table idTable
		table.reset(spans)
		steps := 0
		for i := range spans {
			table.put(int32(i))
			at := table.slot(spans[i].ID)
			steps += (at - table.home(spans[i].ID)) & (len(table.slots) - 1)
		}
		if steps > 3*n {
			t.Errorf("ids %s: %d steps to put %d", name, steps, n)
		}
		for i := range spans {
			if at, ok := table.find(spans[i].ID); !ok || at != int32(i) {
				t.Fatalf("ids %s: %v is found at %d, %v; want %d", name, spans[i].ID, at, ok, i)
			}
		}
		if at, ok := table.find(SpanID(id(n))); ok {
			t.Errorf("ids %s: one that was not put is found at %d", name, at)
		}
	}
}
