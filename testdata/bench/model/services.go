package model

// A service is one deployment. What it calls, asks and says decides what its spans look like.
type service struct {
	name, version    string
	language         string
	runtime, release string
	pods             int
	grpc             bool // else it serves HTTP
	old              bool // instrumented before the conventions for HTTP and databases were stable
	endpoints        []string
	calls            []string
	store            string // the kind of its database; "": none
	tables           []string
	cached           bool
	publishes        bool
}

// worker is the service that handles messages.
const worker = "ticket-mailer"

var services = []service{
	{name: "storefront", version: "11.4.0", language: "nodejs", runtime: "nodejs", release: "22.19.0", pods: 3,
		endpoints: []string{"GET /", "GET /artists/:slug", "GET /events/:eventId", "GET /search", "POST /basket/:basketId/seats", "POST /checkout", "GET /account/tickets"},
		calls:     []string{"edge-gateway"}},
	{name: "edge-gateway", version: "3.2.17", language: "go", runtime: "go", release: "go1.25.1", pods: 4, cached: true, publishes: true,
		endpoints: []string{"GET /v2/events/{event_id}", "GET /v2/artists/{slug}/events", "GET /v2/search", "POST /v2/baskets/{basket_id}/seats", "POST /v2/orders", "GET /v2/customers/{customer_id}/tickets"},
		calls:     []string{"event-catalog", "seat-map", "basket", "orders", "customers", "event-search", "suggestions"}},
	{name: "event-catalog", version: "5.9.2", language: "go", runtime: "go", release: "go1.25.1", pods: 3, grpc: true, store: "postgresql", cached: true,
		endpoints: []string{"tickets.catalog.v2.Catalog/GetEvent", "tickets.catalog.v2.Catalog/ListEventsOfArtist", "tickets.catalog.v2.Catalog/BatchGetEvents"},
		tables:    []string{"events", "venues", "artists", "event_artists"}, calls: []string{"price-engine", "seat-map"}},
	{name: "seat-map", version: "0.21.3", language: "rust", runtime: "rust", release: "1.89.0", pods: 3, store: "postgresql", cached: true,
		endpoints: []string{"GET /seats/{event_id}", "POST /holds", "DELETE /holds/{hold_id}"}, tables: []string{"seats", "seat_holds", "blocks"}},
	{name: "price-engine", version: "2.0.44", language: "java", runtime: "OpenJDK Runtime Environment", release: "21.0.8+9-LTS", pods: 3, old: true, store: "mysql",
		endpoints: []string{"GET /prices/{eventId}", "POST /prices/batch", "GET /fees/{country}"}, tables: []string{"price_bands", "fees", "vouchers"}, calls: []string{"customers"}},
	{name: "basket", version: "1.17.5", language: "dotnet", runtime: ".NET", release: "9.0.8", pods: 3, grpc: true, cached: true, publishes: true,
		endpoints: []string{"tickets.basket.v1.Baskets/Get", "tickets.basket.v1.Baskets/AddSeats", "tickets.basket.v1.Baskets/Discard"}, calls: []string{"event-catalog", "price-engine"}},
	{name: "orders", version: "8.3.0", language: "go", runtime: "go", release: "go1.25.1", pods: 3, grpc: true, store: "postgresql", publishes: true,
		endpoints: []string{"tickets.orders.v1.Orders/Place", "tickets.orders.v1.Orders/Confirm", "tickets.orders.v1.Orders/Get"},
		tables:    []string{"orders", "order_lines", "outbox"}, calls: []string{"basket", "price-engine", "payment-adapter", "seat-map", "customers"}},
	{name: "payment-adapter", version: "4.4.1", language: "nodejs", runtime: "nodejs", release: "22.19.0", pods: 2, store: "postgresql", publishes: true,
		endpoints: []string{"POST /authorizations", "POST /captures/:authorizationId", "GET /methods/:customerId"}, tables: []string{"authorizations", "captures"}, calls: []string{"customers"}},
	{name: "customers", version: "13.0.8", language: "java", runtime: "OpenJDK Runtime Environment", release: "17.0.16+8", pods: 3, old: true, store: "mysql", publishes: true,
		endpoints: []string{"GET /customers/{id}", "GET /customers/{id}/tickets", "POST /tokens/introspect"}, tables: []string{"customers", "tokens", "addresses", "tickets"}},
	{name: "event-search", version: "6.1.9", language: "java", runtime: "OpenJDK Runtime Environment", release: "21.0.8+9-LTS", pods: 3, store: "elasticsearch",
		endpoints: []string{"GET /query", "GET /complete"}, tables: []string{"events-v12", "artists-v4"}, calls: []string{"event-catalog"}},
	{name: "suggestions", version: "0.8.30", language: "python", runtime: "CPython", release: "3.13.7", pods: 2, grpc: true, old: true, cached: true,
		endpoints: []string{"tickets.suggest.v1.Suggestions/ForCustomer", "tickets.suggest.v1.Suggestions/Similar"}, calls: []string{"event-catalog"}},
	{name: worker, version: "2.6.6", language: "python", runtime: "CPython", release: "3.13.7", pods: 2, store: "mongodb",
		endpoints: []string{"POST /preview"}, tables: []string{"mails", "templates"}, calls: []string{"customers"}},
}

// host is the name under which a service is called.
func (s *service) host() string { return s.name + ".tickets-live.svc.cluster.local" }

// threaded reports whether the service's instrumentation tells threads apart.
func (s *service) threaded() bool { return s.language == "java" || s.language == "dotnet" }
