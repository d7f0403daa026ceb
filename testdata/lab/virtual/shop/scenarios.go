package shop

// Scenario is one thing that is wrong, what it changes, and what mends it.
type Scenario struct {
	Name, About string
	Journey     string
	Both        Changes // what this scenario has besides, in all its worlds
	Fault       Changes
	Cures       []Cure // the first is the one that -cure takes
	Expect      Expect
}

// Cure is what mends the fault, all of it or in part, as a change of the settings on top of the fault.
type Cure struct {
	Name   string  `json:"name"`
	Change Changes `json:"change"`
	WhatIf WhatIf  `json:"what_if"`
}

// WhatIf says the same as a question about the faulty recording.
type WhatIf struct {
	Operation string  `json:"operation"` // faster, normal, remove, parallel, async, cache, timeout, hedge, servers, none
	Of        string  `json:"of"`
	Value     float64 `json:"value,omitempty"`
}

// Expect is the blame that is right.
type Expect struct {
	Layer string            `json:"layer"`
	Place string            `json:"place"`
	Slice map[string]string `json:"slice,omitempty"`
}

const (
	checkout = "POST /checkout"
	product  = "GET /product/{id}"
	search   = "GET /search"
	dispatch = "GET /dispatch"
)

var (
	pages    = Changes{"checkout": 10, "search": 10, "product": 80, "rate": 32}
	searches = Changes{"checkout": 10, "search": 75, "product": 15, "rate": 28}
	hotrod   = Changes{"checkout": 0, "search": 0, "product": 0, "dispatch": 1, "rate": 2}
	slowly   = Changes{"payment_slow": "180@0.12"}
	quickly  = []Cure{{"payment-as-usual", Changes{"payment_slow": "0@0.12"}, WhatIf{"normal", "app payment", 0}}}
	inApp    = Expect{Layer: "app", Place: "payment"}
)

// Scenarios are the twins of the lab's faults, of its cures and of HotROD.
var Scenarios = []Scenario{
	{
		Name: "cache-flushed", About: "the cache is emptied again and again", Journey: product,
		Both:   with(pages, Changes{"recs_query_ms": 120}),
		Fault:  Changes{"cache_flush_after_ms": 4000, "cache_flush_every_ms": 8000},
		Cures:  []Cure{{"no-flush", Changes{"cache_flush_every_ms": 0}, WhatIf{"cache", "recommendations -> postgres.shop.test", 1}}},
		Expect: Expect{Layer: "db", Place: "recommendations -> postgres.shop.test"},
	},
	{
		Name: "cache-slow", About: "six in a hundred packets to Redis are 130 ms late", Journey: product,
		Both: pages, Fault: Changes{"redis_late": "130@0.06"},
		Cures:  []Cure{{"wire-mended", Changes{"redis_late": "0@0.06"}, WhatIf{"normal", "cache", 0}}},
		Expect: Expect{Layer: "cache", Place: "web -> redis.shop.test, recommendations -> redis.shop.test"},
	},
	{
		Name: "caller-timeout", About: "recommendations hangs for 600 ms; web gives up after 170", Journey: product,
		Both: with(pages, Changes{"recs_timeout_ms": 170}), Fault: Changes{"recs_stuck": "600@0.12"},
		Cures:  []Cure{{"not-stuck", Changes{"recs_stuck": "0@0.12"}, WhatIf{"normal", "app recommendations", 0}}, {"timeout-80", Changes{"recs_timeout_ms": 80}, WhatIf{"timeout", "web -> recommendations", 80}}},
		Expect: Expect{Layer: "app", Place: "recommendations"},
	},
	{
		Name: "clock-skew", About: "the clock of payment is 80 ms ahead, and payment slow in both", Journey: checkout,
		Both: slowly, Fault: Changes{"payment_clock_ahead_ms": 80}, Cures: quickly, Expect: inApp,
	},
	{
		Name: "cold-start", About: "the function tax has no instance that is kept warm", Journey: checkout,
		Both: Changes{"rate": 26, "tax_keep_ms": 150}, Fault: Changes{"tax_provisioned": 0},
		Cures:  []Cure{{"kept-for-a-second", Changes{"tax_keep_ms": 1000}, WhatIf{"none", "", 0}}, {"provisioned", Changes{"tax_provisioned": 64}, WhatIf{"remove", "coldstart tax", 0}}},
		Expect: Expect{Layer: "coldstart", Place: "tax"},
	},
	{
		Name: "head-sampling", About: "one trace in four is kept, and payment slow in both", Journey: checkout,
		Both: slowly, Fault: Changes{"sampler": "th:c"}, Cures: quickly, Expect: inApp,
	},
	{
		Name: "hidden-queue", About: "payment has one worker instead of 16", Journey: checkout,
		Both: Changes{"rate": 28, "payment_work_ms": 36, "payment_workers": 16, "checkout": 55, "product": 35}, Fault: Changes{"payment_workers": 1},
		Cures:  []Cure{{"two-workers", Changes{"payment_workers": 2}, WhatIf{"servers", "payment", 2}}},
		Expect: inApp,
	},
	{
		Name: "hot-instance", About: "one instance of recommendations of three takes 110 ms longer", Journey: product,
		Both: with(pages, Changes{"recs_slow_instance": 2}), Fault: Changes{"recs_slow": "110@1"},
		Cures:  []Cure{{"instance-as-others", Changes{"recs_slow": "0@1"}, WhatIf{"normal", "app recommendations", 0}}},
		Expect: Expect{Layer: "app", Place: "recommendations", Slice: map[string]string{"service.instance.id": "recommendations-2"}},
	},
	{
		Name: "lock-wait", About: "a batch job holds the row of product 7 half of the time", Journey: checkout,
		Both: Changes{"hot": 40, "lock_pause_ms": 400}, Fault: Changes{"lock_hold_ms": 400},
		Cures:  []Cure{{"held-for-100-ms", Changes{"lock_hold_ms": 100}, WhatIf{"none", "", 0}}, {"no-batch", Changes{"lock_hold_ms": 0}, WhatIf{"normal", "db inventory -> postgresql", 0}}},
		Expect: Expect{Layer: "db", Place: "inventory -> postgresql"},
	},
	{
		Name: "n-plus-one", About: "twenty products with twenty queries of 6 ms", Journey: product,
		Both: with(pages, Changes{"recs_query_ms": 6}), Fault: Changes{"recs_single": "120@0.12"},
		Cures:  []Cure{{"one-query", Changes{"recs_joined": true}, WhatIf{"faster", "db recommendations -> postgres.shop.test", 0.05}}},
		Expect: Expect{Layer: "db", Place: "recommendations -> postgres.shop.test"},
	},
	{
		Name: "payment-slow", About: "payment takes 180 ms longer in one of eight requests", Journey: checkout,
		Fault: slowly, Cures: quickly, Expect: inApp,
	},
	{
		Name: "pool-of-two", About: "inventory has two connections instead of 24, for statements of 60 ms", Journey: checkout,
		Both: Changes{"rate": 25, "inventory_query_ms": 60}, Fault: Changes{"inventory_pool": 2},
		Cures:  []Cure{{"pool-3", Changes{"inventory_pool": 3}, WhatIf{"servers", "inventory pool.acquire", 3}}, {"pool-24", Changes{"inventory_pool": 24}, WhatIf{"servers", "inventory pool.acquire", 24}}},
		Expect: Expect{Layer: "queue", Place: "inventory"},
	},
	{
		Name: "retry-once", About: "payment refuses the first attempt of one in eight", Journey: checkout,
		Both: Changes{"payment_backoff_ms": 150}, Fault: Changes{"payment_refuse": "10@0.12"},
		Cures:  []Cure{{"no-refusal", Changes{"payment_refuse": "0@0"}, WhatIf{"remove", "retry web -> payment", 0}}, {"backoff-30", Changes{"payment_backoff_ms": 30}, WhatIf{"none", "", 0}}},
		Expect: Expect{Layer: "retry", Place: "web -> payment"},
	},
	{
		Name: "retry-storm", About: "payment refuses everything for 700 ms of every 4 s", Journey: checkout,
		Both: Changes{"payment_backoff_ms": 60, "payment_attempts": 6}, Fault: Changes{"payment_outage_ms": 700},
		Cures:  []Cure{{"backoff-grows", Changes{"payment_backoff_factor": 2, "payment_backoff_jitter": 0.2}, WhatIf{"none", "", 0}}, {"no-outage", Changes{"payment_outage_ms": 0}, WhatIf{"remove", "retry web -> payment", 0}}},
		Expect: Expect{Layer: "retry", Place: "web -> payment"},
	},
	{
		Name: "slow-build", About: "build 2.4.0 in one instance of three takes 90 ms longer in half of its requests", Journey: product,
		Both: with(pages, Changes{"recs_slow_instance": 3, "recs_new_instance": 3}), Fault: Changes{"recs_slow": "90@0.5"},
		Cures:  []Cure{{"rolled-back", Changes{"recs_slow": "0@0.5", "recs_new_instance": 0}, WhatIf{"normal", "app recommendations", 0}}},
		Expect: Expect{Layer: "app", Place: "recommendations", Slice: map[string]string{"service.version": "2.4.0"}},
	},
	{
		Name: "slow-dns", About: "the name of payment takes 150 ms to resolve, and connections live 250 ms", Journey: checkout,
		Both: Changes{"payment_idle_ms": 250}, Fault: Changes{"payment_dns_ms": 150},
		Cures:  []Cure{{"names-quick", Changes{"payment_dns_ms": 0.5}, WhatIf{"remove", "dns web -> payment", 0}}, {"connections-live", Changes{"payment_idle_ms": 60000}, WhatIf{"remove", "dns web -> payment", 0}}},
		Expect: Expect{Layer: "dns", Place: "web -> payment"},
	},
	{
		Name: "slow-query", About: "one in eight of inventory's statements takes 160 ms longer", Journey: checkout,
		Fault:  Changes{"inventory_slow": "160@0.12"},
		Cures:  []Cure{{"query-fixed", Changes{"inventory_slow": "0@0.12"}, WhatIf{"normal", "db inventory -> postgresql", 0}}},
		Expect: Expect{Layer: "db", Place: "inventory -> postgresql"},
	},
	{
		Name: "slow-region", About: "from web in ap-south-1 it is 90 ms to payment and back", Journey: checkout,
		Both: Changes{"payment_far": "web-ap"}, Fault: Changes{"payment_wire_ms": 45},
		Cures:  []Cure{{"nearer", Changes{"payment_wire_ms": 5}, WhatIf{"faster", "network web -> payment", 0.11}}},
		Expect: Expect{Layer: "network", Place: "web -> payment", Slice: map[string]string{"cloud.region": "ap-south-1"}},
	},
	{
		Name: "slow-shard", About: "shard 5 of eight takes 140 ms longer in one of six searches", Journey: search,
		Both: searches, Fault: Changes{"shard_slow": "140@0.17"},
		Cures:  []Cure{{"hedged", Changes{"shard_hedge_ms": 15}, WhatIf{"hedge", "search -> shard", 15}}, {"shard-as-others", Changes{"shard_slow": "0@0.17"}, WhatIf{"normal", "app shard", 0}}},
		Expect: Expect{Layer: "fanout", Place: "shard", Slice: map[string]string{"service.instance.id": "shard-5"}},
	},
	{
		Name: "sync-audit", About: "one in six checkouts waits 130 ms for audit", Journey: checkout,
		Both: Changes{"audited": "130@0.17"}, Fault: Changes{"audit_sync": true},
		Cures:  []Cure{{"audit-async", Changes{"audit_sync": false}, WhatIf{"async", "web -> audit", 0}}},
		Expect: Expect{Layer: "app", Place: "audit"},
	},
	{
		Name: "tail-sampling", About: "what took 200 ms and one in four of the others are kept, and payment slow in both", Journey: checkout,
		Both: with(slowly, Changes{"tail_rest": 0.25}), Fault: Changes{"tail_slow_ms": 200}, Cures: quickly, Expect: inApp,
	},
	{
		Name: "tls-no-reuse", About: "one web instance of three closes its connection to payment after each request", Journey: checkout,
		Both: Changes{"payment_far": "*", "payment_wire_ms": 25}, Fault: Changes{"payment_no_reuse": "web-us"},
		Cures:  []Cure{{"reused", Changes{"payment_no_reuse": ""}, WhatIf{"remove", "tls web -> payment", 0}}, {"tls-1.3", Changes{"payment_tls_roundtrips": 1}, WhatIf{"faster", "tls web -> payment", 0.5}}},
		Expect: Expect{Layer: "tls", Place: "web -> payment", Slice: map[string]string{"service.instance.id": "web-us"}},
	},
	{
		Name: "cache-off", About: "recommendations asks the database every time, 40 ms", Journey: product,
		Both: with(pages, Changes{"recs_query_ms": 40, "cache_hits": 0.8}), Fault: Changes{"cache": false},
		Cures:  []Cure{{"cache-on", Changes{"cache": true}, WhatIf{"cache", "recommendations -> postgres.shop.test", 0.8}}},
		Expect: Expect{Layer: "db", Place: "recommendations -> postgres.shop.test"},
	},
	{
		Name: "calls-in-turn", About: "checkout asks inventory and tax in turn, 40 ms each; neither needs the other", Journey: checkout,
		Both: Changes{"inventory_query_ms": 40, "tax_ms": 40, "calls_together": true}, Fault: Changes{"calls_together": false},
		Cures:  []Cure{{"calls-together", Changes{"calls_together": true}, WhatIf{"parallel", "inventory, tax", 0}}},
		Expect: Expect{Layer: "app", Place: "tax"},
	},
	{
		Name: "no-timeout", About: "recommendations hangs for 600 ms in one of eight, and web waits", Journey: product,
		Both: pages, Fault: Changes{"recs_stuck": "600@0.12"},
		Cures:  []Cure{{"timeout-170", Changes{"recs_timeout_ms": 170}, WhatIf{"timeout", "web -> recommendations", 170}}},
		Expect: Expect{Layer: "app", Place: "recommendations"},
	},
	{
		Name: "deployed-slow-build", About: "build 2.4.0, 90 ms slower in half of its requests, comes to instance 3", Journey: product,
		Both: with(pages, Changes{"recs_slow_instance": 3}), Fault: Changes{"recs_new_instance": 3, "recs_slow": "90@0.5"},
		Cures:  []Cure{{"rolled-back", Changes{"recs_slow": "0@0.5", "recs_new_instance": 0}, WhatIf{"normal", "app recommendations", 0}}},
		Expect: Expect{Layer: "app", Place: "recommendations", Slice: map[string]string{"service.version": "2.4.0"}},
	},
	{
		Name: "hotrod-lock", About: "HotROD: one connection to the database behind a lock", Journey: dispatch,
		Both: with(hotrod, Changes{"hotrod_lock": false}), Fault: Changes{"hotrod_lock": true},
		Cures:  []Cure{{"query-100-ms", Changes{"hotrod_query_ms": 100}, WhatIf{"faster", "db customer -> mysql", 1. / 3}}, {"no-lock", Changes{"hotrod_lock": false}, WhatIf{"servers", "customer -> mysql", 1000}}},
		Expect: Expect{Layer: "db", Place: "customer -> mysql"},
	},
	{
		Name: "hotrod-pool", About: "HotROD: a pool of three workers asks for ten routes", Journey: dispatch,
		Both: with(hotrod, Changes{"hotrod_lock": false, "hotrod_route_pool": 100}), Fault: Changes{"hotrod_route_pool": 3},
		Cures:  []Cure{{"pool-100", Changes{"hotrod_route_pool": 100}, WhatIf{"servers", "frontend route", 100}}},
		Expect: Expect{Layer: "app", Place: "frontend"},
	},
	{
		Name: "station", About: "one queue and nothing else (M/M/c): one server instead of three", Journey: "GET /serve",
		Both: Changes{"checkout": 0, "search": 0, "product": 0, "serve": 1, "rate": 14, "serve_servers": 3}, Fault: Changes{"serve_servers": 1},
		Cures:  []Cure{{"two-servers", Changes{"serve_servers": 2}, WhatIf{"servers", "station pool.acquire", 2}}},
		Expect: Expect{Layer: "queue", Place: "station"},
	},
}

// with puts changes together, the later ones on top.
func with(list ...Changes) Changes {
	out := Changes{}
	for _, c := range list {
		for name, value := range c {
			out[name] = value
		}
	}
	return out
}

// Find is the scenario of this name.
func Find(name string) (Scenario, bool) {
	for _, s := range Scenarios {
		if s.Name == name {
			return s, true
		}
	}
	return Scenario{}, false
}
