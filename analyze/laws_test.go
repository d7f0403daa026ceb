package analyze_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func explainer() *attribute.Explainer { return attribute.NewExplainer(category.BuiltIn(), nil) }

// traces generates a run of traces with ids of their own.
func traces(t *rapid.T) (all [][]trace.Span) {
	for i := range rapid.IntRange(1, 12).Draw(t, "traces") {
		spans := testkit.Spans().Draw(t, "spans")
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	return all
}

func collected(all [][]trace.Span) *analyze.Collector { return collectedWith(nil, all) }

func collectedWith(plan *budget.Plan, all [][]trace.Span) *analyze.Collector {
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), plan), attribute.Options{})
	for _, spans := range all {
		c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
	}
	return c
}

func TestPiecesTileTheRootWhateverTheCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := trace.Assemble(testkit.Spans().Draw(t, "spans"), trace.Options{})
		for _, root := range tr.Roots {
			at := tr.Spans[root].Start
			for _, p := range attribute.Attribute(tr, root, explainer()) {
				if p.From != at || p.To <= p.From || !p.Category.Valid() {
					t.Fatalf("piece %+v does not continue at %d", p, at)
				}
				at = p.To
			}
			if at != tr.Spans[root].End {
				t.Fatalf("the pieces end at %d, the root at %d", at, tr.Spans[root].End)
			}
		}
	})
}

func TestLayersSumToTheLatencyInEveryComposition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := collectedWith(plans(t), traces(t)).Result(analyze.Settings{})
		for _, j := range r.Journeys {
			for _, p := range j.Percentiles {
				if p.Total != p.Value {
					t.Fatalf("%s: the composition of %v is of %v, not %v", j.Name, p.Level, p.Total, p.Value)
				}
				wantSums(t, &p.Composition)
			}
			wantSums(t, &j.Tail.Slow)
			wantSums(t, &j.Tail.Typical)
			for _, g := range analyze.Groupings {
				if got := sumOf(j.Tail.By(g)); got != j.Tail.Extra {
					t.Fatalf("%s by %s: the excess sums to %v, not %v", j.Name, g.Name, got, j.Tail.Extra)
				}
			}
		}
	})
}

func wantSums(t *rapid.T, c *analyze.Composition) {
	for _, g := range analyze.Groupings {
		if got := sumOf(c.By(g)); got != c.Total {
			t.Fatalf("by %s: %v, not %v", g.Name, got, c.Total)
		}
	}
}

func TestNamesThatAreKnownBeforehandAreThoseThatAreFoundOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := collected(traces(t))
		c.Result(analyze.Settings{})
		c.Merge(collected(traces(t))) // cells that the first result did not know
		for _, j := range c.Result(analyze.Settings{}).Journeys {
			for _, usual := range analyze.Groupings {
				own := analyze.Grouping{Name: usual.Name, Of: usual.Of}
				if known, found := j.Tail.By(usual), j.Tail.By(own); !slices.Equal(known, found) {
					t.Fatalf("by %s: %v, found out %v", usual.Name, known, found)
				}
				if known, found := j.Tail.Slow.By(usual), j.Tail.Slow.By(own); !slices.Equal(known, found) {
					t.Fatalf("by %s: %v, found out %v", usual.Name, known, found)
				}
			}
		}
	})
}

func sumOf(shares []analyze.Share) (d time.Duration) {
	for _, s := range shares {
		d += s.Time
	}
	return d
}

func TestAnyNumberOfCollectorsMergeToTheSameResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, plan := traces(t), plans(t)
		want := counted(collectedWith(plan, all), len(all)).Result(analyze.Settings{})
		merged := collectedWith(plan, nil)
		dealt := make([][][]trace.Span, rapid.IntRange(1, 4).Draw(t, "workers"))
		for _, spans := range rapid.Permutation(all).Draw(t, "order") {
			w := rapid.IntRange(0, len(dealt)-1).Draw(t, "worker")
			dealt[w] = append(dealt[w], spans)
		}
		for _, part := range dealt {
			merged.Merge(counted(collectedWith(plan, part), len(part)))
		}
		got := merged.Result(analyze.Settings{})
		if !reflect.DeepEqual(want.Ledger, got.Ledger) {
			t.Fatalf("one ledger %+v\nmerged %+v", want.Ledger, got.Ledger)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("one collector %+v\nmerged %+v", want, got)
		}
	})
}

// counted notes in the ledger what reading so many traces would have.
func counted(c *analyze.Collector, traces int) *analyze.Collector {
	c.Ledger.Records.Add(trace.Records{Read: 4 * traces, Whole: 2 * traces, Damaged: traces, Skipped: traces})
	c.Ledger.Spans += 7 * traces
	return c
}

func TestASampledTraceCountsAsOftenAsItStandsFor(t *testing.T) {
	rare := testkit.Draw(t, `root =========`)
	rare[0].Flags, rare[0].Threshold = trace.Sampled, 0xc0000000000000 // one in four
	often := testkit.Draw(t, `root =`)
	often[0].Trace.Lo, often[0].Flags = 2, trace.Sampled
	j := collected([][]trace.Span{rare, often}).Result(analyze.Settings{}).Journeys[0]
	if p50 := j.Percentiles[0].Value; j.Requests != 5 || p50 != 9*time.Millisecond {
		t.Errorf("%v requests, p50 %v; want 5 and 9 ms", j.Requests, p50)
	}
}

func TestTheTailIsWidenedUntilThirtyObservationsAreInIt(t *testing.T) {
	for n, want := range map[int]quantile.Level{
		20: quantile.P90, 100: quantile.P90, 579: quantile.P90, 580: quantile.P95, 2899: quantile.P95, 2900: quantile.P99,
	} {
		var all [][]trace.Span
		for i := range n {
			spans := testkit.Draw(t, `root =`)
			spans[0].Trace.Lo = uint64(i + 1)
			spans[0].End = spans[0].End.Add(time.Duration(i))
			all = append(all, spans)
		}
		if got := collected(all).Result(analyze.Settings{}).Journeys[0].Tail.Level; got != want {
			t.Errorf("%d observations: the tail begins at %v, want %v", n, got, want)
		}
	}
}
