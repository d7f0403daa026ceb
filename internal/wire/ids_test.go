package wire

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAnIdHasOneNumberAlsoWhenTheTableHasGrown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := idTable{seed: rapid.Uint64().Draw(t, "seed")}
		var all []ID
		want := map[ID]uint64{}
		low := rapid.SampledFrom([]uint64{1, 3, 1 << 40}).Draw(t, "few differ")
		for i := range uint64(rapid.IntRange(1, 3000).Draw(t, "ids")) {
			id := ID{i % 7, i * i % (low * 600), i % low}
			n, known := table.number(&all, &id)
			if first, met := want[id]; met != known || met && n != first || !met && n != uint64(len(all)) {
				t.Fatalf("%v has number %d (known: %v), and had %d (%v)", id, n, known, first, met)
			}
			want[id] = n
		}
		if len(all) != len(want) {
			t.Fatalf("%d are kept of %d", len(all), len(want))
		}
	})
}
