package record

// Faults between services: names, handshakes, distance.
var edgeFaults = []fault{
	{
		name: "slow-dns", about: "the name of payment takes 150 ms to resolve; web's connections to it live 250 ms, so that some requests need a new one",
		journey: checkout, load: checkouts,
		both:   changes{"web-*": {"PAYMENT_IDLE": "250"}},
		faulty: changes{"names": {"SLOW_NAME": "payment", "SLOW_MS": "150"}},
		inject: []injection{{Source: "names.slow", Service: "web", Edge: "web -> payment", What: "DNS answers about payment.shop.test come late", MS: 150}},
		expect: expectation{Layer: "dns", Service: "web", Place: "web -> payment", Also: []string{"connect"}},
		spared: []string{"tls", "network", "app", "payment"},
		notes:  "share_of_requests is what the arrivals made of it: a request pays only when it has to dial. Part of the wait for the dial is seen as http.getconn.",
	},
	{
		name: "tls-no-reuse", about: "one web instance of three closes its connection to payment after each request: a full TLS 1.2 handshake each time, over a wire of 50 ms there and back",
		journey: checkout, load: checkouts,
		both: changes{
			"web-*":        {"PAYMENT_HOST": "payment-far.shop.test", "TLS_MAX": "1.2"},
			"wire-payment": {"UP_MS": "25", "DOWN_MS": "25"},
		},
		faulty: changes{"web-us": {"PAYMENT_KEEPALIVE": "off"}},
		inject: []injection{{Source: "", Service: "web", Edge: "web -> payment", What: "keep-alive off in instance web-us: two round trips of handshake for each request", MS: 100, Share: 0.33}},
		expect: expectation{Layer: "tls", Service: "web", Place: "web -> payment", Also: []string{"connect", "dns"}, Slice: map[string]string{"service.instance.id": "web-us"}},
		spared: []string{"app", "db", "payment"},
		notes:  "the wire's 50 ms are network time on both sides of the pair, in every checkout.",
	},
	{
		name: "slow-region", about: "from web in ap-south-1 it is 90 ms to payment and back",
		journey: checkout, load: checkouts,
		both:   changes{"web-ap": {"PAYMENT_HOST": "payment-far.shop.test"}},
		faulty: changes{"wire-payment": {"UP_MS": "45", "DOWN_MS": "45"}},
		inject: []injection{{Source: "wire", Service: "web", Edge: "web -> payment", What: "a wire of 45 ms each way, for the web instance in ap-south-1 only", MS: 90, Share: 0.17}},
		expect: expectation{Layer: "network", Service: "web", Place: "web -> payment", Also: []string{"connect", "tls"}, Slice: map[string]string{"cloud.region": "ap-south-1"}},
		spared: []string{"app", "payment", "db"},
	},
}
