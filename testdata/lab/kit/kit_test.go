package kit

import (
	"context"
	"encoding/binary"
	"os"
	"strings"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func sampled(s sdktrace.Sampler, random uint64) sdktrace.SamplingResult {
	var id trace.TraceID
	binary.BigEndian.PutUint64(id[8:], random|0xff<<56) // the highest byte is not randomness
	return s.ShouldSample(sdktrace.SamplingParameters{ParentContext: context.Background(), TraceID: id})
}

func TestAThresholdOfCKeepsTheUpperQuarterAndSaysSo(t *testing.T) {
	s := rootSampler("th:c")
	if got := sampled(s, 0xbfffffffffffff); got.Decision != sdktrace.Drop {
		t.Errorf("just below the threshold: got %v, want it dropped", got.Decision)
	}
	kept := sampled(s, 0xc0000000000000)
	if kept.Decision != sdktrace.RecordAndSample {
		t.Errorf("at the threshold: got %v, want it sampled", kept.Decision)
	}
	if got := kept.Tracestate.Get("ot"); got != "th:c" {
		t.Errorf("trace state ot=%q, want th:c", got)
	}
}

func TestWithoutASettingEverythingIsSampledAndNothingIsSaid(t *testing.T) {
	got := sampled(rootSampler(""), 0)
	if got.Decision != sdktrace.RecordAndSample || got.Tracestate.Len() != 0 {
		t.Errorf("got %v with trace state %q", got.Decision, got.Tracestate)
	}
}

func TestAWrongClockMovesSpansAndEventsAlike(t *testing.T) {
	at := time.Unix(100, 0)
	memory := tracetest.NewInMemoryExporter()
	span := tracetest.SpanStub{StartTime: at, EndTime: at.Add(time.Second), Events: []sdktrace.Event{{Time: at}}}.Snapshot()
	if err := skewed(memory, 80*time.Millisecond).ExportSpans(context.Background(), []sdktrace.ReadOnlySpan{span}); err != nil {
		t.Fatal(err)
	}
	got, want := memory.GetSpans()[0], at.Add(80*time.Millisecond)
	if !got.StartTime.Equal(want) || !got.EndTime.Equal(want.Add(time.Second)) || !got.Events[0].Time.Equal(want) {
		t.Errorf("got %v to %v with an event at %v, want all 80 ms later", got.StartTime, got.EndTime, got.Events[0].Time)
	}
	if !span.Events()[0].Time.Equal(at) {
		t.Error("the span itself was changed")
	}
}

func TestADialHitsItsShareOfRequestsAndTheSameOnesAgain(t *testing.T) {
	t.Setenv("DIAL_SHOP_SLOW", "40@0.25")
	a, b := NewDial("shop.slow"), NewDial("shop.slow")
	hits := 0
	for range 1000 {
		cost, hit := a.Hit(context.Background())
		if _, again := b.Hit(context.Background()); again != hit {
			t.Fatal("two dials with one seed disagree")
		}
		if hit {
			hits++
		}
		if cost != 40*time.Millisecond {
			t.Fatalf("cost %v, want 40ms", cost)
		}
	}
	if hits < 200 || hits > 300 {
		t.Errorf("%d hits in 1000, want about 250", hits)
	}
}

func TestADialThatIsNotSetNeverHits(t *testing.T) {
	if _, hit := NewDial("shop.unset").Hit(context.Background()); hit {
		t.Error("it hit")
	}
}

func TestOnlyRecordedRequestsAreNotedInTheJournal(t *testing.T) {
	path := t.TempDir() + "/journal.log"
	t.Setenv("LAB_JOURNAL", path)
	t.Setenv("INSTANCE", "web-eu")
	id := trace.TraceID{1}
	for _, flags := range []trace.TraceFlags{0, trace.FlagsSampled} {
		sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: trace.SpanID{1}, TraceFlags: flags})
		Note(trace.ContextWithSpanContext(context.Background(), sc), "payment.slow", 180*time.Millisecond)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "payment.slow web-eu " + id.String() + " 180\n"; string(text) != want {
		t.Errorf("journal %q, want %q", strings.TrimSpace(string(text)), want)
	}
}
