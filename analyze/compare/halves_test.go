package compare_test

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var cuts = flag.Int("cuts", 4, "how often each healthy recording is cut into halves")

// tracesOf returns the spans of each trace of a recording.
func tracesOf(t *testing.T, file string) (all [][]trace.Span) {
	t.Helper()
	rules := category.BuiltIn()
	spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{Keep: rules.NeedsAttr, KeepEvent: rules.NeedsEvent})
	if err != nil {
		t.Fatal(err)
	}
	for tr := range spans.Traces() {
		all = append(all, append([]trace.Span(nil), tr...))
	}
	return all
}

// halves deals blocks of time, twenty in all, to two sides at random.
func halves(traces [][]trace.Span, r *rand.Rand) (sides [2]*analyze.Data) {
	var collectors [2]*analyze.Collector
	for i := range collectors {
		collectors[i] = analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
	}
	first, last := traces[0][0].Start, traces[0][0].Start
	for _, spans := range traces {
		first, last = min(first, spans[0].Start), max(last, spans[0].Start)
	}
	const blocks = 20
	order := r.Perm(blocks)
	for _, spans := range traces {
		block := int(time.Duration(blocks) * (spans[0].Start.Sub(first)) / (last.Sub(first) + 1))
		side := 0
		if order[block] >= blocks/2 {
			side = 1
		}
		collectors[side].Add(trace.Assemble(append([]trace.Span(nil), spans...), trace.Options{MaxSkew: trace.MaxSkew}))
	}
	for i := range sides {
		sides[i] = collectors[i].Data
	}
	return sides
}

func TestHalvesOfARecordingRarelyDiffer(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(lab, "*", "healthy.otlp.jsonl.zst"))
	said, n := map[compare.Said]int{}, 0
	for k, file := range testkit.Some(files, 6) {
		traces := tracesOf(t, file)
		for cut := range *cuts {
			sides := halves(traces, rand.New(rand.NewPCG(uint64(k), uint64(cut))))
			r := compare.Of(sides[0], sides[1], nil, compare.Settings{Draws: 400})
			for i := range r.Journeys {
				if j := &r.Journeys[i]; !j.Few() && !strings.Contains(j.Name, "redis.dial") {
					said[j.Said]++
					n++
				}
			}
		}
	}
	t.Logf("of %d comparisons %d different, %d proven", n, said[compare.Different], said[compare.Proven])
	if (said[compare.Different]+said[compare.Proven])*100 > 12*n {
		t.Errorf("of %d comparisons of halves of one recording %v", n, said)
	}
}
