package spanstore

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

func TestRowsAreSortedByContentHoweverFarApartTheyBegin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		far := rapid.SampledFrom([]int64{1, 3, 1 << 40, 1<<63 - 1}).Draw(t, "far")
		g := group{sigs: []*trace.Signature{{Name: "a"}, {Name: "b"}}, chunks: [][]row{{}}}
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		for range n {
			g.chunks[0] = append(g.chunks[0], row{
				id: trace.SpanID(rapid.Uint64Range(1, 3).Draw(t, "id")), sig: rapid.Uint32Range(0, 1).Draw(t, "sig"),
				start: rapid.Int64Range(0, far).Draw(t, "start"), end: rapid.Int64Range(0, 2).Draw(t, "end"),
			})
		}
		var rows []uint32
		for i := range n {
			rows = append(rows, uint32(i))
		}
		want := slices.SortedFunc(slices.Values(rows), g.compare)
		g.sort(rows)
		for i := range rows {
			if g.compare(rows[i], want[i]) != 0 {
				t.Fatalf("row %d stands at %d, where %d belongs", rows[i], i, want[i])
			}
		}
	})
}
