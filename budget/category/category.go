package category

import (
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Category is the kind of work that a stretch of time was spent on.
type Category string

// The categories that the program itself refers to.
const (
	DNS       Category = "dns"
	Connect   Category = "connect"
	TLS       Category = "tls"
	Network   Category = "network"
	Proxy     Category = "proxy"
	Queue     Category = "queue"
	Cache     Category = "cache"
	DB        Category = "db"
	Messaging Category = "messaging"
	Storage   Category = "storage"
	External  Category = "external"
	Render    Category = "render"
	Browser   Category = "browser"
	ColdStart Category = "coldstart"
	Redirect  Category = "redirect"
	Discovery Category = "discovery"
	Download  Category = "download"
	Input     Category = "input"
	Handling  Category = "processing"
	Painting  Category = "presentation"
	App       Category = "app"
	Untraced  Category = "untraced"
)

// A Doc says what a category holds, and all that is particular about it.
type Doc struct {
	Name    Category
	Doc     string                        // one line
	step    int                           // where two steps of one span overlap, that with the lower number counts: the inner one
	side    side                          // where its work is done, if no rule says it
	called  func(*trace.Signature) string // what its remote side is known by, besides its host; nil: semconv.Callee
	between bool                          // it lies between a caller and its callee
	byTopic bool                          // that says more than the host, which is a broker's
	sudden  bool                          // see [Sudden]
}

// A side says where the work of a category is done.
type side uint8

// The sides.
const (
	either side = iota
	local       // in the process, so that it has no remote side
	remote      // usually outside of it
)

// All lists every category in the order of reports. Steps are in the order of waiting: whoever
// waits for a connection also waits for its name, its handshake and its socket.
var All = []Doc{
	{Name: DNS, Doc: "resolving names, also a gRPC channel's name resolution", step: 10, between: true, called: semconv.Question, byTopic: true, sudden: true},
	{Name: Connect, Doc: "opening connections: TCP, sockets, database logins", step: 30, between: true, called: semconv.StoreName, sudden: true},
	{Name: TLS, Doc: "TLS handshakes", step: 20, between: true, sudden: true},
	{Name: Network, Doc: "between a caller and its callee: transfer, and what neither of them recorded", step: 120, between: true, sudden: true},
	{Name: Proxy, Doc: "proxies, gateways and service meshes, without the services behind them", step: 130, side: local},
	{Name: Queue, Doc: "waiting for a turn: brokers, worker and connection pools, accept queues", step: 150, called: semconv.Destination, byTopic: true, sudden: true},
	{Name: Cache, Doc: "Redis, Memcached and other caches", step: 50, side: remote, called: semconv.StoreName},
	{Name: DB, Doc: "databases and search engines", step: 60, side: remote, called: semconv.StoreName},
	{Name: Messaging, Doc: "handing messages to a broker", step: 70, side: remote, called: semconv.Destination, byTopic: true},
	{Name: Storage, Doc: "object and file storage", step: 80, side: remote, called: semconv.Bucket},
	{Name: External, Doc: "calls to a service that has no spans of its own here", step: 90, side: remote},
	{Name: Render, Doc: "building the page: templates, parsing, layout", step: 100, side: local},
	{Name: Browser, Doc: "in the browser, before, between and after its requests", step: 140, side: local},
	{Name: Redirect, Doc: "a page being sent elsewhere, once or more, before it is fetched", step: 132, between: true},
	{Name: Discovery, Doc: "until a page asked for what it shows first, though its document had begun to come", step: 144, between: true},
	{Name: Download, Doc: "fetching what a page shows first", step: 146, side: remote},
	{Name: Input, Doc: "an interaction waits for the browser's main thread", step: 152, side: local},
	{Name: Handling, Doc: "handlers of an interaction run", step: 154},
	{Name: Painting, Doc: "from the end of an interaction's handlers to the next paint", step: 156, side: local},
	{Name: ColdStart, Doc: "starting up before the first request can be served", step: 40, side: local, sudden: true},
	{Name: App, Doc: "a service's own code", step: 110, side: local},
	{Name: Untraced, Doc: "nothing in the trace says what happened", step: 160},
}

// of returns what is particular about c; nothing if it is unknown.
func (c Category) of() *Doc {
	for i := range All {
		if All[i].Name == c {
			return &All[i]
		}
	}
	return &Doc{}
}

// IsBetween reports whether work of the category is between a caller and its callee, also where
// it has a span of its own.
func (c Category) IsBetween() bool { return c.of().between }

// Sudden lists the kinds of waiting that a service may not know one day and suffer from the next,
// though it does the same work: names that do not resolve, connections that are not kept, turns to be
// waited for. A plan that is to tell tomorrow where they come from has a line for each today.
func Sudden() (out []Category) {
	for _, d := range All {
		if d.sudden {
			out = append(out, d.Name)
		}
	}
	return out
}

// Valid reports whether c is one of All.
func (c Category) Valid() bool { return c.of().Name != "" }
