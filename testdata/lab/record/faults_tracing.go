package record

// Faults of a system whose spans have no kinds: what a caller and what a callee
// is, and what a database, only tags and names tell.

var handInstrumented = system{
	name: "tracing", prepare: "prepare", load: "desk-visitors", jaeger: true,
	cast: func() []process {
		return namedAsTheyAre([]process{
			{name: "ledger", role: "ledger", ip: "127.0.20.3", port: http, version: "1.9.0"},
			{name: "quotes", role: "quotes", ip: "127.0.20.2", port: http, version: "3.0.2"},
			{name: "desk", role: "desk", ip: "127.0.20.1", port: http, version: "2.2.0"},
			{name: "wire-redis", role: "wire", ip: "127.0.19.1", port: 16379, names: []string{"redis"}, env: settings{"TARGET": "127.0.0.1:16379"}},
		})
	},
}

const http = 18080

const quote = "get_quote"

var quotesLoad = settings{"LOAD_RATE": "20"}

func tracingFaults() []fault {
	return []fault{
		{
			name: "tracing-slow-query", about: "one in eight of ledger's statements takes 160 ms longer in PostgreSQL",
			of: &handInstrumented, journey: quote, load: quotesLoad,
			faulty: changes{"ledger": {"DIAL_LEDGER_QUERY": "160@0.12"}},
			inject: []injection{{Source: "ledger.query", Service: "ledger", Edge: "ledger -> postgres", What: "pg_sleep in the statement", MS: 160, Share: 0.12}},
			expect: expectation{Layer: "db", Service: "ledger", Place: "ledger -> postgres"},
			spared: []string{"app", "network", "quotes"},
			notes:  "the span `sql` has db.type, db.statement and peer.service, and no span.kind.",
		},
		{
			name: "tracing-slow-price", about: "quotes computes 150 ms longer in one of eight requests",
			of: &handInstrumented, journey: quote, load: quotesLoad,
			faulty: changes{"quotes": {"DIAL_QUOTES_PRICE": "150@0.12"}},
			inject: []injection{{Source: "quotes.price", Service: "quotes", What: "`compute` takes longer", MS: 150, Share: 0.12}},
			expect: expectation{Layer: "app", Service: "quotes", Place: "quotes"},
			spared: []string{"db", "cache", "ledger", "desk"},
			notes:  "caller and callee are both without a kind: `ask_quotes` in desk, `price` in quotes.",
		},
		{
			name: "tracing-lock", about: "ledger lets one request at a time at its table; each needs 30 ms (the healthy twin lets all)",
			of: &handInstrumented, journey: quote, load: quotesLoad,
			both:   changes{"ledger": {"LEDGER_QUERY_MS": "30"}},
			faulty: changes{"ledger": {"LEDGER_LOCK": "on"}},
			inject: []injection{{Source: "", Service: "ledger", What: "a mutex; the wait is what the arrivals make of it", Share: 1}},
			expect: expectation{Layer: "app", Service: "ledger", Place: "ledger", Also: []string{"queue", "untraced"}},
			spared: []string{"db", "network", "quotes"},
			notes:  "no span shows the wait: it is ledger's own time before `sql` begins.",
		},
	}
}

// namedAsTheyAre gives every process without a name in shop.test its own.
func namedAsTheyAre(list []process) []process {
	for i := range list {
		if list[i].names == nil {
			list[i].names = []string{list[i].name}
		}
	}
	return list
}
