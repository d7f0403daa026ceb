package shop

import (
	"fmt"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
)

// dispatch is HotROD's only journey: the customer's address from a database
// behind one lock, drivers from a cache that sometimes fails, and ten routes
// through a pool of workers.
func (s step) dispatch() {
	s.on = s.only("frontend", "1")
	s.in(otelhttp, "GET /dispatch", otlp.Server, []otlp.Attr{
		{Key: "http.request.method", Value: "GET"}, {Key: "http.route", Value: "/dispatch"}, {Key: "http.response.status_code", Value: 200},
	}, func(s step) {
		s.ask(http(s.only("customer", "1"), "GET", "/customer", "/customer"), nil, step.address)
		s.ask(rpc(s.only("driver", "1"), "driver.DriverService/FindNearest"), nil, step.nearest)
		var routes []func(step)
		for range 10 {
			routes = append(routes, step.route)
		}
		s.together(routes...)
	})
}

// address is one statement; the wait for the lock is an event in its span.
func (s step) address() bool {
	s.in("shop/mysql", "SQL SELECT", otlp.Client, []otlp.Attr{
		{Key: "db.system", Value: "mysql"}, {Key: "db.statement", Value: "SELECT * FROM customer WHERE customer_id = ?"}, {Key: "peer.service", Value: "mysql"},
	}, func(s step) {
		cost := s.takes("hotrod query", s.set.HotrodQuery)
		if !s.set.HotrodLock {
			s.p.Sleep(cost)
			return
		}
		s.span.Events = append(s.span.Events, otlp.Event{Name: "Waiting for lock", At: s.clock()})
		s.station("hotrod lock", one).Serve(s.p, cost, func() {
			s.span.Events = append(s.span.Events, otlp.Event{Name: "Acquired lock", At: s.clock()})
		})
	})
	return true
}

// nearest asks the cache for thirteen drivers in turn; every fifth answer is a
// failure, and asked for again.
func (s step) nearest() bool {
	for i := range 13 {
		for !s.driver(i) {
		}
	}
	return true
}

func (s step) driver(i int) bool {
	failed := s.draw("redis fails").Share() < 0.2
	get := s.in("shop/redis", "GetDriver", otlp.Client, []otlp.Attr{
		{Key: "db.system", Value: "redis"}, {Key: "param.driverID", Value: fmt.Sprint("T7", i)}, {Key: "peer.service", Value: "redis"},
	}, func(s step) { s.busy("hotrod redis", s.set.HotrodRedis) })
	get.Failed = failed
	return !failed
}

// route waits for a worker of the frontend before it calls.
func (s step) route() {
	pool := s.station("hotrod route pool", func(set Settings) int { return set.HotrodPool })
	pool.Acquire(s.p)
	s.ask(http(s.only("route", "1"), "GET", "/route", "/route"), nil, func(s step) bool {
		s.busy("hotrod route", s.set.HotrodRoute)
		return true
	})
	pool.Release()
}

// serve is one station and nothing else, the model of the textbooks: Poisson
// arrivals, exponential service times. The wait is a span of its own.
func (s step) serve() {
	s.on = s.only("station", "1")
	s.in(otelhttp, "GET /serve", otlp.Server, []otlp.Attr{
		{Key: "http.request.method", Value: "GET"}, {Key: "http.route", Value: "/serve"}, {Key: "http.response.status_code", Value: 200},
	}, func(s step) {
		wait := s.open(otelpgx, "pool.acquire", otlp.Client, []otlp.Attr{{Key: "db.system.name", Value: "postgresql"}})
		work := nanoseconds(s.set.ServeWork * s.draw("serve").Exponential() * s.slower())
		var query *otlp.Span
		s.station("station", func(set Settings) int { return set.ServeServers }).Serve(s.p, work, func() {
			s.close(wait)
			name, attrs := statement(otelpgx, "SELECT", "SELECT 1")
			query = s.open(otelpgx, name, otlp.Client, attrs)
		})
		s.close(query)
	})
}
