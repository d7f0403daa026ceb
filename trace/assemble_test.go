package trace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// tree spells a trace as "root(a b(c))", children in order of start.
func tree(t *trace.Trace) string {
	var names []string
	for _, top := range append(slices.Clone(t.Roots), t.Orphans...) {
		names = append(names, subtree(t, top))
	}
	return strings.Join(names, " ")
}

func subtree(t *trace.Trace, i int32) string {
	var kids []string
	for _, k := range t.Children(i) {
		kids = append(kids, subtree(t, k))
	}
	if kids == nil {
		return t.Spans[i].Sig.Name
	}
	return t.Spans[i].Sig.Name + "(" + strings.Join(kids, " ") + ")"
}

func wantTree(t *testing.T, tr *trace.Trace, want string) {
	t.Helper()
	if got := tree(tr); got != want {
		t.Errorf("the tree is %s, want %s", got, want)
	}
}

// wantNotes compares "code" or "code amount" in any order.
func wantNotes(t *testing.T, tr *trace.Trace, want ...string) {
	t.Helper()
	var got []string
	for _, n := range tr.Notes {
		note := n.Code.ID
		if n.Amount != 0 {
			note = fmt.Sprintf("%s %v", note, n.Amount)
		}
		got = append(got, note)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("notes are %q, want %q", got, want)
	}
}

func TestSpansBecomeATreeInOrderOfStart(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root   ==========
		  b         ====
		    c        ==
		  a     ==`)
	wantTree(t, tr, "root(a b(c))")
	wantNotes(t, tr)
}

func TestAnExactDuplicateCountsOnce(t *testing.T) {
	spans := testkit.Draw(t, `
		root   ==========
		  a     ==`)
	tr := trace.Assemble(append(spans, spans[1]), trace.Options{})
	wantTree(t, tr, "root(a)")
	wantNotes(t, tr, "duplicate-span")
}

func TestOfSpansThatShareAnIdAndDifferTheLongestIsUsed(t *testing.T) {
	spans := testkit.Draw(t, `
		root   ==========
		  a     ==`)
	long := spans[1]
	long.End = long.End.Add(3 * time.Millisecond)
	tr := trace.Assemble(append(spans, long), trace.Options{})
	wantNotes(t, tr, "conflicting-span 3ms")
	if got := tr.Spans[1].Duration(); got != 5*time.Millisecond {
		t.Errorf("the span of %v was used", got)
	}
}

func TestSpansThatDifferInOneThingAreNoDuplicates(t *testing.T) {
	for what, change := range map[string]func(s *trace.Span){
		"name":      func(s *trace.Span) { s.Sig = &trace.Signature{Service: "app", Name: "b"} },
		"status":    func(s *trace.Span) { s.Flags |= trace.Failed },
		"threshold": func(s *trace.Span) { s.Threshold = 1 },
		"event":     func(s *trace.Span) { s.More = &trace.More{Events: []trace.Event{{Name: "e"}}} },
		"link":      func(s *trace.Span) { s.More = &trace.More{Links: []trace.Link{{Span: 7}}} },
		"tenant":    func(s *trace.Span) { s.More = &trace.More{Attrs: trace.Attrs{{Key: "tenant", Value: "x"}}} },
	} {
		spans := testkit.Draw(t, `
			root   ==========
			  a     ==`)
		other := spans[1]
		change(&other)
		for _, list := range [][]trace.Span{{spans[0], spans[1], other}, {spans[0], other, spans[1]}} {
			tr := trace.Assemble(list, trace.Options{})
			wantNotes(t, tr, "conflicting-span")
			if wantTree(t, tr, "root(a)"); t.Failed() {
				t.Fatalf("they differ in their %s", what)
			}
		}
	}
}

func TestOfEquallyLongSpansThatShareAnIdTheFirstIsUsed(t *testing.T) {
	spans := testkit.Draw(t, `
		root   ==========
		  b     ==
		  a       ==`)
	spans[2].ID = spans[1].ID
	tr := trace.Assemble(spans, trace.Options{})
	wantTree(t, tr, "root(b)")
	wantNotes(t, tr, "conflicting-span")
}

func TestOfSpansThatStartTogetherTheLongerComesFirst(t *testing.T) {
	tr := trace.Assemble(testkit.Draw(t, `
		a   ==
		c   ====
		b   ===`), trace.Options{})
	wantTree(t, tr, "c b a")
}

func TestBothHalvesOfASharedIdAreToldApart(t *testing.T) {
	for what, drawing := range map[string]string{
		"by kind":                       "call client ======\n   serve server  ====  in=b",
		"by kind, the server first":     "call client  ======\n   serve server ====    in=b",
		"producer and consumer":         "call producer ====\n   serve consumer ===   in=b",
		"by kind, both in one service":  "call client ======\n   serve server  ====",
		"by kind, the server longer":    "call client ======\n   serve server ========== in=b",
		"by the mark that it is shared": "call       ======\n   serve  ====  in=b",
	} {
		spans := testkit.Draw(t, drawing)
		spans[0].Sig.Name, spans[1].Sig.Name, spans[1].ID, spans[1].Parent = "call", "serve", spans[0].ID, 0
		if what == "by the mark that it is shared" {
			spans[1].Flags |= trace.Shared
		}
		query := spans[1]
		query.ID, query.Parent, query.Sig = 9, spans[0].ID, &trace.Signature{Service: spans[1].Sig.Service, Name: "query"}
		tr := trace.Assemble(append(spans, query), trace.Options{MaxSkew: -1})
		if wantTree(t, tr, "call(serve(query))"); t.Failed() {
			t.Fatalf("they are told apart %s", what)
		}
	}
}

func TestAServerThatSharesItsClientsIdBecomesItsChild(t *testing.T) {
	spans := testkit.Draw(t, `
		root          ==========
		  call client  ========
		  serve server  ======    in=b
		  query          ====     in=b
		  log            ==       in=app`)
	serve, query, log := &spans[2], &spans[3], &spans[4]
	serve.ID = spans[1].ID
	query.Parent, log.Parent = spans[1].ID, spans[1].ID
	tr := trace.Assemble(spans, trace.Options{})
	wantTree(t, tr, "root(call(serve(query) log))")
	wantNotes(t, tr, "shared-span-id")
}

func TestACycleIsCutAtItsEarliestSpan(t *testing.T) {
	spans := testkit.Draw(t, `
		root   ==========
		  a     ========
		    b    ======`)
	spans[1].Parent = spans[2].ID
	tr := trace.Assemble(spans, trace.Options{})
	wantTree(t, tr, "root a(b)")
	wantNotes(t, tr, "parent-cycle")
}

func TestASpanThatIsItsOwnParentIsTheRootIfThereIsNoOther(t *testing.T) {
	spans := testkit.Draw(t, `
		a      ==========
		  b     ========`)
	spans[0].Parent = spans[0].ID
	tr := trace.Assemble(spans, trace.Options{})
	wantTree(t, tr, "a(b)")
	wantNotes(t, tr, "parent-cycle")
	if len(tr.Roots) != 1 {
		t.Errorf("%d roots", len(tr.Roots))
	}
}

func TestHowLongASpanTookThatEndsBeforeItStartsIsNotKnown(t *testing.T) {
	spans := testkit.Draw(t, `
		root   ==========
		  a     ==`)
	spans[1].Start, spans[1].End = spans[1].End, spans[1].Start
	tr := trace.Assemble(spans, trace.Options{})
	wantNotes(t, tr, "span-end-before-start 2ms")
	if s := &tr.Spans[1]; s.Duration() != 0 || !s.Flags.Has(trace.Unfinished) {
		t.Errorf("its length is %v, its flags are %b", s.Duration(), s.Flags)
	}
}

func TestNothingIsGraftedWhereAParentIsMissing(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root       ==========
		  x lost    ========
		    y        ======`)
	wantTree(t, tr, "root y")
	wantNotes(t, tr, "missing-parent 6ms")
}

func TestATraceWithoutItsRootSaysSo(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root lost  ==========
		  x         ========`)
	wantNotes(t, tr, "missing-parent 8ms", "no-root")
}

func TestSpansWhoseServiceNobodyNamedAreSaid(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		GET server in=unknown_service        ====================
		  work in=unknown_service:node        =
		  work in=unknown_services             =
		  work in=web                           =
	`)
	wantNotes(t, tr, "no-service-name", "no-service-name")
}

func TestSeveralRootsAreSaid(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		a  ==========
		b     ====`)
	wantTree(t, tr, "a b")
	wantNotes(t, tr, "several-roots")
}

func named(tr *trace.Trace, name string) *trace.Span {
	for i := range tr.Spans {
		if tr.Spans[i].Sig.Name == name {
			return &tr.Spans[i]
		}
	}
	return nil
}

// startOf returns when the named span starts, from the first column on.
func startOf(tr *trace.Trace, name string) time.Duration {
	return named(tr, name).Start.Sub(testkit.Epoch)
}

func TestACalleeOutsideItsCallerMovesToTheMiddleWithAllOnItsHost(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ====================
		  call client     ==========
		    serve server                      ======   in=b host=b
		      query                            ====    in=b host=b
		      log                               ==     in=log
		      other                             ==     in=c host=c`)
	wantNotes(t, tr, "clock-skew 18ms", "clock-skew 18ms")
	for name, want := range map[string][2]time.Duration{"root": {0, 20}, "serve": {3, 6}, "query": {4, 4}, "log": {5, 2}, "other": {5, 2}} {
		s := named(tr, name)
		if at, took := s.Start.Sub(testkit.Epoch), s.Duration(); at != want[0]*time.Millisecond || took != want[1]*time.Millisecond {
			t.Errorf("%s starts at %v and takes %v, want %d and %d ms", name, at, took, want[0], want[1])
		}
	}
}

func TestAKnownOffsetDecidesWhereCallsLeaveAChoice(t *testing.T) {
	const drawing = `
		root             ====================
		  call client     ==========
		    serve server                      ======   in=b host=b`
	for ahead, want := range map[time.Duration]time.Duration{0: 5, 17: 4, 19: 2, 20: 1, 40: 1, -3: 5} {
		tr := trace.Assemble(testkit.Draw(t, drawing), trace.Options{Ahead: func(host string) (time.Duration, bool) {
			return ahead * time.Millisecond, host == "b"
		}})
		wantNotes(t, tr, fmt.Sprintf("clock-skew %dms", 21-want))
		if got := startOf(tr, "serve"); got != want*time.Millisecond {
			t.Errorf("ahead by %d ms it starts at %v, want %d ms", ahead, got, want)
		}
	}
}

func TestAnOffsetIsSeenFromTheCallersClock(t *testing.T) {
	tr := trace.Assemble(testkit.Draw(t, `
		root             ====================               host=a
		  call client     ==========                        host=a
		    serve server                      ======   in=b host=b`), trace.Options{Ahead: func(host string) (time.Duration, bool) {
		return map[string]time.Duration{"a": 10 * time.Millisecond, "b": 29 * time.Millisecond}[host], true
	}})
	if got := startOf(tr, "serve"); got != 2*time.Millisecond {
		t.Errorf("19 ms ahead of its caller it starts at %v", got)
	}
}

func TestAKnownOffsetMovesNoCallThatFits(t *testing.T) {
	tr := trace.Assemble(testkit.Draw(t, `
		root           ==========
		  call client   =======
		    serve server ====     host=b`), trace.Options{Ahead: func(string) (time.Duration, bool) { return time.Millisecond, true }})
	wantNotes(t, tr)
	if got := startOf(tr, "serve"); got != 2*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
}

func TestAClockIsBelievedIfAsManyOfItsCallsFitAsDoNot(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ====================
		  first client    ======
		    a server       ====                in=b
		  second client           ====
		    b server                    ====   in=b`)
	wantNotes(t, tr, "clock-skew-unclear 6ms")
	if got := startOf(tr, "b"); got != 15*time.Millisecond {
		t.Errorf("the late callee starts at %v", got)
	}
}

func TestAllCallsIntoAWrongClockMoveByOneAmount(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ========================================
		  first client    ======
		    a server                      ====                     in=b
		  second client          ======
		    b server                             ====              in=b`)
	wantNotes(t, tr, "clock-skew 15ms", "clock-skew 15ms")
	if a, b := startOf(tr, "a"), startOf(tr, "b"); b-a != 7*time.Millisecond {
		t.Errorf("they start at %v and %v; on their own clock the second was 7 ms later", a, b)
	}
}

func TestACalleeInsideItsCallerStays(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root           ==========
		  call client   =====
		    serve server ====     host=b`)
	wantNotes(t, tr)
}

func TestACalleeLongerThanItsCallerStartsWithItIfItStartsOutside(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root           ====================
		  call client       =====           failed
		    serve server ========           host=b`)
	wantNotes(t, tr, "caller-gave-up 3ms", "clock-skew 3ms")
	if got := startOf(tr, "serve"); got != 5*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
}

func TestACalleeThatStartsInTimeAndOutlastsItsCallerStaysWhereItIs(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root           ====================
		  call client   =====                  failed
		    serve server ==========            host=b`)
	wantNotes(t, tr, "caller-gave-up 5ms")
	if got := startOf(tr, "serve"); got != 2*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
	for name, want := range map[string]trace.Flags{"call": trace.Failed, "serve": trace.GaveUp} {
		if got := named(tr, name).Flags; got != want {
			t.Errorf("the flags of %s are %b, want %b", name, got, want)
		}
	}
}

func TestACalleeThatIsLongerByNoMoreThanTheToleranceIsNoSignThatItsCallerGaveUp(t *testing.T) {
	for over, want := range map[time.Duration][]string{
		time.Millisecond:     {"clock-skew 8ms"}, // of the other call
		time.Millisecond + 1: {"clock-skew 8ms", "caller-gave-up 1.000001ms"},
	} {
		spans := testkit.Draw(t, `
			root            ====================
			  call client    =====               failed
			    serve server =====               host=b
			  other client   =====
			    far server           =====       host=c`)
		spans[2].End = spans[1].End.Add(over)
		wantNotes(t, trace.Assemble(spans, trace.Options{}), want...)
	}
}

func TestChildrenStandInTheOrderInWhichTheyStartOnceClocksAgree(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root           ====================            host=a
		  own               ====                       host=a
		  call client   ==                             host=a
		  wrong                     ==================  host=b`)
	wantNotes(t, tr, "clock-skew 12ms")
	wantTree(t, tr, "root(call wrong own)")
}

func TestOfCallsThatDisagreeAboutAClockTheMostAreBelieved(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root             ========================================
		  first client    ======
		    a server                      ====                     in=b
		  second client          ======
		    b server                             ====              in=b
		  third client                                ======
		    c server                                  ====         in=b`)
	wantNotes(t, tr, "clock-skew 15ms", "clock-skew 15ms")
	if at := startOf(tr, "c"); at != 14*time.Millisecond {
		t.Errorf("the call that fitted starts at %v", at)
	}
}

func TestOfClocksThatFitAsManyCallsTheNearestIsTaken(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root                  ========================================
		  first client                 ====
		    a server               ====                                in=b
		  second client                                ====
		    b server                        ====                       in=b`)
	wantNotes(t, tr, "clock-skew 4ms", "clock-skew-unclear 7ms")
}

func TestNothingMovesFurtherThanMaxSkew(t *testing.T) {
	spans := testkit.Draw(t, `
		root           ==========
		  call client   =====
		    serve server ====     host=b`)
	spans[2].Start = spans[2].Start.Add(time.Hour)
	spans[2].End = spans[2].End.Add(time.Hour)
	tr := trace.Assemble(spans, trace.Options{})
	wantNotes(t, tr, "clock-skew-too-large 1h0m0.0005s")
	if tr.Shift(2) != 0 {
		t.Errorf("it moved by %v", tr.Shift(2))
	}
}

func TestAClockIsMovedByAsMuchAsMaxSkewAndNoMore(t *testing.T) {
	for off, want := range map[time.Duration]string{
		trace.MaxSkew: "clock-skew 1s", trace.MaxSkew + 1: "clock-skew-too-large 1.000000001s",
		-trace.MaxSkew: "clock-skew 1s", -trace.MaxSkew - 1: "clock-skew-too-large 1.000000001s",
	} {
		spans := testkit.Draw(t, `
			root           ==========
			  call client   =====
			    serve server =====    host=b`)
		spans[2].Start, spans[2].End = spans[1].Start.Add(off), spans[1].End.Add(off)
		tr := trace.Assemble(spans, trace.Options{})
		wantNotes(t, tr, want)
		if at := startOf(tr, "serve"); (at == time.Millisecond) != (off.Abs() == trace.MaxSkew) {
			t.Errorf("off by %v it starts at %v", off, at)
		}
	}
}

func TestAChildThatNobodyWaitsForSaysNothingOfClocks(t *testing.T) {
	for _, pair := range [][2]string{
		{"producer", "consumer"}, {"client", "consumer"}, {"producer", "server"}, {"client", "server follows"},
	} {
		tr := testkit.DrawTrace(t, `
			root             ====================  host=a
			  send           ====                  host=a `+pair[0]+`
			    take                 ===           host=b `+pair[1])
		wantNotes(t, tr)
		if at := startOf(tr, "take"); at != 8*time.Millisecond {
			t.Errorf("%v: it starts at %v", pair, at)
		}
	}
}

func TestAlignmentCanBeTurnedOff(t *testing.T) {
	spans := testkit.Draw(t, `
		root           ==========
		  call client   ====
		    serve server      ==  host=b`)
	tr := trace.Assemble(spans, trace.Options{MaxSkew: -1})
	wantNotes(t, tr)
}

func TestEverySpanIsKeptOrNoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := testkit.Spans().Draw(t, "spans")
		for range rapid.IntRange(0, 3).Draw(t, "copies") {
			s := spans[rapid.IntRange(0, len(spans)-1).Draw(t, "copied")]
			s.End = s.End.Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "longer")))
			spans = append(spans, s)
		}
		tr := trace.Assemble(slices.Clone(spans), trace.Options{})
		lost := 0
		for _, n := range tr.Notes {
			if n.Code.Fate != trace.Kept {
				lost++
			}
		}
		reached := 0
		for _, top := range append(slices.Clone(tr.Roots), tr.Orphans...) {
			reached += size(tr, top)
		}
		if len(tr.Spans)+lost != len(spans) || reached != len(tr.Spans) {
			t.Fatalf("%d spans in, %d kept, %d noted as lost, %d in the tree", len(spans), len(tr.Spans), lost, reached)
		}
	})
}

func size(t *trace.Trace, i int32) int {
	n := 1
	for _, k := range t.Children(i) {
		n += size(t, k)
	}
	return n
}
