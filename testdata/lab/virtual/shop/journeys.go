package shop

import (
	"fmt"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/sim"
)

// journey is one of those that the mix has.
func (s step) journey() {
	weights := []int{s.set.Checkout, s.set.Search, s.set.Product, s.set.Dispatch, s.set.Serve}
	journeys := []func(step){step.checkout, step.search, step.product, step.dispatch, step.serve}
	total := 0
	for _, w := range weights {
		total += w
	}
	at := s.trace.dice.Of("journey").Int(total, 0)
	for i, w := range weights {
		if at -= w; at < 0 {
			journeys[i](s)
			return
		}
	}
}

// region is where the customer lives.
func (s step) region() string {
	return []string{"eu", "eu", "eu", "us", "us", "ap"}[s.trace.dice.Of("region").Int(6, 0)]
}

// wanted is the product: few are wanted by many.
func (s step) wanted() int {
	share := s.trace.dice.Of("product").Share()
	if s.trace.dice.Of("hot").Int(100, 0) < s.set.Hot {
		return 7
	}
	return int(200 * share * share * share)
}

// page is a request to a web instance.
func (s step) page(method, route, path string, serve func(step) bool) {
	c := http(s.web(s.region()), method, route, path)
	c.client.name = method + " " + route
	s.ask(c, nil, func(s step) bool {
		ok := serve(s)
		if ok {
			s.work("render page", 5)
		}
		return ok
	})
}

func (s step) checkout() {
	product := s.wanted()
	s.page("POST", "/checkout", fmt.Sprintf("/checkout?product=%d", product), func(s step) bool {
		if s.set.Together {
			s.together(func(s step) { s.reserve(product) }, step.tax)
		} else {
			s.reserve(product)
			s.tax()
		}
		if !s.pay() {
			return false
		}
		s.audit()
		s.receipt()
		return true
	})
}

// inventory asks the database over a pool of connections.
func (s step) inventory(method, verb, text string, locked func(step)) {
	s.ask(rpc(s.only("inventory", "5.1.2"), "shop.Inventory/"+method), nil, func(s step) bool {
		pool := s.station("inventory pool", func(set Settings) int { return set.InventoryPool })
		wait := s.open(otelpgx, "pool.acquire", otlp.Client, []otlp.Attr{{Key: "db.system.name", Value: "postgresql"}})
		cost := s.takes("inventory query", s.set.InventoryQuery)
		if s.hit("inventory.query", s.set.InventorySlow) {
			cost += nanoseconds(s.set.InventorySlow.MS)
		}
		name, attrs := statement(otelpgx, verb, text)
		var query *otlp.Span
		started := func() {
			s.close(wait)
			query = s.open(otelpgx, name, otlp.Client, attrs)
		}
		if locked == nil {
			pool.Serve(s.p, cost, started)
		} else {
			pool.Acquire(s.p)
			started()
			s.p.Sleep(cost)
			locked(s)
			pool.Release()
		}
		s.close(query)
		return true
	})
}

func (s step) reserve(product int) {
	row := s.station(fmt.Sprint("row ", product), one)
	var locked func(step)
	if s.set.LockHold > 0 {
		locked = func(s step) { row.Serve(s.p, 100*sim.Microsecond, func() {}) }
	}
	s.inventory("Reserve", "UPDATE", "UPDATE stock SET quantity = quantity - 1 WHERE product = $1", locked)
}

// tax is a function: an instance that is warm, or one that has to start.
func (s step) tax() {
	s.ask(http(s.only("tax", "3.2.0"), "GET", "/tax", "/tax"), nil, func(s step) bool {
		cold := !s.warmTax()
		s.span.Attrs = append(s.span.Attrs, otlp.Attr{Key: "faas.name", Value: "tax"}, otlp.Attr{Key: "faas.coldstart", Value: cold})
		if cold {
			s.out.Hits = append(s.out.Hits, Hit{"tax.start", s.trace.id, s.Now()})
			s.in("shop/tax", "Initialization", otlp.Internal, nil, func(s step) { s.p.Sleep(nanoseconds(s.set.TaxStart)) })
		}
		s.busy("tax", s.set.Tax)
		s.warm = append(s.warm, s.Now())
		return true
	})
}

// warmTax takes the instance that was used last, if it is still there.
func (s step) warmTax() bool {
	if s.set.TaxProvisioned > 0 {
		return true // so many that one is always free
	}
	if last := len(s.warm) - 1; last >= 0 {
		used := s.warm[last]
		s.warm = s.warm[:last]
		return s.Now()-used <= nanoseconds(s.set.TaxKeep)
	}
	return false
}

// pay tries again, after waits that may grow and differ.
func (s step) pay() bool {
	wait := s.set.PaymentBackoff
	for attempt := 1; ; attempt++ {
		if s.attempt(attempt) {
			return true
		}
		if attempt == s.set.PaymentAttempts {
			return false
		}
		s.p.Sleep(nanoseconds(wait * (1 + s.set.PaymentJitter*(2*s.draw("jitter").Share()-1))))
		wait *= s.set.PaymentGrows
	}
}

func (s step) attempt(number int) bool {
	c := http(s.only("payment", "4.8.1"), "POST", "/pay", fmt.Sprintf("/pay?attempt=%d", number))
	if s.set.Far == "*" || s.set.Far == s.on.id {
		c.wire = s.set.Wire
	}
	if s.set.PaymentTimeout > 0 {
		c.patience = nanoseconds(s.set.PaymentTimeout)
	}
	web := s.on.id
	ok := s.ask(c, func(s step) { s.connect(c.wire) }, func(s step) bool { return s.charge(number) })
	if web != s.set.NoReuse {
		s.idle[web] = append(s.idle[web], s.Now())
	}
	return ok
}

// connect takes an idle connection to payment or opens one, with the spans of
// otelhttptrace.
func (s step) connect(wire float64) {
	phase := func(s step, name string, ms float64) {
		s.in(httptrace, name, otlp.Client, []otlp.Attr{{Key: "server.address", Value: "payment.shop.test"}}, func(s step) { s.p.Sleep(nanoseconds(ms)) })
	}
	s.in(httptrace, "http.getconn", otlp.Client, []otlp.Attr{{Key: "server.address", Value: "payment.shop.test:18443"}}, func(s step) {
		if s.reuses() {
			s.p.Sleep(10 * sim.Microsecond)
			return
		}
		if s.set.DNS > 1 {
			s.out.Hits = append(s.out.Hits, Hit{"names.slow", s.trace.id, s.Now()})
		}
		there := 2 * (s.set.Hop + wire)
		phase(s, "http.dns", s.set.DNS)
		phase(s, "http.connect", there)
		phase(s, "http.tls", 1+there*s.set.TLSRounds)
	})
	phase(s, "http.send", 0.005)
}

// reuses takes the connection that was used last, if it is still open.
func (s step) reuses() bool {
	free := s.idle[s.on.id]
	last := len(free) - 1
	if last < 0 {
		return false
	}
	used := free[last]
	s.idle[s.on.id] = free[:last]
	return s.Now()-used <= nanoseconds(s.set.Idle)
}

// charge waits for a worker, which no span shows, works, asks the bank, which
// has no spans, and books.
func (s step) charge(attempt int) bool {
	if s.outage() || attempt == 1 && s.hit("payment.refuse", s.set.PaymentRefuse) {
		s.p.Sleep(10 * sim.Millisecond)
		return false
	}
	workers := s.station("payment workers", func(set Settings) int { return set.PaymentWorkers })
	cost := s.takes("payment work", s.set.Payment)
	if s.hit("payment.authorize", s.set.PaymentSlow) {
		cost += nanoseconds(s.set.PaymentSlow.MS)
	}
	var span *otlp.Span
	workers.Serve(s.p, cost, func() { span = s.open("shop/payment", "authorize card", otlp.Internal, nil) })
	s.close(span)
	s.in(otelhttp, "HTTP POST", otlp.Client, []otlp.Attr{
		{Key: "http.request.method", Value: "POST"}, {Key: "url.full", Value: "https://bank.shop.test:18443/transfer"},
		{Key: "server.address", Value: "bank.shop.test"}, {Key: "http.response.status_code", Value: 204},
	}, func(s step) { s.busy("bank", s.set.Bank) })
	name, attrs := statement(otelsql, "exec", "INSERT INTO payments (amount) VALUES ($1)")
	s.in(otelsql, name, otlp.Client, attrs, func(s step) { s.busy("insert", 0.5) })
	return true
}

func (s step) outage() bool {
	out := s.set.PaymentOutage > 0 && s.Now()%nanoseconds(s.set.PaymentPeriod) < nanoseconds(s.set.PaymentOutage)
	if out {
		s.out.Hits = append(s.out.Hits, Hit{"payment.outage", s.trace.id, s.Now()})
	}
	return out
}

// audit reports some orders, and may keep the customer waiting for it.
func (s step) audit() {
	if !s.hit("web.audited", s.set.Audited) {
		return
	}
	report := func(s step) {
		s.ask(http(s.only("audit", "1.0.4"), "POST", "/audit", "/audit"), nil, func(s step) bool {
			s.busy("audit", s.set.Audited.MS)
			return true
		})
	}
	if s.set.AuditSync {
		report(s)
		return
	}
	s.apart(report)
}

// receipt leaves a message for the mail worker, who takes one at a time.
func (s step) receipt() {
	message := func(operation, kind string) []otlp.Attr {
		return []otlp.Attr{
			{Key: "messaging.system", Value: "rabbitmq"}, {Key: "messaging.destination.name", Value: "mail"},
			{Key: "messaging.operation.name", Value: operation}, {Key: "messaging.operation.type", Value: kind},
		}
	}
	sent := s.in("shop/web", "publish mail", otlp.Producer, message("publish", "send"), func(s step) { s.busy("publish", 0.1) })
	s.span = sent
	s.apart(func(s step) {
		s.hop("mail")
		s.on = s.only("mail", "1.1.0")
		worker := s.station("mail", one)
		worker.Acquire(s.p)
		span := s.in("shop/mail", "process mail", otlp.Consumer, message("process", "process"), func(s step) { s.work("send mail", s.set.Mail) })
		span.Links = []uint64{sent.ID}
		worker.Release()
	})
}

// search asks eight shards at once and waits for the last.
func (s step) search() {
	s.page("GET", "/search", fmt.Sprintf("/search?q=word%d", s.wanted()), func(s step) bool {
		return s.ask(http(s.only("search", "0.9.7"), "GET", "/search", "/search"), nil, func(s step) bool {
			var branches []func(step)
			for i := range 8 {
				branches = append(branches, func(s step) { s.shard(i) })
			}
			s.together(branches...)
			s.work("merge", 2)
			return true
		})
	})
}

// shard asks one shard, and its neighbour too where it takes too long.
func (s step) shard(i int) {
	if s.set.Hedge == 0 {
		s.query(i, i, nil)
		return
	}
	first := &sim.Signal{}
	s.apart(func(s step) { s.query(i, i, first) })
	if !s.p.Await(first, nanoseconds(s.set.Hedge)) {
		s.apart(func(s step) { s.query((i+1)%8, i, first) })
		s.p.Await(first, -1)
	}
}

// query asks shard on for what shard of holds.
func (s step) query(on, of int, first *sim.Signal) {
	name := fmt.Sprint("shard-", on)
	c := http(s.at("shard", name, "0.9.7", "eu-west-1"), "GET", "/query", "/query")
	c.first = first
	s.ask(c, nil, func(s step) bool {
		s.busy(fmt.Sprint("shard ", on, " for ", of), s.set.Shard)
		if on == 5 {
			s.suffers("shard.query", s.set.ShardSlow)
		}
		return true
	})
}

func (s step) product() {
	product := s.wanted()
	s.page("GET", "/product/{id}", fmt.Sprintf("/product/%d", product), func(s step) bool {
		s.redis(fmt.Sprintf("get session:%d", product))
		s.inventory("Stock", "SELECT", "SELECT quantity FROM stock WHERE product = $1", nil)
		n, on := s.recommendations()
		c := rpc(on, "shop.Recommendations/Similar")
		c.patience = nanoseconds(s.set.RecsTimeout)
		s.ask(c, nil, func(s step) bool { s.similar(n, product); return true })
		return true // the page also works without
	})
}

func (s step) similar(n, product int) {
	s.list(product)
	s.in("shop/recommendations", "rank", otlp.Internal, nil, func(s step) {
		s.busy("rank", s.set.RecsRank)
		if n == s.set.RecsSlowIn || s.set.RecsSlowIn == 0 {
			s.suffers("recommendations.rank", s.set.RecsSlow)
		}
		s.suffers("recommendations.stuck", s.set.RecsStuck)
	})
}

// list comes from the cache, or from one query, or from twenty.
func (s step) list(product int) {
	query := func(text string, ms float64) {
		name, attrs := statement(otelsql, "query", text)
		s.in(otelsql, name, otlp.Client, attrs, func(s step) { s.busy("recommendations query", ms) })
	}
	if s.set.Cache {
		s.redis(fmt.Sprintf("get similar:%d", product))
	}
	if s.hit("recommendations.single", s.set.RecsSingle) {
		if s.set.RecsJoined {
			query("SELECT name FROM products WHERE id = ANY ($1)", s.set.RecsSingle.MS/20)
			return
		}
		for range 20 {
			query("SELECT name FROM products WHERE id = $1", s.set.RecsSingle.MS/20)
		}
		return
	}
	if s.set.Cache && s.fresh(product) {
		return
	}
	query("SELECT string_agg(p.name, ',') FROM products p WHERE p.category = $1", s.set.RecsQuery)
	if s.set.Cache {
		s.cached[product] = s.Now()
		s.redis(fmt.Sprintf("set similar:%d", product))
	}
}

// fresh says whether the cache has the product: it was not flushed since, and
// the draw is within the share of hits.
func (s step) fresh(product int) bool {
	since, known := s.cached[product]
	if s.flushed >= 0 && (!known || since < s.flushed) {
		return false
	}
	return s.draw("cache").Share() < s.set.CacheHits
}
