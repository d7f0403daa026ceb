package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// The stages of a report, each measured alone over the same input: the recording of HotROD,
// or the file that LONGPOLE_BENCH names. If it names a folder that testdata/bench/gen filled,
// that is otlp.jsonl, and every format of it is decoded. Every benchmark reports its cost for
// one span.

func benchFile(b *testing.B) string {
	b.Helper()
	name := cmp.Or(os.Getenv("LONGPOLE_BENCH"), filepath.Join(testkit.Root(b), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst"))
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, "otlp.jsonl")
	}
	return name
}

// benchFormats are the files to decode: those of a folder, or the one there is.
func benchFormats(b *testing.B) []string {
	b.Helper()
	folder := os.Getenv("LONGPOLE_BENCH")
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return []string{benchFile(b)}
	}
	return []string{filepath.Join(folder, "otlp.jsonl"), filepath.Join(folder, "otlp.pb"), filepath.Join(folder, "jaeger.json")}
}

func benchInput(b *testing.B) []byte {
	b.Helper()
	return benchRead(b, benchFile(b))
}

func benchRead(b *testing.B, name string) []byte {
	b.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func benchSpans(b *testing.B) *ingest.Spans {
	b.Helper()
	spans, err := ingest.ReadBytes("bench", benchInput(b), benchOptions())
	if err != nil {
		b.Fatal(err)
	}
	return spans
}

func benchOptions() ingest.Options {
	return run.With(nil, trace.Options{}, attribute.Options{}).Reading()
}

func benchTraces(b *testing.B) (traces []*trace.Trace, spans int) {
	b.Helper()
	all := benchSpans(b)
	for t := range all.Traces() {
		if tr := trace.Assemble(slices.Clone(t), trace.Options{}); len(tr.Roots) > 0 {
			traces = append(traces, tr)
			spans += len(tr.Spans)
		}
	}
	return traces, spans
}

func perSpan(b *testing.B, spans int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(spans), "ns/span")
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range benchFormats(b) {
		b.Run(filepath.Base(name), func(b *testing.B) { benchDecode(b, benchRead(b, name)) })
	}
}

func benchDecode(b *testing.B, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	spans := 0
	for b.Loop() {
		s, err := ingest.ReadBytes("bench", data, benchOptions())
		if err != nil {
			b.Fatal(err)
		}
		spans = s.Ledger.Spans
	}
	perSpan(b, spans)
}

func BenchmarkAssemble(b *testing.B) {
	spans := benchSpans(b)
	traces := slices.Collect(spans.Traces())
	assembler := trace.NewAssembler(trace.Options{})
	var scratch []trace.Span
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			scratch = append(scratch[:0], t...)
			assembler.Assemble(scratch)
		}
	}
	perSpan(b, spans.Ledger.Spans)
}

func BenchmarkPath(b *testing.B) {
	traces, spans := benchTraces(b)
	walker := critpath.NewWalker(nil)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			walker.Of(t, t.Roots[0])
		}
	}
	perSpan(b, spans)
}

func BenchmarkAttribute(b *testing.B) {
	traces, spans := benchTraces(b)
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			attribute.Attribute(t, t.Roots[0], e)
		}
	}
	perSpan(b, spans)
}

func BenchmarkCollect(b *testing.B) {
	traces, spans := benchTraces(b)
	b.ReportAllocs()
	for b.Loop() {
		c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
		for _, t := range traces {
			c.Add(t)
		}
		c.Result(analyze.Settings{})
	}
	perSpan(b, spans)
}

func BenchmarkRender(b *testing.B) {
	traces, spans := benchTraces(b)
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	for _, t := range traces {
		c.Add(t)
	}
	res := c.Result(analyze.Settings{})
	for _, f := range report.Formats {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Write(io.Discard, report.New(res, report.Options{}), page.Style{}); err != nil {
					b.Fatal(err)
				}
			}
			perSpan(b, spans)
		})
	}
}

func BenchmarkReport(b *testing.B) {
	name := benchFile(b)
	b.ReportAllocs()
	for b.Loop() {
		execute(b.Context(), []string{"report", name, "-o", "json"}, nil, io.Discard, io.Discard)
	}
}
