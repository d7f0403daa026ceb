package semconv

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/quick"
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
	if got, want := specials(nil, []byte(name), isRare([]byte(name))), expressed(nil, []byte(name)); !slices.Equal(got, want) {
		t.Errorf("specials(%q) = %v, the expression finds %v", name, got, want)
	}
}
