package trace_test

import (
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// grainsOf returns the granularity of the named spans' clocks.
func grainsOf(tr *trace.Trace, names ...string) (of []time.Duration) {
	for _, name := range names {
		at := slices.IndexFunc(tr.Spans, func(s trace.Span) bool { return s.Sig.Name == name })
		of = append(of, tr.Grain(int32(at)))
	}
	return of
}

// late moves the ends of spans, and their starts too if asked, off the whole millisecond.
func late(spans []trace.Span, starts bool, by time.Duration, at ...int) []trace.Span {
	for _, i := range at {
		spans[i].End = spans[i].End.Add(by)
		if starts {
			spans[i].Start = spans[i].Start.Add(by)
		}
	}
	return spans
}

const twoServices = `
	page in=js       ====================
	  first in=js     ====
	  second in=js        ====
	  serve in=go             =====`

func TestStartsOfWholeMillisecondsWithExactEndsAreCut(t *testing.T) {
	spans := late(testkit.Draw(t, twoServices), false, 612_345, 1)
	spans = late(spans, true, 612_345, 3)
	tr := trace.Assemble(spans, trace.Options{})
	if got := grainsOf(tr, "page", "first", "second", "serve"); !slices.Equal(got, []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond, 0}) {
		t.Errorf("granularity %v", got)
	}
}

func TestTimesThatAreAllWholeMillisecondsAreNoSignOfCutting(t *testing.T) {
	tr := testkit.DrawTrace(t, twoServices)
	if got := grainsOf(tr, "page", "serve"); !slices.Equal(got, []time.Duration{0, 0}) {
		t.Errorf("granularity %v", got)
	}
}

func TestOneExactStartShowsThatAServicesStartsAreNotCut(t *testing.T) {
	spans := late(testkit.Draw(t, twoServices), false, 612_345, 0, 1, 3)
	spans = late(spans, true, 100, 2)
	tr := trace.Assemble(spans, trace.Options{})
	if got := grainsOf(tr, "page", "second", "serve"); !slices.Equal(got, []time.Duration{0, 0, time.Millisecond}) {
		t.Errorf("granularity %v", got)
	}
}

func TestOneStartOfWholeMicrosecondsMayBeAWholeMillisecondByChance(t *testing.T) {
	for about, c := range map[string]struct {
		spans int
		late  time.Duration
		want  time.Duration
	}{
		"one span of whole microseconds": {1, 345 * time.Microsecond, 0},
		"two of them":                    {2, 345 * time.Microsecond, time.Millisecond},
		"one span of nanoseconds":        {1, 345_678, time.Millisecond},
	} {
		spans := late(testkit.Draw(t, "page in=js ====\n  first in=js  ==")[:c.spans], false, c.late, 0)
		if got := trace.Assemble(spans, trace.Options{}).Grain(0); got != c.want {
			t.Errorf("%s: granularity %v, want %v", about, got, c.want)
		}
	}
}

func TestACalleeWhoseStartWasCutToBeforeItsCallersContradictsNoClock(t *testing.T) {
	drawn := func() []trace.Span {
		spans := testkit.Draw(t, `
			call client      ==========
			  serve server   =========   in=js`)
		return late(late(spans, true, 700_001, 0), false, 612_345, 1)
	}
	tr := trace.Assemble(drawn(), trace.Options{})
	wantNotes(t, tr)
	if d := tr.Shift(0); d != 0 {
		t.Errorf("moved by %v", d)
	}
	early := drawn()
	early[1].Start = early[1].Start.Add(-time.Millisecond)
	wantNotes(t, trace.Assemble(early, trace.Options{}), "clock-skew 1.700001ms")
}

func TestTheGranularityOfClocksNeedsNoMemoryAfterTheFirstTrace(t *testing.T) {
	drawn := late(testkit.Draw(t, twoServices), false, 612_345, 1)
	a, spans := trace.NewAssembler(trace.Options{}), slices.Clone(drawn)
	n := testing.AllocsPerRun(100, func() {
		copy(spans, drawn)
		a.Assemble(spans)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
	copy(spans, drawn)
	if tr := a.Assemble(spans).Clone(); tr.Grain(1) != time.Millisecond {
		t.Errorf("a copy's granularity is %v", tr.Grain(1))
	}
}
