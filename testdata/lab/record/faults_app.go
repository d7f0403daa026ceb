package record

// Faults inside services.
var appFaults = []fault{
	{
		name: "payment-slow", about: "payment takes 180 ms longer in one of eight requests",
		journey: checkout, load: checkouts, convert: true,
		faulty: occasionally,
		inject: occasionallyInjected,
		expect: occasionallyExpected,
		spared: []string{"network", "db", "queue", "inventory"},
	},
	{
		name: "hidden-queue", about: "payment has one worker for everything (the healthy twin has 16); each request needs it for 36 ms",
		journey: checkout, load: merge(merge(settings{}, checkouts), settings{"LOAD_RATE": "28"}),
		both:   changes{"payment": {"PAYMENT_WORK_MS": "36", "PAYMENT_WORKERS": "16"}},
		faulty: changes{"payment": {"PAYMENT_WORKERS": "1"}},
		inject: []injection{{Source: "", Service: "payment", What: "one worker; the wait is what the arrivals make of it", Share: 1}},
		expect: expectation{Layer: "app", Service: "payment", Place: "payment", Also: []string{"queue", "untraced"}},
		spared: []string{"network", "db", "external"},
		notes:  "no span shows the wait: it is payment's own time before `authorize card` begins. app is as much as a path can say; that latency rises with concurrency is for a detector.",
	},
	{
		name: "hot-instance", about: "one instance of recommendations out of three takes 110 ms longer",
		journey: product, load: pages,
		faulty: changes{"recommendations-2": {"DIAL_RECOMMENDATIONS_RANK": "110@1"}},
		inject: []injection{{Source: "recommendations.rank", Service: "recommendations", What: "longer ranking in instance recommendations-2", MS: 110, Share: 0.33}},
		expect: expectation{Layer: "app", Service: "recommendations", Place: "recommendations", Slice: map[string]string{"service.instance.id": "recommendations-2"}},
		spared: []string{"network", "db", "cache", "web"},
	},
	{
		name: "slow-build", about: "build 2.4.0 of recommendations, which runs in one instance of three on both sides, takes 90 ms longer in half of its requests",
		journey: product, load: pages,
		both:   changes{"recommendations-3": {"SERVICE_VERSION": "2.4.0"}},
		faulty: changes{"recommendations-3": {"DIAL_RECOMMENDATIONS_RANK": "90@0.5"}},
		inject: []injection{{Source: "recommendations.rank", Service: "recommendations", What: "longer ranking in service.version 2.4.0", MS: 90, Share: 0.17}},
		expect: expectation{Layer: "app", Service: "recommendations", Place: "recommendations", Slice: map[string]string{"service.version": "2.4.0"}},
		spared: []string{"network", "db", "cache", "web"},
	},
	{
		name: "cold-start", about: "the function tax has no instance that is kept warm; one that is idle for 150 ms is taken away, and a new one needs 180 ms",
		journey: checkout, load: merge(merge(settings{}, checkouts), settings{"LOAD_RATE": "26"}),
		faulty: changes{"tax": {"TAX_PROVISIONED": "0", "TAX_KEEP_MS": "150"}, "load": {"LOAD_WARMUP_MS": "0"}},
		inject: []injection{{Source: "tax.start", Service: "tax", What: "start of an instance, 180 ms", MS: 180}},
		expect: expectation{Layer: "coldstart", Service: "tax", Place: "tax", Also: []string{"dns", "connect", "tls"}},
		spared: []string{"db", "cache", "payment"},
		notes:  "the faulty side has no warm-up: its first requests also dial, which is dns, connect and tls. A function host of the lab's own; faas.coldstart and the span Initialization are set by hand, as the faas conventions say.",
	},
	{
		name: "sync-audit", about: "one in six checkouts is reported to audit, 130 ms, while the customer waits; in the healthy twin nobody waits for it",
		journey: checkout, load: checkouts,
		both:   changes{"web-*": {"DIAL_WEB_AUDITED": "130@0.17", "AUDIT": "async"}, "audit": {"AUDIT_MS": "130"}},
		faulty: changes{"web-*": {"AUDIT": "sync"}},
		inject: []injection{{Source: "web.audited", Service: "audit", Edge: "web -> audit", What: "a synchronous call", MS: 130, Share: 0.17}},
		expect: expectation{Layer: "app", Service: "audit", Place: "audit"},
		spared: []string{"network", "db", "payment", "queue"},
	},
}

// The fault that also the pairs about exporting carry, on both sides.
var (
	occasionally         = changes{"payment": {"DIAL_PAYMENT_AUTHORIZE": "180@0.12"}}
	occasionallyInjected = []injection{{Source: "payment.authorize", Service: "payment", What: "`authorize card` takes longer", MS: 180, Share: 0.12}}
	occasionallyExpected = expectation{Layer: "app", Service: "payment", Place: "payment"}
)
