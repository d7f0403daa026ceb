package analyze_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// What trace draws of a request is what the verdict on its journey was made of: whatever the
// plan says of layers, of who waits for whom and of clocks.
func TestTheLayersOfATraceThatIsSearchedForAreThoseOfItsVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plans(t)
		if rapid.Bool().Draw(t, "blocking") {
			p.Blocking = []match.Matcher{*matchers(t)}
		}
		if rapid.Bool().Draw(t, "offset") {
			p.Offsets = []budget.Offset{{Host: "*", Ahead: time.Duration(rapid.IntRange(-200, 200).Draw(t, "ahead"))}}
		}
		file := exported(t, traces(t))
		n := run.With(p, trace.Options{}, attribute.Options{})
		c := shown(t, n, file, func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, n.Options) })
		drawn := 0
		for _, f := range shown(t, n, file, run.NewSearch).Found() {
			for _, q := range f.Requests {
				drawn++
				layers := map[string]time.Duration{}
				for _, piece := range q.Pieces {
					layers[piece.Layer] += piece.Duration()
				}
				judged := c.LayersOf(q.Key.Planned, q.Key.Journey, f.Trace.ID, f.Trace.Spans[q.Root].ID)
				if !maps.Equal(layers, judged) {
					t.Fatalf("drawn %v\njudged %v", layers, judged)
				}
			}
		}
		if drawn != c.Result(analyze.Settings{}).Observations {
			t.Fatalf("%d requests are drawn, %d judged", drawn, c.Result(analyze.Settings{}).Observations)
		}
	})
}

// exported is a file of the traces.
func exported(t *rapid.T, all [][]trace.Span) []byte {
	var file bytes.Buffer
	otlp := export.OTLP
	if err := otlp.Write(&file, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func shown[L run.Looker[L]](t *rapid.T, n *run.Analysis, file []byte, begin func(*attribute.Explainer) L) L {
	spans, err := ingest.ReadBytes("traces", file, n.Reading())
	if err != nil {
		t.Fatal(err)
	}
	all, err := run.Over(t.Context(), n, spans, begin)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What two runs spent can be subtracted cell by cell, though each has numbered its cells for
// itself.
func TestCompositionsOfTwoRunsSubtractExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := collected(traces(t)).Result(analyze.Settings{}).Journeys
		other := collected(traces(t)).Result(analyze.Settings{}).Journeys
		if len(one) == 0 || len(other) == 0 {
			t.Skip("no request")
		}
		a, b := &one[0].Tail.Slow, &other[0].Tail.Slow
		want := map[analyze.Cell]time.Duration{}
		for _, s := range a.Cells {
			want[*s.Cell] += s.Time
		}
		for _, s := range b.Cells {
			want[*s.Cell] -= s.Time
		}
		sum := time.Duration(0)
		for _, s := range a.Minus(b) {
			if want[*s.Cell] != s.Time {
				t.Fatalf("%+v changes by %v, want %v", *s.Cell, s.Time, want[*s.Cell])
			}
			delete(want, *s.Cell)
			sum += s.Time
		}
		if len(want) > 0 || sum != a.Total-b.Total {
			t.Fatalf("%v are left, the sum is %v of %v", want, sum, a.Total-b.Total)
		}
	})
}
