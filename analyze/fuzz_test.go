package analyze_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

// FuzzAnySpansAssembleAndTile builds traces that no exporter would write (ids that collide,
// parents that form rings, times of any size and order) and holds the laws of assembly and
// of the path against them: every span is kept or noted as lost, and pieces tile each root.
func FuzzAnySpansAssembleAndTile(f *testing.F) {
	for _, seed := range [][]byte{
		spanBytes(1, 0, 0, 100, 2),
		slices.Concat(spanBytes(1, 0, 0, 100, 2), spanBytes(2, 1, 10, 50, 3), spanBytes(2, 1, 20, 40, 2)), // a shared id
		slices.Concat(spanBytes(1, 2, 0, 9, 1), spanBytes(2, 1, 5, 1, 1)),                                 // a ring, a negative length
		slices.Concat(spanBytes(1, 0, 0, 5, 3), spanBytes(2, 1, 1<<62, 1<<62+9, 2)),                       // two clocks
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		spans := spansOf(data)
		if len(spans) == 0 {
			t.Skip()
		}
		read := len(spans)
		tr := trace.Assemble(spans, trace.Options{})
		lost := 0
		for _, n := range tr.Notes {
			if n.Code.Fate != trace.Kept {
				lost++
			}
		}
		if len(tr.Spans)+lost != read {
			t.Fatalf("%d spans, %d kept, %d noted as lost", read, len(tr.Spans), lost)
		}
		for _, root := range tr.Roots {
			wantTiled(t, tr, root)
		}
	})
}

func wantTiled(t *testing.T, tr *trace.Trace, root int32) {
	at := tr.Spans[root].Start
	for _, p := range attribute.Attribute(tr, root, explainer()) {
		if p.From != at || p.To <= p.From {
			t.Fatalf("piece %+v does not continue at %d", p, at)
		}
		at = p.To
	}
	if at != tr.Spans[root].End {
		t.Fatalf("the pieces end at %d, the root at %d", at, tr.Spans[root].End)
	}
}

// A span takes 19 bytes: two ids that are likely to collide, two times, kind and flags.
func spanBytes(id, parent byte, start, end uint64, kind byte) []byte {
	b := binary.BigEndian.AppendUint64([]byte{id, parent}, start)
	return append(binary.BigEndian.AppendUint64(b, end), kind)
}

func spansOf(data []byte) (spans []trace.Span) {
	for b := range slices.Chunk(data, 19) {
		if len(b) < 19 || len(spans) == 200 {
			break
		}
		spans = append(spans, trace.Span{
			Trace: trace.ID{Lo: 1}, ID: trace.SpanID(b[0]) + 1, Parent: trace.SpanID(b[1]),
			Start: trace.Time(binary.BigEndian.Uint64(b[2:]) >> 1), End: trace.Time(binary.BigEndian.Uint64(b[10:]) >> 1),
			Flags: trace.Flags(b[18]>>4) &^ trace.Sampled,
			Sig:   fuzzSignatures[b[18]%12],
		})
	}
	return spans
}

// fuzzSignatures are of every kind, on two hosts.
var fuzzSignatures = func() (sigs [12]*trace.Signature) {
	for i := range sigs {
		sigs[i] = &trace.Signature{Service: "s", Name: "n", Kind: trace.Kind(i % 6), Host: []string{"a", ""}[i/6]}
	}
	return sigs
}()
