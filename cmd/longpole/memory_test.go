package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/bytesize"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// keepHeapLimit puts the limit that commands of the test set back to what it was.
func keepHeapLimit(t *testing.T) {
	limit := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(limit) })
}

// reportOf runs the report command and returns its JSON without the list of files.
func reportOf(t *rapid.T, args ...string) string {
	var out, stderr bytes.Buffer
	execute(context.Background(), append([]string{"report", "--budget", "none", "-o", "json"}, args...), nil, &out, &stderr)
	var answer map[string]any
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
	}
	delete(answer, "files")
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + stderr.String()
}

// exported writes some generated traces to two files, as if exporters had mixed them.
func exported(t *rapid.T, dir, format string) (files []string) {
	as := exportNamed(format)
	var halves [2][][]trace.Span
	for n := range rapid.IntRange(1, 8).Draw(t, "traces") {
		spans := testkit.Spans().Draw(t, "trace")
		for i := range spans {
			spans[i].Trace = trace.ID{Hi: uint64(n % 3), Lo: uint64(n + 1)}
		}
		cut := rapid.IntRange(0, len(spans)).Draw(t, "cut")
		for i, half := range [][]trace.Span{spans[:cut], spans[cut:]} {
			if len(half) > 0 {
				halves[i] = append(halves[i], half)
			}
		}
	}
	for i, name := range []string{"a.jsonl", "b.jsonl"} {
		var text bytes.Buffer
		if err := as.Write(&text, slices.Values(halves[i])); err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(files[i], text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestNeitherMemoryNorProcessorsNorTheOrderOfFilesShowInAReport(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "off") // or the collector would be told of the little that readers get
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	dir := t.TempDir()
	testkit.Check(t, 8, func(t *rapid.T) {
		files := exported(t, dir, "otlp")
		runtime.GOMAXPROCS(4)
		want := reportOf(t, append(files, "--max-memory", "0")...)
		runtime.GOMAXPROCS(rapid.SampledFrom([]int{1, 4}).Draw(t, "processors"))
		files = rapid.Permutation(files).Draw(t, "order")
		limit := rapid.SampledFrom([]string{"500B", "3kB", "20kB"}).Draw(t, "limit")
		if got := reportOf(t, append(files, "--max-memory", limit)...); got != want {
			t.Fatalf("the report is\n%s\nwant\n%s", got, want)
		}
	})
}

// The two files split some traces, so that they are read again, and hold others whole.
func TestThatTracesAreAnalysedWhileTheyAreReadNeverShows(t *testing.T) {
	dir := t.TempDir()
	testkit.Check(t, 8, func(rt *rapid.T) {
		files := exported(rt, dir, rapid.SampledFrom([]string{"jaeger", "zipkin", "otlp"}).Draw(rt, "format"))
		n := run.With(nil, trace.Options{}, attribute.Options{})
		begin := func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, n.Options) }
		read := func(o ingest.Options) (*ingest.Spans, error) { return ingest.Read(t.Context(), files, o) }
		limit := rapid.SampledFrom([]int64{0, 500, 20_000}).Draw(rt, "limit")
		early, ledger, errEarly := run.Early(t.Context(), n, ingest.Options{MaxMemory: limit}, read, begin)
		spans, errLate := read(ingest.Options{})
		if early == nil || fmt.Sprint(errEarly) != fmt.Sprint(errLate) {
			rt.Fatalf("early: %v, late: %v", errEarly, errLate)
		}
		early.Account(ledger)
		late := collect(t, n, spans)
		if a, b := jsonOf(t, early), jsonOf(t, late); !bytes.Equal(a, b) {
			rt.Fatalf("the report is\n%s\nwant\n%s", a, b)
		}
	})
}

func TestAnInterruptEndsAnAnalysis(t *testing.T) {
	spans, err := ingest.ReadBytes("x", []byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","name":"a","startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"}]}]}]}`), ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = run.Over(ctx, run.With(nil, trace.Options{}, attribute.Options{}), spans, run.NewSearch)
	err = refusal(ctx, err)
	var f *failure
	if !errors.As(err, &f) || f.code != exitInterrupted {
		t.Errorf("error is %v", err)
	}
}

func TestACommandThatDoesNotEndAfterAnInterruptIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		interrupted := time.Now()
		if code := new(app).inTime(ctx, make(chan int)); code != exitInterrupted || time.Since(interrupted) != grace {
			t.Errorf("exit code %d after %v", code, time.Since(interrupted))
		}
		done := make(chan int, 1)
		done <- 4
		if code := new(app).inTime(ctx, done); code != 4 {
			t.Errorf("exit code %d of a command that ended", code)
		}
	})
}

func TestByDefaultHalfOfTheMemoryIsUsedAndOneGiBAtMost(t *testing.T) {
	has := func(n uint64) func() (uint64, error) { return func() (uint64, error) { return n, nil } }
	unknown := func() (uint64, error) { return 0, errors.New("unknown") }
	for _, c := range []struct {
		cgroup, system func() (uint64, error)
		want           bytesize.Size
	}{
		{unknown, unknown, 1 << 30},
		{unknown, has(16 << 30), 1 << 30},
		{unknown, has(512 << 20), 256 << 20},
		{has(128 << 20), has(16 << 30), 64 << 20},
		{has(1 << 63), has(3 << 29), 3 << 28},
	} {
		if got := byDefault(c.cgroup, c.system); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func TestTheGarbageCollectorKnowsTheLimit(t *testing.T) {
	keepHeapLimit(t)
	t.Setenv("GOMEMLIMIT", "")
	for _, c := range []struct{ told, heap, grant int64 }{
		{256 << 20, 256 << 20, 256 << 20},
		{1 << 20, int64(leastHeap), 1 << 20}, // the collector needs room to breathe
	} {
		m := memory{optionalSize{size: bytesize.Size(c.told), told: true}}
		if grant, heap := m.grant(), debug.SetMemoryLimit(-1); grant != c.grant || heap != c.heap {
			t.Errorf("told %d: readers get %d, the heap %d", c.told, grant, heap)
		}
	}
	t.Setenv("GOMEMLIMIT", "99MiB")
	before := debug.SetMemoryLimit(-1)
	m := memory{optionalSize{size: 512 << 20, told: true}}
	if m.grant(); debug.SetMemoryLimit(-1) != before {
		t.Error("GOMEMLIMIT was overruled")
	}
}

func exportNamed(name string) export.Format {
	return export.Formats[slices.Index(namesOf(export.Formats), name)]
}
