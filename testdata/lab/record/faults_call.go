package record

// Faults in how services call each other: retries, fan-out, timeouts.
var callFaults = []fault{
	{
		name: "retry-once", about: "payment refuses the first attempt of one in eight checkouts; web tries again after 150 ms",
		journey: checkout, load: checkouts,
		both:   changes{"web-*": {"PAYMENT_BACKOFF_MS": "150"}},
		faulty: changes{"payment": {"DIAL_PAYMENT_REFUSE": "160@0.12"}},
		inject: []injection{{Source: "payment.refuse", Service: "web", Edge: "web -> payment", What: "503 after 10 ms, then a pause of 150 ms, then success", MS: 160, Share: 0.12}},
		expect: expectation{Layer: "retry", Service: "web", Place: "web -> payment"},
		spared: []string{"db", "network", "inventory"},
		notes:  "otelhttp does not count attempts: there is no http.request.resend_count, only siblings of the same operation, the first of which failed.",
	},
	{
		name: "retry-storm", about: "payment refuses everything for 700 ms of every 4 s; web tries up to six times, 60 ms apart",
		journey: checkout, load: checkouts,
		both:   changes{"web-*": {"PAYMENT_BACKOFF_MS": "60", "PAYMENT_ATTEMPTS": "6"}},
		faulty: changes{"payment": {"PAYMENT_OUTAGE_MS": "700", "PAYMENT_PERIOD_MS": "4000"}},
		inject: []injection{{Source: "payment.outage", Service: "web", Edge: "web -> payment", What: "each refused attempt: 10 ms and a pause of 60 ms", MS: 70, Share: 0.17}},
		expect: expectation{Layer: "retry", Service: "web", Place: "web -> payment"},
		spared: []string{"db", "network", "inventory"},
		notes:  "times_in_recording counts refused attempts. A checkout that is refused six times fails after 420 ms and never sees the end of its journey.",
	},
	{
		name: "slow-shard", about: "shard 5 of eight takes 140 ms longer in one of six searches",
		journey: search, load: searches,
		faulty: changes{"shard-5": {"DIAL_SHARD_QUERY": "140@0.17"}},
		inject: []injection{{Source: "shard.query", Service: "shard", Edge: "search -> shard", What: "a slow answer of instance shard-5", MS: 140, Share: 0.17}},
		expect: expectation{Layer: "fanout", Category: "app", Service: "shard", Place: "shard", Slice: map[string]string{"service.instance.id": "shard-5"}},
		spared: []string{"network", "db", "web"},
		notes:  "search and shard run the binary with the old instrumentation (http.method and so on). Without causes, the layer is app at shard.",
	},
	{
		name: "caller-timeout", about: "recommendations hangs for 600 ms in one of eight requests; web gives up after 170 ms and shows the page without it",
		journey: product, load: pages,
		both:   changes{"web-*": {"RECS_TIMEOUT_MS": "170"}},
		faulty: changes{"recommendations-*": {"DIAL_RECOMMENDATIONS_STUCK": "600@0.12"}},
		inject: []injection{{Source: "recommendations.stuck", Service: "recommendations", Edge: "web -> recommendations", What: "600 ms of work, of which the caller sees 160", MS: 160, Share: 0.12}},
		expect: expectation{Layer: "app", Service: "recommendations", Place: "recommendations"},
		spared: []string{"network", "db", "cache"},
		notes:  "the server span outlives the client span by more than 400 ms. Only the part up to the timeout was waited for.",
	},
}
