package critpath_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A bar is a child of a root, with the id that its letter has: 1 for a.
type bar struct {
	name       byte
	start, end trace.Time
}

// wantTurns compares the path of a root from 0 to length, and the children on it, with "name
// from-to" pieces. "+" marks what is overlapped, "." is the root itself.
func wantTurns(t *testing.T, length trace.Time, want string, bars ...bar) {
	t.Helper()
	sig := &trace.Signature{Name: "."}
	spans := []trace.Span{{ID: 100, Sig: sig, End: length}}
	for _, b := range bars {
		named := &trace.Signature{Name: string(b.name)}
		spans = append(spans, trace.Span{ID: trace.SpanID(b.name - 'a' + 1), Parent: 100, Sig: named, Start: b.start, End: b.end})
	}
	tr := trace.Assemble(spans, trace.Options{})
	path := critpath.Of(tr, tr.Roots[0], nil)
	var pieces, visits []string
	for _, s := range path.Segments {
		pieces = append(pieces, fmt.Sprintf("%s%s %d-%d", tr.Spans[s.Span].Sig.Name, marks(s), s.From, s.To))
	}
	for _, v := range path.Visits[1:] {
		visits = append(visits, tr.Spans[v.Span].Sig.Name)
	}
	if got := strings.Join(pieces, ", ") + "; children " + strings.Join(visits, " "); got != want {
		t.Errorf("the path is\n\t%s\nwant\n\t%s", got, want)
	}
}

func TestALateChildIsInTurnBelowOnePercentOfItsParentAndInFlightFromThereOn(t *testing.T) {
	wantTurns(t, 10_000, "a 0-5000, b 5000-10000; children b a", bar{'a', 0, 5_099}, bar{'b', 5_000, 10_000})
	wantTurns(t, 10_000, ".+ 0-5000, b 5000-10000; children b", bar{'a', 0, 5_100}, bar{'b', 5_000, 10_000})
	wantTurns(t, 10_001, "a 0-5000, b 5000-10001; children b a", bar{'a', 0, 5_100}, bar{'b', 5_000, 10_001})
	wantTurns(t, 10_001, ".+ 0-5000, b 5000-10001; children b", bar{'a', 0, 5_101}, bar{'b', 5_000, 10_001})
}

func TestAChildThatStartsWithItsFollowerIsNotBeforeIt(t *testing.T) {
	wantTurns(t, 10_000, ". 0-4999, a 4999-5000, b 5000-10000; children b a", bar{'a', 4_999, 5_050}, bar{'b', 5_000, 10_000}, bar{'c', 4_999, 4_999})
	wantTurns(t, 10_000, ". 0-5000, b 5000-10000; children b", bar{'a', 5_000, 5_050}, bar{'b', 5_000, 10_000})
}

func TestOfChildrenThatEndTogetherTheLongestIsOnThePathThenTheGreatestID(t *testing.T) {
	wantTurns(t, 10_000, ". 0-4000, .+ 4000-5000, a 5000-9000, . 9000-10000; children a",
		bar{'a', 5_000, 9_000}, bar{'b', 4_000, 8_999})
	wantTurns(t, 10_000, ". 0-4000, b 4000-9000, . 9000-10000; children b",
		bar{'a', 5_000, 9_000}, bar{'b', 4_000, 9_000}, bar{'c', 6_000, 9_000})
	wantTurns(t, 10_000, ". 0-4000, c 4000-9000, . 9000-10000; children c",
		bar{'a', 4_000, 9_000}, bar{'c', 4_000, 9_000}, bar{'b', 4_000, 9_000})
}

func TestOwnTimeIsOverlappedSinceTheFirstOfThoseInFlightStarted(t *testing.T) {
	wantTurns(t, 10_000, ". 0-1000, .+ 1000-6000, c 6000-10000; children c",
		bar{'a', 1_000, 8_000}, bar{'b', 3_000, 9_000}, bar{'c', 6_000, 10_000})
	wantTurns(t, 10_000, ". 0-1000, .+ 1000-6000, c 6000-10000; children c",
		bar{'a', 3_000, 8_000}, bar{'b', 1_000, 9_000}, bar{'c', 6_000, 10_000})
}

func TestOnlyAnOrphanThatTheRootMayHaveWaitedForMakesOwnTimeUnseen(t *testing.T) {
	for _, orphan := range []string{
		"mail follows           ===",       // tied by FOLLOWS_FROM
		"mail consumer             ======", // a consumer that outlives the root
		"mail                   ========",  // outlives it by 2 ms
		"mail                   |",         // has no length
	} {
		wantPath(t, `
		root                 ==========
		  gone lost          ====
		    `+orphan, "root 10")
	}
}

func TestAnObservationThatIsAnOrphanItselfIsSeen(t *testing.T) {
	tr := trace.Assemble([]trace.Span{{ID: 1, Parent: 9, Sig: &trace.Signature{}, End: 10}}, trace.Options{})
	if got := fmt.Sprint(critpath.Of(tr, tr.Orphans[0], nil).Segments); got != "[{0 0 10 false false false}]" {
		t.Errorf("the path is %s", got)
	}
}

func TestOnlyAClientIsOnTheWireAndOnlyAboveAServer(t *testing.T) {
	wantPath(t, `
		root             ==========
		  work internal   ========
		    run server     ====`, "root 1", "work 1", "run 4", "work 3", "root 1")
	wantPath(t, `
		root             ==========
		  get client      ========
		    encode         ====`, "root 1", "get 1", "encode 4", "get 3", "root 1")
}

func TestAChildThatStartsBeforeItsParentIsClipped(t *testing.T) {
	wantTurns(t, 10_000, "a 0-4000, . 4000-10000; children a", bar{'a', -3_000, 4_000})
}
