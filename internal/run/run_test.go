package run_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// orders draws requests whose audit nobody waits for, which only some of them show by themselves.
func orders(t *testing.T, n int) (all [][]trace.Span) {
	for i := range n {
		spans := testkit.Draw(t, fmt.Sprintf(`
			order server     ====================
			  audit           %s
			  insert           =================`, strings.Repeat("=", 8+i%20)))
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	return all
}

// written writes the traces to two files in any order, some of them in part to both.
func written(t *testing.T, dir string, as export.Format, all [][]trace.Span, r *rand.Rand) (files []string) {
	t.Helper()
	var halves [2][][]trace.Span
	for _, i := range r.Perm(len(all)) {
		spans := all[i]
		cut := []int{0, len(spans), 1}[r.IntN(3)]
		for i, part := range [][]trace.Span{spans[:cut], spans[cut:]} {
			if len(part) > 0 {
				halves[i] = append(halves[i], part)
			}
		}
	}
	for i, traces := range halves {
		name := filepath.Join(dir, fmt.Sprint(i, ".", as.Extension))
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := as.Write(f, slices.Values(traces)); err != nil {
			t.Fatal(err)
		}
		f.Close()
		files = append(files, name)
	}
	return files
}

// A second look never shows: in whatever order, format and memory spans are read, and whether
// traces are analysed early or not, the audit is in no layer.
func TestASecondLookFindsTheSameHoweverSpansAreRead(t *testing.T) {
	all, dir := orders(t, 60), t.TempDir()
	n := run.With(nil, trace.Options{}, attribute.Options{})
	begin := func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, n.Options) }
	r := rand.New(rand.NewPCG(1, 2))
	for _, format := range []export.Format{export.Jaeger, export.Zipkin, export.OTLP} {
		for _, limit := range []int64{0, 0, 1, 20_000, 20_000} {
			files := written(t, dir, format, all, r)
			read := func(o ingest.Options) (*ingest.Spans, error) { return ingest.Read(t.Context(), files, o) }
			o := n.Reading()
			o.MaxMemory = limit
			c, _, err := run.Early(t.Context(), n, o, read, begin)
			if err != nil {
				t.Fatal(err)
			}
			j := c.Result(analyze.Settings{}).Journeys[0]
			for _, s := range j.Tail.Typical.By(analyze.Groupings[3]) {
				if strings.Contains(s.Name, "audit") {
					t.Fatalf("%s, %d bytes of memory: audit is waited for: %v", format.Name, limit, s.Time)
				}
			}
			if len(j.Async) != 1 || j.Async[0].Count != 60 {
				t.Fatalf("%s, %d bytes of memory: asynchronous is %+v", format.Name, limit, j.Async)
			}
		}
	}
}

// What is drawn of one trace is judged by all of its input.
func TestATraceThatIsSearchedForIsJudgedByAll(t *testing.T) {
	n := run.With(nil, trace.Options{}, attribute.Options{})
	n.Wants = func(t *trace.Trace) bool { return t.ID.Lo == 1 }
	var file strings.Builder
	otlp := export.OTLP
	if err := otlp.Write(&file, slices.Values(orders(t, 60))); err != nil {
		t.Fatal(err)
	}
	spans, err := ingest.ReadBytes("orders", []byte(file.String()), n.Reading())
	if err != nil {
		t.Fatal(err)
	}
	s, err := run.Over(t.Context(), n, spans, run.NewSearch)
	if err != nil {
		t.Fatal(err)
	}
	found := s.Found()
	if len(found) != 1 || !found[0].Waits[1].IsAsync() {
		t.Errorf("%d traces, the first one's audit: %v", len(found), found[0].Waits[1])
	}
}

// numbered draws requests whose names differ in an id.
func numbered(t *testing.T, n int) string {
	var all [][]trace.Span
	for i := range n {
		spans := testkit.Draw(t, fmt.Sprintf("GET_/users/%d/orders server  ====\n  load_%d  ==", 100_000+i, 100_000+i))
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	var file strings.Builder
	otlp := export.OTLP
	if err := otlp.Write(&file, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestNamesThatDifferInAnIDAreReadAsOneUnlessSomebodyAsksForThem(t *testing.T) {
	file := numbered(t, 50)
	asking, err := budget.Load("longpole.yaml", []byte("version: 1\njourneys:\n  users: {root: {name: 'GET /users/*'}, target: p95 <= 1s, layers: {rest: {budget: 1s}}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		plan  *budget.Plan
		wants func(*trace.Trace) bool
		names int
	}{
		"an analysis":                      {nil, nil, 2},
		"a plan that asks for names":       {asking, nil, 100},
		"traces that are shown one by one": {nil, func(*trace.Trace) bool { return true }, 100},
	} {
		n := run.With(c.plan, trace.Options{}, attribute.Options{})
		n.Wants = c.wants
		spans, err := ingest.ReadBytes("orders", []byte(file), n.Reading())
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for t := range spans.Traces() {
			for i := range t {
				names[t[i].Sig.Name] = true
			}
		}
		if len(names) != c.names {
			t.Errorf("%s: %d names", what, len(names))
		}
	}
}
