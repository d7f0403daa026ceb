package semconv

import (
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestJourneysAreNamedByServiceAndRoute(t *testing.T) {
	for _, c := range []struct {
		sig  trace.Signature
		want string
	}{
		{testkit.Signature("frontend", "HTTP GET /dispatch", trace.Server, "http.method=GET", "http.url=/dispatch?customer=731&nonse=0.9"), "frontend HTTP GET /dispatch"},
		{testkit.Signature("web", "GET /users/{id}", trace.Server, "http.request.method=GET", "http.route=/users/{id}"), "web GET /users/{id}"},
		{testkit.Signature("web", "GET", trace.Server, "http.request.method=GET", "http.route=/users/{id}"), "web GET /users/{id}"},
		{testkit.Signature("web", "HTTP GET /users/42", trace.Server, "http.route=/users/:id"), "web GET /users/:id"},
		{testkit.Signature("web", "post", trace.Server, "http.method=post", "http.route=/checkout"), "web POST /checkout"},
		{testkit.Signature("web", "x", trace.Server, "http.method=GET", "http.route=GET /checkout"), "web GET /checkout"},
		{testkit.Signature("web", "POST", trace.Server, "http.request.method=POST", "url.path=/api/checkout"), "web POST /api/checkout"},
		{testkit.Signature("web", "HTTP GET", trace.Client, "http.method=GET", "http.url=http://h:1/users/42?a=b"), "web GET /users/{id}"},
		{testkit.Signature("web", "GET", trace.Client, "url.full=http://h"), "web GET /"},
		{testkit.Signature("web", "GET", trace.Client), "web GET"},
		{testkit.Signature("pay", "shop.Pay/Charge", trace.Server, "rpc.system=grpc", "rpc.service=shop.Pay", "rpc.method=Charge"), "pay shop.Pay/Charge"},
		{testkit.Signature("pay", "shop.Pay/Charge", trace.Server, "rpc.system.name=grpc", "rpc.method=shop.Pay/Charge"), "pay shop.Pay/Charge"},
		{testkit.Signature("pay", "x", trace.Server, "rpc.service=shop.Pay", "rpc.method=/shop.Pay/Charge"), "pay shop.Pay/Charge"},
		{testkit.Signature("mail", "orders process", trace.Consumer, "messaging.destination=orders", "messaging.operation=process"), "mail process orders"},
		{testkit.Signature("mail", "x", trace.Consumer, "message_bus.destination=reply-48291"), "mail process reply-{id}"},
		{testkit.Signature("mail", "x", trace.Producer, "messaging.destination.name=orders"), "mail send orders"},
		{testkit.Signature("web", "documentLoad", trace.Internal), "web documentLoad"},
		{testkit.Signature("cron", "nightly 2024-02-29", trace.Internal), "cron nightly {date}"},
		{testkit.Signature("proxy", "ingress", trace.Server, "http.method=POST", "http.url=http://shop/api/checkout"), "proxy POST /api/checkout"},
		{testkit.Signature("proxy", "ingress", trace.Server, "http.method=POST"), "proxy ingress"},
		{testkit.Signature("proxy", "ingress", trace.Server, "http.url=http://shop/api/checkout"), "proxy ingress"},
		{testkit.Signature("web", "UsersController#show", trace.Server, "http.method=GET", "http.target=/users/42"), "web UsersController#show"},
		{testkit.Signature("web", "charge", trace.Client, "http.method=POST", "url.full=http://pay/v1/x"), "web charge"},
		{testkit.Signature("mesh", "reviews.shop:9080/*", trace.Server, "http.method=GET", "http.url=http://reviews:9080/reviews/0"), "mesh GET /reviews/{id}"},
		{testkit.Signature("mesh", "web.shop:9080/static*", trace.Server, "http.method=GET", "http.url=http://web:9080/static/a.js"), "mesh web.shop:9080/static*"},
		{testkit.Signature("web", "GET", trace.Server, "http.request.method=GET", "http.route=/static/*", "url.path=/static/a.js"), "web GET /static/*"},
		{testkit.Signature("web", "GET *", trace.Server, "http.request.method=GET", "url.path=/users/42"), "web GET /users/{id}"},
		{testkit.Signature("web", "GET /*", trace.Server, "http.request.method=GET", "http.route=/*", "url.path=/users/42"), "web GET /users/{id}"},
		{testkit.Signature("web", "GET", trace.Server, "http.request.method=GET", "http.route=/{proxy+}", "url.path=/users/42"), "web GET /users/{id}"},
		{testkit.Signature("web", "GET", trace.Server, "http.request.method=GET", "http.route=/*"), "web GET /*"},
		{testkit.Signature("shop", "documentLoad", trace.Internal, "location.href=https://shop/checkout/42?a=b"), "shop documentLoad /checkout/{id}"},
		{testkit.Signature("shop", "click", trace.Internal, "http.url=https://shop/"), "shop click /"},
		{testkit.Signature("shop", "load the rest", trace.Internal, "http.url=https://shop/"), "shop load the rest"},
		{testkit.Signature("api", "POST", trace.Server, "http.route=/graphql", "graphql.operation.type=query", "graphql.operation.name=Cart"), "api POST /graphql query Cart"},
		{testkit.Signature("api", "query Cart", trace.Internal, "graphql.operation.type=query", "graphql.operation.name=Cart"), "api query Cart"},
		{testkit.Signature("calc", "process", trace.Consumer, "messaging.destination.name=_INBOX.foeo.0", "messaging.destination.template=_INBOX.{id}"), "calc process _INBOX.{id}"},
		{testkit.Signature("", "GET /x", trace.Server), "GET /x"},
		{testkit.Signature("web", "", trace.Server), "web"},
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
		{testkit.Signature("mysql", "SQL SELECT", trace.Client, "sql.query=SELECT * FROM customer WHERE customer_id=731"), "mysql SQL SELECT customer"},
		{testkit.Signature("shop", "SELECT orders", trace.Client, "db.query.summary=SELECT orders", "db.query.text=SELECT 1"), "shop SELECT orders"},
		{testkit.Signature("shop", "sql.conn.query", trace.Client, "db.statement=select id from lines where order_id = $1"), "shop sql.conn.query select lines"},
		{testkit.Signature("shop", "query", trace.Client, "db.statement=UPDATE orders SET a=1"), "shop query UPDATE orders"},
		{testkit.Signature("shop", "find", trace.Client, "db.operation=find", "db.mongodb.collection=users"), "shop find users"},
		{testkit.Signature("shop", "GET", trace.Client, "db.statement=GET user:42"), "shop GET"},
		{testkit.Signature("redis", "GetDriver", trace.Client), "redis GetDriver"},
		{testkit.Signature("shop", "find 42", trace.Internal), "shop find {id}"},
	} {
		if got := Operation(&c.sig); got != c.want {
			t.Errorf("Operation = %q, want %q", got, c.want)
		}
	}
}
