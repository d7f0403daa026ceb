package category

import (
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestTheRemoteSideHasItsMostTellingName(t *testing.T) {
	for _, c := range []struct {
		sig  trace.Signature
		want string
	}{
		{testkit.Signature("web", "GET", trace.Client, "http.method=GET", "peer.service=cart", "server.address=10.0.0.7"), "cart"},
		{testkit.Signature("web", "GET", trace.Client, "http.method=GET", "service.peer.name=cart"), "cart"},
		{testkit.Signature("web", "GET", trace.Client, "http.request.method=GET", "server.address=cart.shop.svc"), "cart.shop.svc"},
		{testkit.Signature("web", "GET", trace.Client, "http.method=GET", "net.peer.name=cart:8080"), "cart"},
		{testkit.Signature("web", "GET", trace.Client, "http.url=https://user:pw@pay.example/charge?card=1"), "pay.example"},
		{testkit.Signature("web", "GET", trace.Client, "http.method=GET", "http.url=0.0.0.0:8081"), "0.0.0.0:8081"},
		{testkit.Signature("web", "q", trace.Client, "db.system=postgresql", "db.name=shop"), "postgresql/shop"},
		{testkit.Signature("web", "q", trace.Client, "db.system=postgresql", "server.address=127.0.0.1"), "postgresql"},
		{testkit.Signature("web", "q", trace.Client, "db.system=postgresql", "server.address=orders-db"), "orders-db"},
		{testkit.Signature("web", "q", trace.Client, "db.statement=SELECT 1", "server.address=::1"), "::1"},
		{testkit.Signature("web", "q", trace.Client, "db.statement=SELECT 1"), ""},
		{testkit.Signature("redis", "GetDriver", trace.Client), "redis"},
		{testkit.Signature("web", "send", trace.Producer, "messaging.destination=orders", "net.peer.name=kafka-1"), "orders"},
		{testkit.Signature("web", "S3.Get", trace.Client, "rpc.service=S3", "aws.s3.bucket=invoices"), "invoices"},
		{testkit.Signature("gw", "x", trace.Client, "component=proxy", "upstream_cluster=outbound|9080||cart.shop.svc"), "cart.shop.svc"},
		{testkit.Signature("web", "x", trace.Client, "rpc.system=grpc", "rpc.method=shop.Pay/Charge"), "shop.Pay"},
		{testkit.Signature("web", "x", trace.Client, "gen_ai.provider.name=example"), "example"},
		{testkit.Signature("web", "x", trace.Client), ""},
		{testkit.Signature("web", "GET /", trace.Server, "http.request.method=GET", "server.address=shop.example"), ""},
	} {
		if got := BuiltIn().Of(&c.sig).Peer; got != c.want {
			t.Errorf("%s %v: peer %q, want %q", c.sig.Name, c.sig.Attrs, got, c.want)
		}
	}
}

func TestOwnTimeOfACallIsAtItsRemoteSide(t *testing.T) {
	for _, c := range []struct {
		sig     trace.Signature
		remote  bool
		passing Category
	}{
		{testkit.Signature("web", "GET", trace.Client, "http.method=GET"), true, Network},
		{testkit.Signature("web", "http.dns", trace.Client), false, DNS},
		{testkit.Signature("web", "q", trace.Unspecified, "db.type=sql"), true, Network},
		{testkit.Signature("web", "q", trace.Internal, "db.system=sqlite"), false, DB},
		{testkit.Signature("web", "q", trace.Internal, "db.statement=SELECT 1"), false, DB},
		{testkit.Signature("web", "send", trace.Producer, "messaging.destination=orders"), true, Network},
		{testkit.Signature("web", "GET /", trace.Server), false, App},
		{testkit.Signature("gw", "x", trace.Client, "component=proxy"), true, Proxy},
		{testkit.Signature("cart", "x", trace.Server, "component=proxy", "upstream_cluster=inbound|80||"), false, Proxy},
		{testkit.Signature("web", "documentFetch", trace.Internal), true, Network},
	} {
		if d := BuiltIn().Of(&c.sig); d.Remote != c.remote || d.Passing != c.passing {
			t.Errorf("%s %v: remote %v, passing %s; want %v, %s", c.sig.Name, c.sig.Attrs, d.Remote, d.Passing, c.remote, c.passing)
		}
	}
}
