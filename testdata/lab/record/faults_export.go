package record

// Pairs that differ in how the spans were exported, not in the shop: payment
// is slow in one of eight requests on both sides, and must be blamed on both.
var exportFaults = []fault{
	{
		name: "clock-skew", about: "the clock of payment's host is 80 ms ahead; payment is 180 ms slow in one of eight requests on both sides",
		journey: checkout, load: checkouts,
		both: occasionally, faulty: changes{"payment": {"SKEW_MS": "80"}},
		inject: occasionallyInjected, expect: occasionallyExpected,
		spared: []string{"network", "tls", "connect", "bank"},
		notes:  "the timestamps are moved in payment's exporter, its client spans with them. Both sides carry the injected fault.",
	},
	{
		name: "head-sampling", about: "the customers' root sampler keeps one trace in four and says so (ot=th:c); the healthy twin keeps all. payment is slow on both sides",
		journey: checkout, load: merge(settings{"LOAD_MS": "15000"}, checkouts),
		both:   occasionally,
		faulty: changes{"load": {"LAB_SAMPLER": "th:c", "LOAD_MS": "48000"}},
		inject: occasionallyInjected, expect: occasionallyExpected,
		spared: []string{"network", "db", "queue"},
		notes:  "the faulty side runs 48 s instead of 15, so that both have about the same number of traces. Each of its spans carries ot=th:c: weight 4.",
	},
	{
		name: "tail-sampling", about: "the collector's tail sampler keeps each trace of 200 ms or more and one in four of the others; the healthy twin keeps all. payment is slow on both sides",
		journey: checkout, load: merge(settings{"LOAD_MS": "15000"}, checkouts), tail: true,
		both:   occasionally,
		faulty: changes{"load": {"LOAD_MS": "48000"}},
		inject: occasionallyInjected, expect: occasionallyExpected,
		spared: []string{"network", "db", "queue"},
		notes:  "nothing in the spans says that they were sampled, and the slow ones are over-represented: percentiles of this file are not those of the traffic. times_in_recording counts before sampling.",
	},
}
