package analyze_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/testkit"
)

// wantPieces compares the pieces of a drawing with "name ms category cause" in time order.
func wantPieces(t *testing.T, drawing string, want ...string) {
	t.Helper()
	tr := testkit.DrawTrace(t, drawing)
	var got []string
	for _, p := range attribute.Attribute(tr, tr.Roots[0], explainer()) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %d %s %s",
			tr.Spans[p.Span].Sig.Name, p.Duration()/time.Millisecond, p.Category, p.Cause)))
	}
	if a, b := strings.Join(got, ", "), strings.Join(want, ", "); a != b {
		t.Errorf("pieces are\n\t%s\nwant\n\t%s", a, b)
	}
}

func TestAFailedAttemptThatIsRepeatedIsRetryAndSoIsTheWait(t *testing.T) {
	wantPieces(t, `
		root server    ===================
		  call client   ====                 failed peer.service=pay
		  call client        =======         peer.service=pay`,
		"root 1 app", "call 4 external retry", "root 1 app retry", "call 7 external", "root 6 app")
}

func TestAFailedAttemptOfAnotherPeerIsNoRetry(t *testing.T) {
	wantPieces(t, `
		root server    =============
		  call client   ====          failed peer.service=pay
		  call client        =======  peer.service=stock`,
		"root 1 app", "call 4 external", "root 1 app", "call 7 external")
}

func TestAResendIsARetryThoughTheFirstDidNotFail(t *testing.T) {
	wantPieces(t, `
		root server    ==========
		  call client  ===         http.response.status_code=200
		  call client      ======  http.response.status_code=200 http.request.resend_count=1`,
		"call 3 external retry", "root 1 app retry", "call 6 external")
}

func TestAnAuthChallengeIsNoRetry(t *testing.T) {
	wantPieces(t, `
		root server    ==========
		  call client     ==       failed http.status_code=401
		  call client       ====   http.status_code=200`,
		"root 3 app", "call 2 external", "call 4 external", "root 1 app")
}

func TestTheSlowestOfManyAtTheSameTimeCostsFanOut(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  call client   ====
		  call client   =====
		  call client   ==========`,
		"root 1 app", "call 5 external", "call 5 external fanout", "root 1 app")
}

func TestAFanOutToDifferentPeersIsOneFanOut(t *testing.T) {
	wantPieces(t, `
		root server    ============
		  call client   ====        server.address=shard-1
		  call client   =====       server.address=shard-2
		  call client   ==========  server.address=shard-3`,
		"root 1 app", "call 5 external", "call 5 external fanout", "root 1 app")
}

func TestAPoolOfTwoIsNoFanOut(t *testing.T) {
	wantPieces(t, `
		root server    ==========
		  call client  =====
		  call client  ======
		  call client       =====`,
		"call 5 external", "call 5 external")
}

func TestAPoolOfThreeIsThreeAtATimeHoweverManyCalls(t *testing.T) {
	wantPieces(t, `
		root server    ===============
		  call client  =====
		  call client  ======
		  call client  =======
		  call client       =====
		  call client        =====
		  call client         ========`,
		"call 6 external", "call 1 external fanout", "call 4 external", "call 4 external fanout")
}

func TestADatabaseCallWithoutAServerSpanIsTheDatabases(t *testing.T) {
	wantPieces(t, `
		root server      ==========
		  select client      ====== db.system=postgresql`,
		"root 4 app", "select 6 db")
}

func TestEventsCarveNameResolutionOutOfACall(t *testing.T) {
	wantPieces(t, `
		root server   ==========
		  GET client     =======  http.method=GET event:http.dns.start=4 event:http.dns.done=6`,
		"root 3 app", "GET 1 external", "GET 2 dns", "GET 4 external")
}

func TestEventsMoveWithTheirSpan(t *testing.T) {
	wantPieces(t, `
		root server              ====================
		  call client             ==========
		    call server in=b                          ========
		      GET client in=b                          ======  http.method=GET event:http.dns.start=24 event:http.dns.done=26`,
		"root 1 app", "call 1 network", "call 1 app", "GET 2 external", "GET 2 dns", "GET 2 external", "call 1 app", "call 1 network", "root 9 app")
}

func TestOwnTimeBesideAnOrphanIsUntraced(t *testing.T) {
	wantPieces(t, `
		root server       ==========
		  gone server lost ======
		    work             ===`,
		"root 3 app", "root 3 untraced", "root 4 app")
}

func TestWorkThatARuleNamesIsNotUntracedBesideAnOrphan(t *testing.T) {
	wantPieces(t, `
		root server         ==========
		  select client      ======     db.system=mysql
		  gone server lost     ===
		    work               ==`,
		"root 1 app", "select 2 db", "select 2 db", "select 2 db", "root 3 app")
}

func TestOwnTimeBesideACallThatIsNotOnThePathIsFanOut(t *testing.T) {
	wantPieces(t, `
		root server   ============
		  a client     ======       peer.service=a
		  b client        ========  peer.service=b`,
		"root 1 app", "root 3 app fanout", "b 8 external")
}

func TestTheTimeAroundACallThatAProxyPassesOnIsTheProxys(t *testing.T) {
	wantPieces(t, `
		root server           ==========
		  egress client        ========   component=proxy
		    serve server in=b   =====`,
		"root 1 app", "egress 1 proxy", "serve 5 app", "egress 2 proxy", "root 1 app")
}

func TestAPhaseIsCutWhereThePathLeavesTheSpan(t *testing.T) {
	wantPieces(t, `
		root server   ============
		  GET client    ========    http.method=GET event:http.dns.start=4 event:http.dns.done=8
		    work           ==`,
		"root 2 app", "GET 2 external", "GET 1 dns", "work 2 app", "GET 1 dns", "GET 2 external", "root 2 app")
}

func TestTimeBetweenTwoServicesIsOnTheEdgeToWhoAnsweredElseToWhoIsNamed(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		root server in=web       ====================
		  ask client in=web       =====                peer.service=balancer
		    tell server in=stock   ===
		  pay client in=web             =======        peer.service=bank http.method=GET event:http.dns.start=8 event:http.dns.done=9`)
	var got []string
	for _, p := range attribute.Attribute(tr, tr.Roots[0], explainer()) {
		got = append(got, fmt.Sprintf("%s %s to %q", tr.Spans[p.Span].Sig.Name, p.Category, p.Callee))
	}
	want := []string{
		`root app to ""`, `ask network to "stock"`, `tell app to ""`, `ask network to "stock"`, `root app to ""`,
		`pay external to "bank"`, `pay dns to "bank"`, `pay external to "bank"`, `root app to ""`,
	}
	if a, b := strings.Join(got, ", "), strings.Join(want, ", "); a != b {
		t.Errorf("edges are\n\t%s\nwant\n\t%s", a, b)
	}
}
