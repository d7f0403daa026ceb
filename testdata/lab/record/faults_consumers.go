package record

// Faults of a system that lives by a broker: nobody waits for an answer, and
// what is late is late in a queue or in a consumer.

var consuming = system{
	name: "consumers", prepare: "prepare", load: "buyers",
	cast: func() []process {
		return namedAsTheyAre([]process{
			{name: "carrier", role: "carrier", ip: "127.0.21.4", port: https},
			{name: "courier", role: "courier", version: "1.2.0"},
			{name: "worker-1", role: "worker", version: "4.0.1"},
			{name: "worker-2", role: "worker", version: "4.0.1"},
			{name: "intake", role: "intake", ip: "127.0.21.1", port: https, version: "6.3.0"},
		})
	},
}

const (
	orders    = "POST /orders"
	shipments = "process shipments"
)

var ordersLoad = settings{"LOAD_RATE": "16"}

func consumerFaults() []fault {
	return []fault{
		{
			name: "consumers-lag", about: "one worker instead of two: orders of 50 ms come 16 times a second, and lie in the queue",
			of: &consuming, journey: orders, load: ordersLoad,
			faulty: changes{"worker-2": {"WORKER": "off"}},
			inject: []injection{{Source: "", Service: "worker", Edge: "intake -> worker", What: "messages lie in the queue `orders`; for how long the arrivals decide", Share: 1}},
			expect: expectation{Layer: "messaging", Service: "worker", Place: "intake -> worker"},
			spared: []string{"db", "network", "app"},
			notes:  "the answer to POST /orders is as quick as before; what is late is `process orders`, which begins after its PRODUCER has long ended.",
		},
		{
			name: "consumers-slow-worker", about: "one in eight of the workers' statements takes 180 ms longer in PostgreSQL",
			of: &consuming, journey: orders, load: ordersLoad,
			faulty: changes{"worker-*": {"DIAL_WORKER_QUERY": "180@0.12"}},
			inject: []injection{{Source: "worker.query", Service: "worker", Edge: "worker -> postgresql", What: "pg_sleep in the statement", MS: 180, Share: 0.12}},
			expect: expectation{Layer: "db", Service: "worker", Place: "worker -> postgres.shop.test"},
			spared: []string{"app", "network", "intake"},
			notes:  "nobody waits for it: it is in the part of the trace that runs after the answer, and makes the next orders lie longer.",
		},
		{
			name: "consumers-slow-batch", about: "the carrier, who exports nothing, takes 250 ms longer for one batch in six",
			of: &consuming, journey: shipments, load: ordersLoad,
			faulty: changes{"carrier": {"DIAL_CARRIER_PICKUP": "250@0.17"}},
			inject: []injection{{Source: "carrier.pickup", Service: "courier", Edge: "courier -> carrier", What: "a slow answer", MS: 250, Share: 0.17}},
			expect: expectation{Layer: "external", Service: "courier", Place: "courier -> carrier.shop.test"},
			spared: []string{"app", "messaging", "worker"},
			notes:  "a batch is a trace of its own, linked to the senders of its messages.",
		},
	}
}
