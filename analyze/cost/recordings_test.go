package cost_test

import (
	"cmp"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// recordings are some of those that are kept with the project, or all.
func recordings(t *testing.T) (files []string) {
	t.Helper()
	patterns := []string{"lab/caller-timeout/faulty.otlp.jsonl.zst", "lab/retry-storm/faulty.otlp.jsonl.zst", "consumers/consumers-lag/*.zst"}
	if testkit.Whole() {
		patterns = []string{"*/*.zst", "*/*/*.zst"}
	}
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join("../../testdata/recordings", pattern))
		if err != nil || len(found) == 0 {
			t.Fatal("no recordings", err)
		}
		files = append(files, found...)
	}
	return files
}

// An arrival is where one span more, or less, is in flight.
type arrival struct {
	at   trace.Time
	more int
}

// inFlight adds up how many spans are in flight, times how long they are so many.
func inFlight(all []arrival) (sum time.Duration) {
	slices.SortFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	n, since := 0, trace.Time(0)
	for _, a := range all {
		sum += time.Duration(n) * a.at.Sub(since)
		n, since = n+a.more, a.at
	}
	return sum
}

// Little's law: as many are in flight in the mean as come in a second, times how many seconds they stay.
func TestWhatOccupiesAServiceIsWhatIsInFlightThere(t *testing.T) {
	for _, file := range recordings(t) {
		all, flights := counted(t, file)
		for _, s := range all.Services() {
			if got := inFlight(flights[s.Name]); got != s.Occupied || len(flights[s.Name]) != 2*s.Spans {
				t.Errorf("%s: %s is occupied for %s by %d spans; in flight are %s", file, s.Name, s.Occupied, s.Spans, got)
			}
			if s.Failed > s.Occupied || s.Abandoned > s.Occupied {
				t.Errorf("%s: of %s of %s %s failed and %s was abandoned", file, s.Occupied, s.Name, s.Failed, s.Abandoned)
			}
		}
	}
}

// counted returns what occupies services, and when spans enter and leave them.
func counted(t *testing.T, file string) (*cost.Tally, map[string][]arrival) {
	t.Helper()
	e, all, flights := attribute.NewExplainer(category.BuiltIn(), nil), cost.NewTally(), map[string][]arrival{}
	spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer spans.Close()
	for each := range spans.Traces() {
		r := e.Read(trace.Assemble(each, trace.Options{MaxSkew: trace.MaxSkew}), attribute.Options{})
		all.Look(r)
		for i := range r.Trace.Spans {
			s := &r.Trace.Spans[i]
			if (s.Sig.Kind == trace.Server || s.Sig.Kind == trace.Consumer) && !s.Flags.Has(trace.Unfinished) {
				name := r.Service(int32(i))
				flights[name] = append(flights[name], arrival{s.Start, 1}, arrival{s.End, -1})
			}
		}
	}
	return all, flights
}
