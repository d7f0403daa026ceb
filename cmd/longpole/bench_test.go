package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/trace"
)

// The stages of a report, each measured alone over the same input: the recording of HotROD,
// or the file that LONGPOLE_BENCH names. Every benchmark reports its cost for one span.

func benchInput(b *testing.B) []byte {
	b.Helper()
	name := cmp.Or(os.Getenv("LONGPOLE_BENCH"), filepath.Join(testkit.Root(b), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst"))
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
	rules := budget.BuiltIn()
	return ingest.Options{Keep: rules.NeedsAttr, Shape: shapeOf(rules), KeepEvent: rules.NeedsEvent}
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
	data := benchInput(b)
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
	e := analyze.NewExplainer(budget.BuiltIn(), nil)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range traces {
			analyze.Attribute(t, t.Roots[0], e)
		}
	}
	perSpan(b, spans)
}

func BenchmarkCollect(b *testing.B) {
	traces, spans := benchTraces(b)
	b.ReportAllocs()
	for b.Loop() {
		c := analyze.NewCollector(analyze.NewExplainer(budget.BuiltIn(), nil), analyze.Options{})
		for _, t := range traces {
			c.Add(t)
		}
		c.Result(analyze.Settings{})
	}
	perSpan(b, spans)
}

func BenchmarkRender(b *testing.B) {
	traces, spans := benchTraces(b)
	c := analyze.NewCollector(analyze.NewExplainer(budget.BuiltIn(), nil), analyze.Options{})
	for _, t := range traces {
		c.Add(t)
	}
	res := c.Result(analyze.Settings{})
	for _, f := range report.Formats {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.Write(io.Discard, report.New(res, report.Options{}), report.Style{}); err != nil {
					b.Fatal(err)
				}
			}
			perSpan(b, spans)
		})
	}
}

func BenchmarkReport(b *testing.B) {
	name := cmp.Or(os.Getenv("LONGPOLE_BENCH"), filepath.Join(testkit.Root(b), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst"))
	b.ReportAllocs()
	for b.Loop() {
		run(b.Context(), []string{"report", name, "-o", "json"}, nil, io.Discard, io.Discard)
	}
}
