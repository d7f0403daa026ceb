package critpath_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// wantPath compares the path of a drawing with "name ms" pieces; a mark says what kind of own
// time: ~ on the wire, + overlapped, ? unseen.
func wantPath(t *testing.T, drawing string, want ...string) {
	t.Helper()
	tr := testkit.DrawTrace(t, drawing)
	var got []string
	for _, s := range critpath.Of(tr, tr.Roots[0], nil).Segments {
		got = append(got, fmt.Sprintf("%s %d%s", tr.Spans[s.Span].Sig.Name, s.To.Sub(s.From)/time.Millisecond, marks(s)))
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("path is\n\t%s\nwant\n\t%s", strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

func marks(s critpath.Segment) (m string) {
	for _, mark := range []struct {
		is   bool
		sign string
	}{{s.Wire, "~"}, {s.Overlapped, "+"}, {s.Unseen, "?"}} {
		if mark.is {
			m += mark.sign
		}
	}
	return m
}

func TestChildrenInTurnAreAllOnThePath(t *testing.T) {
	wantPath(t, `
		root  ==========
		  a    ===
		  b        ====`, "root 1", "a 3", "root 1", "b 4", "root 1")
}

func TestChildrenThatTouchFollowEachOther(t *testing.T) {
	wantPath(t, `
		root  ==========
		  a   =====
		  b        =====`, "a 5", "b 5")
}

func TestOfParallelChildrenTheLastToEndIsOnThePath(t *testing.T) {
	wantPath(t, `
		root  ==========
		  a   ======
		  b     =======`, "root 2+", "b 7", "root 1")
}

func TestAnOverlapBelowOnePercentStillCountsAsInTurn(t *testing.T) {
	long := strings.Repeat("=", 300)
	wantPath(t, `
		root  `+long+long+`
		  a   `+long+`==
		  b   `+strings.Repeat(" ", 300)+long, "a 300", "b 300")
}

func TestTheClientIsOnTheWireAroundItsServer(t *testing.T) {
	wantPath(t, `
		root         ==========
		  get client  ========
		    get_it server in=b  ====`, "root 1", "get 2~", "get it 4", "get 2~", "root 1")
}

func TestWorkThatNobodyWaitsForIsNeverOnThePath(t *testing.T) {
	for _, async := range []string{
		"mail                      ====",  // after the parent
		"mail                 ==========", // outlives it by 2 ms
		"mail follows          =====",     // tied by FOLLOWS_FROM
		"mail consumer         =======",   // a consumer that outlives it
	} {
		wantPath(t, `
		root                ==========
		  `+async, "root 10")
	}
}

func TestAConsumerIsNotWaitedForByItsProducer(t *testing.T) {
	wantPath(t, `
		root               ==========
		  send producer     =====
		    take consumer     ==`, "root 1", "send 5", "root 4")
}

func TestACallerThatGivesUpClipsItsServer(t *testing.T) {
	wantPath(t, `
		root          ==================
		  call client  =====
		    work server  ==============`, "root 1", "call 2~", "work 3", "root 12")
}

func TestAnOrphanMakesOwnTimeUnseen(t *testing.T) {
	wantPath(t, `
		root      ==========
		  x lost   ======
		    y        ===`, "root 3", "root 3?", "root 4")
}

func TestAChainOf100000SpansNeedsNoRecursion(t *testing.T) {
	const n = 100_000
	spans := make([]trace.Span, n)
	sig := &trace.Signature{Service: "deep", Name: "call"}
	for i := range spans {
		spans[i] = trace.Span{ID: trace.SpanID(i + 1), Parent: trace.SpanID(i), Sig: sig,
			Start: trace.Time(i), End: trace.Time(3*n - i)}
	}
	tr := trace.Assemble(spans, trace.Options{})
	path := critpath.Of(tr, tr.Roots[0], nil)
	if len(path.Visits) != n || len(path.Segments) != 2*n-1 {
		t.Errorf("%d visits, %d segments", len(path.Visits), len(path.Segments))
	}
}

func TestAFanOutOfAMillionSpansIsSortedOnce(t *testing.T) {
	const n = 1_000_000
	spans := make([]trace.Span, n+1)
	sig := &trace.Signature{Service: "wide", Name: "call"}
	spans[0] = trace.Span{ID: 1, Sig: sig, Start: 0, End: 10 * n}
	for i := 1; i <= n; i++ { // five at a time
		spans[i] = trace.Span{ID: trace.SpanID(i + 1), Parent: 1, Sig: sig,
			Start: trace.Time(10*i - 50), End: trace.Time(10 * i)}
	}
	tr := trace.Assemble(spans, trace.Options{})
	path := critpath.Of(tr, tr.Roots[0], nil)
	if want := n/5 + 1; len(path.Visits) < want {
		t.Errorf("%d visits, want at least %d", len(path.Visits), want)
	}
}
