package critpath_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// crispCase is what is known of one trace: what CRISP says, what the definition in
// docs/critical-path.md says, and whether the two agree. Times are microseconds.
type crispCase struct {
	Root struct{ Service, Operation string }
	// CRISP can leave named operations out, which this definition has no word for.
	Options map[string]any
	Agree   bool
	Crisp   struct {
		ByOperation map[string]int64 `json:"by_operation_us"`
	}
	Proposed struct {
		ByOperation map[string]int64 `json:"by_operation_us"`
	} `json:"proposed_partition"`
}

func TestOwnTimesAgreeWithCRISPWhereItConservesLatency(t *testing.T) {
	agreeing := 0
	for name, c := range crispCases(t) {
		want := c.Proposed.ByOperation
		if c.Agree {
			agreeing++
			want = nonZero(c.Crisp.ByOperation)
		}
		tr := onlyTrace(t, filepath.Join(name, "trace.json"))
		root, ok := named(tr, c.Root.Service, c.Root.Operation)
		if !ok {
			t.Errorf("%s: no span is %v", filepath.Base(name), c.Root)
			continue
		}
		if got := byOperation(tr, root); !maps.Equal(got, want) {
			t.Errorf("%s: own times are %v, want %v", filepath.Base(name), got, want)
		}
	}
	if agreeing < 34 {
		t.Errorf("only %d cases agree with CRISP; there must be 34", agreeing)
	}
}

func crispCases(t *testing.T) map[string]crispCase {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(testkit.Shared(t, "oracles", "crisp"), "*", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	cases := map[string]crispCase{}
	for _, dir := range dirs {
		var c crispCase
		text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
		if err != nil || json.Unmarshal(text, &c) != nil {
			t.Fatalf("%s cannot be read: %v", dir, err)
		}
		if c.Options["excl"] == nil && c.Options["filterProxy"] == nil {
			cases[dir] = c
		}
	}
	return cases
}

func onlyTrace(t *testing.T, file string) *trace.Trace {
	t.Helper()
	all := tracesOf(t, file)
	if len(all) != 1 {
		t.Fatalf("%s holds %d traces", file, len(all))
	}
	return all[0]
}

func tracesOf(t *testing.T, file string) (all []*trace.Trace) {
	t.Helper()
	spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for s := range spans.Traces() {
		all = append(all, trace.Assemble(s, trace.Options{}))
	}
	return all
}

// named returns the earliest span with that service and operation.
func named(tr *trace.Trace, service, operation string) (span int32, ok bool) {
	for i := range tr.Spans {
		if sig := tr.Spans[i].Sig; sig.Service == service && sig.Name == operation {
			return int32(i), true
		}
	}
	return trace.None, false
}

func byOperation(tr *trace.Trace, root int32) map[string]int64 {
	out := map[string]int64{}
	for _, s := range critpath.Of(tr, root, nil).Segments {
		sig := tr.Spans[s.Span].Sig
		out["["+sig.Service+"] "+sig.Name] += int64(s.To.Sub(s.From) / time.Microsecond)
	}
	return out
}

func nonZero(m map[string]int64) map[string]int64 {
	out := maps.Clone(m)
	maps.DeleteFunc(out, func(_ string, n int64) bool { return n == 0 })
	return out
}
