package replay_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// recorded reads files and records their requests, judged by all of them as the pipeline does.
func recorded(t testing.TB, terms []replay.Term, files ...string) *replay.Run {
	t.Helper()
	rules := category.BuiltIn()
	keepEvent := func(name string) bool { return rules.NeedsEvent(name) || replay.IsAcquired(name) }
	var all [][]trace.Span
	for _, file := range files {
		spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{Keep: rules.NeedsAttr, KeepEvent: keepEvent})
		if err != nil {
			t.Fatal(err)
		}
		for tr := range spans.Traces() {
			all = append(all, slices.Clone(tr))
		}
	}
	return recordedSpans(all, terms)
}

func recordedSpans(all [][]trace.Span, terms []replay.Term) *replay.Run {
	e, c := record(all, terms, nil)
	if j := e.Evidence.Judge(); e.Evidence.Contradicts(j) {
		_, c = record(all, terms, j)
		return c.Run(j)
	}
	return c.Run(e.Evidence.Judge())
}

func record(all [][]trace.Span, terms []replay.Term, j *attribute.Judgement) (*attribute.Explainer, *replay.Recorder) {
	e, c := attribute.NewExplainer(category.BuiltIn(), nil), replay.NewRecorder(terms)
	e.Judging(j)
	for _, spans := range all {
		c.Look(e.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{}))
	}
	return e, c
}

// recordings are all that are kept with the project.
func recordings(t testing.TB) (files []string) {
	t.Helper()
	for _, pattern := range []string{"hotrod/*.zst", "lab/*/*.otlp.jsonl.zst", "cures/*/*.otlp.jsonl.zst", "runs/*.otlp.jsonl.zst", "tracing/*/*.zst", "consumers/*/*.zst"} {
		found, err := filepath.Glob(filepath.Join("../../testdata/recordings", pattern))
		if err != nil || len(found) == 0 {
			t.Fatal("no recordings", err)
		}
		files = append(files, found...)
	}
	return files
}

// Without a change, and with the waits at stations apart.
func TestReplayedUnchangedEveryRequestOfEveryRecordingTakesWhatItTook(t *testing.T) {
	requests, spans := 0, 0
	for _, p := range playedAll(t) {
		requests, spans = requests+p.requests, spans+p.spans
		if p.moved != "" || p.movedApart != "" {
			t.Errorf("%s: %s; with the waits at stations apart, %s", p.name, p.moved, p.movedApart)
		}
	}
	if requests < 3_000 || testkit.Whole() && requests < 15_000 || spans < 10*requests {
		t.Errorf("only %d requests with %d spans were replayed", requests, spans)
	}
}

// A played is what came of replaying a recording without a change.
type played struct {
	name              string
	requests, spans   int
	moved, movedApart string // what did; then with its stations found
	stations          []string
}

// playedAll replays the recordings once for all tests: those that have stations, and some of the others.
var playedOnce []played

func playedAll(t *testing.T) []played {
	t.Helper()
	if playedOnce == nil {
		var stationless, chosen []string
		for _, file := range recordings(t) {
			if stationsOf[nameOf(file)] == nil {
				stationless = append(stationless, file)
			} else if testkit.Whole() || !strings.Contains(file, "hotrod") || strings.Contains(file, "baseline") {
				chosen = append(chosen, file)
			}
		}
		for _, file := range append(chosen, testkit.Some(stationless, 8)...) {
			playedOnce = append(playedOnce, play(t, file))
		}
	}
	return playedOnce
}

func play(t *testing.T, file string) played {
	run := recorded(t, nil, file)
	p := played{name: nameOf(file), requests: len(run.Requests)}
	p.spans, p.moved = run.Moved()
	run.FindStations()
	for _, s := range run.Stations {
		p.stations = append(p.stations, s.String())
	}
	slices.Sort(p.stations)
	_, p.movedApart = run.Moved()
	return p
}

// nameOf is the name of a recording: lab/pool-of-two/faulty.
func nameOf(file string) string {
	name := strings.TrimPrefix(filepath.ToSlash(file), "../../testdata/recordings/")
	name, _, _ = strings.Cut(name, ".otlp.jsonl")
	name, _, _ = strings.Cut(name, ".jaeger.json")
	return name
}

func TestReplayedUnchangedEveryGeneratedRequestTakesWhatItTook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if _, moved := recordedSpans(traces(t), nil).Moved(); moved != "" {
			t.Fatal(moved)
		}
	})
}

// traces generates a run of traces with ids of their own.
func traces(t *rapid.T) (all [][]trace.Span) {
	for i := range rapid.IntRange(1, 8).Draw(t, "traces") {
		spans := testkit.Spans().Draw(t, "spans")
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	return all
}
