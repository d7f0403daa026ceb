package category

// A Category is the kind of work that a stretch of time was spent on.
type Category string

// The categories, in the order in which reports list them.
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
	App       Category = "app"
	Untraced  Category = "untraced"
)

// A Doc says in one line what a category holds.
type Doc struct {
	Name Category
	Doc  string
}

// All lists every category in the order of reports.
var All = []Doc{
	{DNS, "resolving names, also a gRPC channel's name resolution"},
	{Connect, "opening connections: TCP, sockets, database logins"},
	{TLS, "TLS handshakes"},
	{Network, "between a caller and its callee: transfer, and what neither of them recorded"},
	{Proxy, "proxies, gateways and service meshes, without the services behind them"},
	{Queue, "waiting for a turn: brokers, worker and connection pools, accept queues"},
	{Cache, "Redis, Memcached and other caches"},
	{DB, "databases and search engines"},
	{Messaging, "handing messages to a broker"},
	{Storage, "object and file storage"},
	{External, "calls to a service that has no spans of its own here"},
	{Render, "building the page: templates, parsing, layout"},
	{Browser, "in the browser, before, between and after its requests"},
	{ColdStart, "starting up before the first request can be served"},
	{App, "a service's own code"},
	{Untraced, "nothing in the trace says what happened"},
}

// Valid reports whether c is one of All.
func (c Category) Valid() bool {
	for i := range All {
		if All[i].Name == c {
			return true
		}
	}
	return false
}

// remote reports whether work of this category usually happens outside the process.
func (c Category) remote() bool {
	switch c {
	case Cache, DB, Messaging, Storage, External:
		return true
	}
	return false
}
