//go:build unix

package main

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/trace"
)

// What docs/performance.md promises and only the inside can see. `make bench-peers` runs
// these and reads the metrics that they report.

func BenchmarkDecodeToPath(b *testing.B) {
	data := benchInput(b)
	assembler, walker := trace.NewAssembler(trace.Options{}), critpath.NewWalker(nil)
	spans, before := 0, allocations()
	var memory []trace.Span // of one trace after the other
	room := func(n int) []trace.Span {
		memory = slices.Grow(memory[:0], n)
		return memory
	}
	for b.Loop() {
		s, err := ingest.ReadBytes("bench", data, benchOptions())
		if err != nil {
			b.Fatal(err)
		}
		for t := range s.TracesIn(room) {
			tr := assembler.Assemble(t)
			for _, root := range tr.Roots {
				walker.Of(tr, root)
			}
		}
		spans = s.Ledger.Spans
	}
	perSpan(b, spans)
	b.ReportMetric(float64(allocations()-before)/float64(b.N)/float64(spans), "allocs/span")
}

// BenchmarkHeld reports what is alive when all spans were read and none was assembled yet.
func BenchmarkHeld(b *testing.B) {
	before := alive()
	for b.Loop() {
		spans := benchSpans(b) // the bytes it reads are garbage by now
		b.ReportMetric(float64(alive()-before)/float64(spans.Ledger.Spans), "held-B/span")
		runtime.KeepAlive(spans)
	}
}

// BenchmarkOneTrace assembles a trace of a million spans and finds its path, in three shapes:
//
//	chain  --------------     fan  --------------     tree  --------------
//	        ------------           -- -- -- -- --           ------ -------
//	         ----------                                     -- --- -- ----
func BenchmarkOneTrace(b *testing.B) {
	for _, shape := range []struct {
		name   string
		parent func(i int) int
		within func(p trace.Span, i int) (from, to trace.Time)
	}{
		{"chain", func(i int) int { return i - 1 }, func(p trace.Span, _ int) (from, to trace.Time) { return p.Start + 1, p.End - 1 }},
		{"fan", func(int) int { return 0 }, func(p trace.Span, i int) (from, to trace.Time) { return tenth(p, i, 1_000_000) }},
		{"tree", func(i int) int { return (i - 1) / 10 }, func(p trace.Span, i int) (from, to trace.Time) { return tenth(p, (i-1)%10, 10) }},
	} {
		b.Run(shape.name, func(b *testing.B) { benchOneTrace(b, shape.parent, shape.within) })
	}
}

// tenth is the i-th of n equal parts of a span.
func tenth(p trace.Span, i, n int) (from, to trace.Time) {
	part := trace.Time(p.End.Sub(p.Start)) / trace.Time(n)
	return p.Start + part*trace.Time(i), p.Start + part*trace.Time(i+1)
}

func benchOneTrace(b *testing.B, parent func(i int) int, within func(p trace.Span, i int) (from, to trace.Time)) {
	const many = 1_000_000
	sig := &trace.Signature{Service: "web", Name: "work", Kind: trace.Internal}
	spans := []trace.Span{{Trace: trace.ID{Lo: 1}, ID: 1, End: trace.Time(time.Hour), Sig: sig}}
	for i := 1; i < many; i++ {
		p := spans[parent(i)]
		from, to := within(p, i)
		spans = append(spans, trace.Span{Trace: p.Trace, ID: trace.SpanID(i + 1), Parent: p.ID, Start: from, End: to, Sig: sig})
	}
	used := time.Duration(0)
	for b.Loop() {
		given := slices.Clone(spans)
		begun := processorTime(b)
		t := trace.Assemble(given, trace.Options{})
		critpath.Of(t, t.Roots[0], nil)
		used += processorTime(b) - begun
	}
	b.ReportMetric(used.Seconds()/float64(b.N), "cpu-s/op")
}

// processorTime is what the process has used so far, the garbage collector included.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func alive() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what finalizers let go
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
