package analyze_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// wantPlaces compares the path of a drawing with "ms category cause, place" in time order.
func wantPlaces(t *testing.T, drawing string, want ...string) {
	t.Helper()
	tr := testkit.DrawTrace(t, drawing)
	var got []string
	for _, p := range attribute.Attribute(tr, tr.Roots[0], explainer()) {
		c := analyze.Cell{Service: cmp.Or(p.Caller, tr.Spans[p.Span].Sig.Service), Callee: p.Callee}
		got = append(got, fmt.Sprintf("%d %s, %s", p.Duration()/time.Millisecond, strings.TrimSpace(string(p.Category)+" "+string(p.Cause)), c.Place()))
	}
	if a, b := strings.Join(got, "; "), strings.Join(want, "; "); a != b {
		t.Errorf("places are\n\t%s\nwant\n\t%s", a, b)
	}
}

func TestStepsOfACallAreWhereTheCallIs(t *testing.T) {
	wantPlaces(t, `
		root server in=web             ====================
		  POST client in=web            =================    http.method=POST server.address=pay.example
		    http.getconn in=web         ==========
		      http.dns in=web            ====
		      http.tls in=web                ====
		    pay server in=payment                  =====`,
		"1 app, web", "1 queue, web", "4 dns, web -> payment", "4 tls, web -> payment", "1 queue, web",
		"1 network, web -> payment", "5 app, payment", "1 network, web -> payment", "2 app, web")
}

func TestStepsOfACallWhoseCalleeHasNoSpansAreWhereItsAddressIs(t *testing.T) {
	wantPlaces(t, `
		root server in=web      ==========
		  GET client in=web      ========   http.method=GET server.address=pay.example
		    http.dns in=web      ====`,
		"1 app, web", "4 dns, web -> pay.example", "4 external, web -> pay.example", "1 app, web")
}

func TestEachOfTwoCallsThatLookAlikeIsWhereItWasAnswered(t *testing.T) {
	wantPlaces(t, `
		root server in=web      ====================
		  ask client in=web      =====
		    tell server in=stock  ===
		  ask client in=web            =====
		    tell server in=price        ===`,
		"1 app, web", "1 network, web -> stock", "3 app, stock", "1 network, web -> stock", "1 app, web",
		"1 network, web -> price", "3 app, price", "1 network, web -> price", "8 app, web")
}

func TestALookupWithoutACallIsNamedForItsQuestion(t *testing.T) {
	wantPlaces(t, `
		root server in=web        ======
		  lookup client in=web     ====   dns.question.name=pay.example server.address=10.0.0.2`,
		"1 app, web", "4 dns, web -> pay.example", "1 app, web")
}

func TestALookupInsideAConnectOfTheSameCallIsCarvedOutOfIt(t *testing.T) {
	wantPlaces(t, `
		root server in=web         ====================
		  GET client in=web        ===================     http.method=GET server.address=pay.example
		    tls.connect in=web     ===============
		      tcp.connect in=web    ============
		    dns.lookup in=web        ========`,
		"1 tls, web -> pay.example", "1 connect, web -> pay.example", "8 dns, web -> pay.example",
		"3 connect, web -> pay.example", "2 tls, web -> pay.example", "4 external, web -> pay.example", "1 app, web")
}

func TestALookupOfAnotherCallIsNotCarvedOut(t *testing.T) {
	wantPlaces(t, `
		root server in=web           ==========
		  GET client in=web          ========    http.method=GET server.address=pay.example
		    tcp.connect in=web       =======
		  dns.lookup in=web           ===`,
		"7 connect, web -> pay.example", "1 external, web -> pay.example", "2 app, web")
}

func TestACallInsideAnotherThatNamesItsSystemOnlyCarriesIt(t *testing.T) {
	wantPlaces(t, `
		root server in=shop       ==========
		  search client in=shop    ========   db.system=elasticsearch
		    POST client in=shop     ======    http.method=POST server.address=10.0.0.9`,
		"1 app, shop", "1 db, shop -> elasticsearch", "6 db, shop -> elasticsearch", "1 db, shop -> elasticsearch", "1 app, shop")
}

func TestAStatementInsideACacheIsTheDatabases(t *testing.T) {
	wantPlaces(t, `
		root server in=shop       ========
		  load client in=shop     =======    db.system=redis
		    SELECT client in=shop  =====     db.system=mysql`,
		"1 cache, shop -> redis", "5 db, shop -> mysql", "1 cache, shop -> redis", "1 app, shop")
}

func TestACallThatFillsACacheInTheProcessIsNoPartOfIt(t *testing.T) {
	wantPlaces(t, `
		root server in=shop      ========
		  cache.get in=shop      =======    cache.hit=false
		    GET client in=shop    =====     http.method=GET server.address=pay.example`,
		"1 cache, shop", "5 external, shop -> pay.example", "1 cache, shop", "1 app, shop")
}

func TestAnAttemptOfAnSDKIsAPartOfItsCall(t *testing.T) {
	wantPlaces(t, `
		root server in=shop         ==========
		  GetItem client in=shop     ========    db.system=dynamodb
		    attempt in=shop          ==          failed
		    attempt in=shop             ====`,
		"1 app, shop", "2 db retry, shop -> dynamodb", "1 db retry, shop -> dynamodb", "4 db, shop -> dynamodb",
		"1 db, shop -> dynamodb", "1 app, shop")
}

func TestAFailedAttemptAndAllBelowItAreWhereItWasMade(t *testing.T) {
	wantPlaces(t, `
		root server in=web           ===============
		  pay client in=web          =====            failed http.method=POST
		    pay server in=payment     ===             failed
		  pay client in=web                =======    http.method=POST
		    pay server in=payment          =======`,
		"1 network retry, web -> payment", "3 app retry, web -> payment", "1 network retry, web -> payment", "1 app retry, web -> payment",
		"7 app, payment", "2 app, web")
}

func TestAGatewayWaitsForAnUpstreamThatHasNoSpans(t *testing.T) {
	wantPlaces(t, `
		ingress server in=edge    ========  component=proxy upstream_cluster=outbound|80||reports`,
		"8 external, edge -> reports")
	wantPlaces(t, `
		ingress server in=edge         ========  component=proxy upstream_cluster=reports
		  report server in=reports      =====`,
		"1 proxy, edge", "5 app, reports", "2 proxy, edge")
}

func TestAClientLibraryThatIsInternalIsWhereItSaysItAsks(t *testing.T) {
	wantPlaces(t, `
		root server in=shop       ====
		  query internal in=shop  ===   db.system=postgresql server.address=orders-db`,
		"3 db, shop -> orders-db", "1 app, shop")
	wantPlaces(t, `
		root server in=shop       ====
		  query internal in=shop  ===   db.system=sqlite`,
		"3 db, shop", "1 app, shop")
}

// typical returns where the typical request of the first journey of drawings was, in ms.
func typical(t *testing.T, drawings ...string) string {
	t.Helper()
	var all [][]trace.Span
	for i, d := range drawings {
		spans := testkit.Draw(t, d)
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	var got []string
	for _, c := range collected(all).Result(analyze.Settings{}).Journeys[0].Tail.Typical.Cells {
		got = append(got, fmt.Sprintf("%d %s, %s, %s", c.Time/time.Millisecond, c.Cell.Category, c.Cell.Layer, c.Cell.Place()))
	}
	slices.Sort(got)
	return strings.Join(got, "; ")
}

func TestACalleeThatHasSpansElsewhereIsNotExternal(t *testing.T) {
	const call = `
		GET server in=web          ==========
		  POST client in=web        ========      peer.service=%s http.method=POST`
	const elsewhere = `
		poll server in=cart        ==`
	const neverAnswers = `
		load internal in=model     ==`
	for callee, want := range map[string]string{
		"model":            "2 app, app, web; 8 external, external, web -> model",
		"cart":             "2 app, app, web; 8 untraced, untraced, web -> cart",
		"cart.shop.svc":    "2 app, app, web; 8 untraced, untraced, web -> cart.shop.svc",
		"cart.example.com": "2 app, app, web; 8 external, external, web -> cart.example.com", // somebody else's cart
		"carts":            "2 app, app, web; 8 external, external, web -> carts",
	} {
		one := fmt.Sprintf(call, callee)
		if got := typical(t, one, one, one, elsewhere, neverAnswers); got != want {
			t.Errorf("%s: %s, want %s", callee, got, want)
		}
	}
}
