package budget

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"github.com/longpole/longpole/trace"
)

func TestFoldPutsPlaceholdersForWhatIsOneOfMany(t *testing.T) {
	for name, want := range map[string]string{
		"GET /users/42":           "GET /users/{id}",
		"GET /users/42/orders/17": "GET /users/{id}/orders/{id}",
		"/orders/6f1e5c1a-0d5b-4c8e-9a3f-1b2c3d4e5f60/lines":     "/orders/{id}/lines",
		"GET /blob/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b":     "GET /blob/{id}",
		"GET /t/01ARZ3NDEKTSV4RRFFQ69G5FAV":                      "GET /t/{id}",
		"GET /f/dXNlcjox2MjM0NTY3ODk9wMTI":                       "GET /f/{id}",
		"GET /api/products/9SIQT8TOJO":                           "GET /api/products/{id}",
		"mail anna.b+x@example.com":                              "mail {email}",
		"GET /u/anna%40example.com/settings":                     "GET /u/{email}/settings",
		"report 2024-02-29":                                      "report {date}",
		"GET /at/2024-02-29T12:30:00.5Z/x":                       "GET /at/{date}/x",
		"GET user:42":                                            "GET user:{id}",
		"order-12345":                                            "order-{id}",
		"driver T775427C":                                        "driver {id}",
		"user1234567":                                            "user{id}",
		"GET /img/42.png":                                        "GET /img/{id}.png",
		"GET /search?q=tea&page=2":                               "GET /search",
		"connect 10.0.0.7:5432":                                  "connect {ip}",
		"price 4.25":                                             "price {id}",
		"0x7ffe41":                                               "{id}",
		"reviews-v1-987d495c-frcts":                              "reviews-v1-{id}-frcts",
		"productpage.default.svc.cluster.local:9080/productpage": "productpage.default.svc.cluster.local:9080/productpage",
	} {
		if got := Fold(name); got != want {
			t.Errorf("Fold(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFoldLeavesWordsThatHoldADigit(t *testing.T) {
	for _, name := range []string{
		"GET /api/v1/cart", "POST /oauth2/token", "http2 stream", "s3 put", "p95", "k8s", "us-east-1", "utf-8",
		"HTTP/1.1", "HTTP/2", "GET /{id}/x", "GET /:userId", "<missing>", "x509 check", "rfc3339", "SELECT shop.orders",
		"localhost:8080/health", "grpc.health.v1.Health/Check", "step 2fa", "SELECT ? FROM t", "", " ", "deadbeef", "shard-3",
		"GET /api/products/[productId]/index", "GET /*", "AuthenticationServiceImplementation",
	} {
		if got := Fold(name); got != name {
			t.Errorf("Fold(%q) = %q, want it unchanged", name, got)
		}
	}
}

func TestFoldingAgainChangesNothing(t *testing.T) {
	same := func(seed uint64) bool {
		name := randomName(rand.New(rand.NewPCG(seed, 1)))
		once := Fold(name)
		if twice := Fold(once); twice != once {
			t.Logf("%q -> %q -> %q", name, once, twice)
			return false
		}
		return true
	}
	if err := quick.Check(same, &quick.Config{MaxCount: 20_000}); err != nil {
		t.Error(err)
	}
}

// randomName joins pieces that meet the folder's corners.
func randomName(r *rand.Rand) string {
	pieces := []string{
		"GET", " ", "/", "users", "42", "123456", "{", "}", "<", ">", "'", "\"", "-", ".", "_", ":", "@", "?", "=", "&", "%40", "a@b.c",
		"6f1e5c1a-0d5b-4c8e-9a3f-1b2c3d4e5f60", "2024-02-29", "T12:00", "10.0.0.7", "deadbeef01", "v1", "é", "\xff", "localhost:80", "0x1f", "HTTP/1.1",
		"01ARZ3NDEKTSV4RRFFQ69G5FAV", strings.Repeat("long", 30),
	}
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Folding again changes nothing, folding stops only where going on would change nothing, and
// what is found in a hurry is what the expression finds.
func FuzzFoldIsIdempotent(f *testing.F) {
	for seed := range uint64(64) {
		f.Add(randomName(rand.New(rand.NewPCG(seed, 2))))
	}
	for _, seed := range []string{
		"a@b.c", "x%40y.z", "2026-11-22T10:00:00Z", "10.0.0.1:80", "HTTP/1.1", "shop.svc:8080", "localhost:99", "{a}<b>", "6f1e2d3c-0000-4abc-8def-0123456789ab",
		"/a/12-12345", "x.12345a.5", "1a_99999/{b}", "<6f1e2d3c-0000-4abc-8def-0123456789ab", "a@b.c-12345",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		once := Fold(name)
		if twice := Fold(once); twice != once {
			t.Errorf("%q -> %q -> %q", name, once, twice)
		}
		if next, _ := foldOnce(nil, shorten([]byte(once))); string(next) != once {
			t.Errorf("%q folds to %q, and that to %q", name, once, next)
		}
		sameSpecials(t, name)
	})
}

func TestManyIdsFoldToOneName(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	names := map[string]bool{}
	for range 1000 {
		names[Fold(fmt.Sprintf("GET /users/%d/items/%08x%08x", r.IntN(1e9), r.Uint32(), r.Uint32()))] = true
	}
	if len(names) != 1 {
		t.Errorf("%d names, want 1: %v", len(names), names)
	}
}

func TestJourneysAreNamedByServiceAndRoute(t *testing.T) {
	for _, c := range []struct {
		sig  trace.Signature
		want string
	}{
		{sig("frontend", "HTTP GET /dispatch", trace.Server, "http.method=GET", "http.url=/dispatch?customer=731&nonse=0.9"), "frontend HTTP GET /dispatch"},
		{sig("web", "GET /users/{id}", trace.Server, "http.request.method=GET", "http.route=/users/{id}"), "web GET /users/{id}"},
		{sig("web", "GET", trace.Server, "http.request.method=GET", "http.route=/users/{id}"), "web GET /users/{id}"},
		{sig("web", "HTTP GET /users/42", trace.Server, "http.route=/users/:id"), "web GET /users/:id"},
		{sig("web", "post", trace.Server, "http.method=post", "http.route=/checkout"), "web POST /checkout"},
		{sig("web", "x", trace.Server, "http.method=GET", "http.route=GET /checkout"), "web GET /checkout"},
		{sig("web", "POST", trace.Server, "http.request.method=POST", "url.path=/api/checkout"), "web POST /api/checkout"},
		{sig("web", "HTTP GET", trace.Client, "http.method=GET", "http.url=http://h:1/users/42?a=b"), "web GET /users/{id}"},
		{sig("web", "GET", trace.Client, "url.full=http://h"), "web GET /"},
		{sig("web", "GET", trace.Client), "web GET"},
		{sig("pay", "shop.Pay/Charge", trace.Server, "rpc.system=grpc", "rpc.service=shop.Pay", "rpc.method=Charge"), "pay shop.Pay/Charge"},
		{sig("pay", "shop.Pay/Charge", trace.Server, "rpc.system.name=grpc", "rpc.method=shop.Pay/Charge"), "pay shop.Pay/Charge"},
		{sig("pay", "x", trace.Server, "rpc.service=shop.Pay", "rpc.method=/shop.Pay/Charge"), "pay shop.Pay/Charge"},
		{sig("mail", "orders process", trace.Consumer, "messaging.destination=orders", "messaging.operation=process"), "mail process orders"},
		{sig("mail", "x", trace.Consumer, "message_bus.destination=reply-48291"), "mail process reply-{id}"},
		{sig("mail", "x", trace.Producer, "messaging.destination.name=orders"), "mail send orders"},
		{sig("web", "documentLoad", trace.Internal), "web documentLoad"},
		{sig("cron", "nightly 2024-02-29", trace.Internal), "cron nightly {date}"},
		{sig("", "GET /x", trace.Server), "GET /x"},
		{sig("web", "", trace.Server), "web"},
	} {
		if got := JourneyName(&c.sig); got != c.want {
			t.Errorf("JourneyName(%s %s %v) = %q, want %q", c.sig.Service, c.sig.Name, c.sig.Attrs, got, c.want)
		}
	}
}

func TestOperationsNameTheQueryWithoutItsValues(t *testing.T) {
	for _, c := range []struct {
		sig  trace.Signature
		want string
	}{
		{sig("mysql", "SQL SELECT", trace.Client, "sql.query=SELECT * FROM customer WHERE customer_id=731"), "mysql SQL SELECT customer"},
		{sig("shop", "SELECT orders", trace.Client, "db.query.summary=SELECT orders", "db.query.text=SELECT 1"), "shop SELECT orders"},
		{sig("shop", "sql.conn.query", trace.Client, "db.statement=select id from lines where order_id = $1"), "shop sql.conn.query select lines"},
		{sig("shop", "query", trace.Client, "db.statement=UPDATE orders SET a=1"), "shop query UPDATE orders"},
		{sig("shop", "find", trace.Client, "db.operation=find", "db.mongodb.collection=users"), "shop find users"},
		{sig("shop", "GET", trace.Client, "db.statement=GET user:42"), "shop GET"},
		{sig("redis", "GetDriver", trace.Client), "redis GetDriver"},
		{sig("shop", "find 42", trace.Internal), "shop find {id}"},
	} {
		if got := Operation(&c.sig); got != c.want {
			t.Errorf("Operation = %q, want %q", got, c.want)
		}
	}
}

func sig(service, name string, kind trace.Kind, attrs ...string) trace.Signature {
	s := trace.Signature{Service: service, Name: name, Kind: kind}
	for _, a := range attrs {
		k, v, _ := strings.Cut(a, "=")
		s.Attrs = append(s.Attrs, trace.Attr{Key: k, Value: v})
	}
	s.Attrs = s.Attrs.Sort()
	return s
}

// The expression says what is special; what is faster must find the same.
func TestSpecialsAreWhatTheExpressionFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"6f1e2d3c-0000-4abc-8def-0123456789ab", "{", "}", "<", ">", "{id}", "/", "-", "a", "_", "1", "4711", ".", " ", "x-1", "deadbeef-", "é", "\n"}
	for range 20_000 {
		var name strings.Builder
		for range r.IntN(8) {
			name.WriteString(parts[r.IntN(len(parts))])
		}
		sameSpecials(t, name.String())
	}
}

func sameSpecials(t *testing.T, name string) {
	t.Helper()
	if got, want := specials(nil, []byte(name)), expressed(nil, []byte(name)); !slices.Equal(got, want) {
		t.Errorf("specials(%q) = %v, the expression finds %v", name, got, want)
	}
}
