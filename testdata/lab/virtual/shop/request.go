package shop

import (
	"fmt"
	"maps"
	"slices"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/sim"
)

// Scopes: the instrumentation that the lab's spans come from.
const (
	otelhttp  = "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	httptrace = "go.opentelemetry.io/otel/instrumentation/httptrace"
	otelgrpc  = "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	otelpgx   = "github.com/exaring/otelpgx"
	otelsql   = "github.com/XSAM/otelsql"
	redisotel = "github.com/redis/go-redis/extra/redisotel"
)

// trace is a request with everything that it set off.
type trace struct {
	id    otlp.TraceID
	dice  sim.Dice
	drawn map[string]uint64
	spans []*otlp.Span
	open  int // processes that may still add a span
}

// step is where a process of a request is: in which span, on which instance.
type step struct {
	*model
	p     *sim.Process
	trace *trace
	on    *instance
	span  *otlp.Span
}

// visit is a customer with one request.
func (m *model) visit(p *sim.Process, number int, d sim.Dice) {
	// The first half of an id tells runs apart, the second is the same in all worlds of a seed.
	world := sim.NewDice(m.plan.Seed).Of(m.plan.World).At(m.plan.Run)
	t := &trace{id: otlp.TraceID{world.At(uint64(number)).Bits(), d.Of("trace").Bits()}, dice: d, drawn: map[string]uint64{}, open: 1}
	s := step{model: m, p: p, trace: t, on: m.only("load", "1")}
	s.journey()
	s.end()
}

// end says that a process of the request is over; with the last one the trace is complete.
func (s step) end() {
	if s.trace.open--; s.trace.open == 0 {
		s.keep(s.trace)
	}
}

// apart goes on beside what called it.
func (s step) apart(do func(step)) {
	s.trace.open++
	s.Go(func(p *sim.Process) {
		s.p = p
		do(s)
		s.end()
	})
}

// together runs branches at once and waits for all of them.
func (s step) together(branches ...func(step)) {
	var list []func(*sim.Process)
	for _, branch := range branches {
		list = append(list, func(p *sim.Process) { of := s; of.p = p; branch(of) })
	}
	s.p.All(list...)
}

// in makes a span around do.
func (s step) in(scope, name string, kind int, attrs []otlp.Attr, do func(step)) *otlp.Span {
	span := s.open(scope, name, kind, attrs)
	s.span = span
	do(s)
	s.close(span)
	return span
}

func (s step) open(scope, name string, kind int, attrs []otlp.Attr) *otlp.Span {
	span := &otlp.Span{
		Resource: s.on.resource, Scope: scope, Trace: s.trace.id, Name: name, Kind: kind, Start: s.clock(), Attrs: attrs,
		ID: s.trace.dice.Of("span").At(uint64(len(s.trace.spans)) + s.trace.id[0]).Bits(),
	}
	if s.span != nil {
		span.Parent = s.span.ID
	}
	if s.set.Sampler != "" {
		span.State = "ot=" + s.set.Sampler
	}
	s.trace.spans = append(s.trace.spans, span)
	return span
}

func (s step) close(span *otlp.Span) { span.End = s.clock() }

// clock is the time of the host that the step is on.
func (s step) clock() int64 {
	ahead := sim.Time(0)
	if s.on.service == "payment" {
		ahead = nanoseconds(s.set.PaymentSkew)
	}
	return s.plan.Start + s.Now() + ahead
}

// draw are the dice for what is called name, each time others.
func (s step) draw(name string) sim.Dice {
	s.trace.drawn[name]++
	return s.trace.dice.Of(name).At(s.trace.drawn[name])
}

// takes is a service time of so many milliseconds in the mean.
func (s step) takes(name string, ms float64) sim.Time {
	return nanoseconds(ms * s.draw(name).LogNormal(s.set.Spread) * s.slower())
}

// busy lets a service time pass.
func (s step) busy(name string, ms float64) { s.p.Sleep(s.takes(name, ms)) }

// work is a span by hand around a service time.
func (s step) work(name string, ms float64) {
	s.in("shop/"+s.on.service, name, otlp.Internal, nil, func(s step) { s.busy(name, ms) })
}

// hit says whether a dial hits this time. All draws of a dial are made whether
// it is set or not, so that setting it changes nothing else.
func (s step) hit(name string, d Dial) bool {
	if s.draw(name).Share() >= d.Share {
		return false
	}
	s.out.Hits = append(s.out.Hits, Hit{name, s.trace.id, s.Now()})
	return true
}

// suffers lets the delay of a dial pass where it hits.
func (s step) suffers(name string, d Dial) {
	if s.hit(name, d) {
		s.p.Sleep(nanoseconds(d.MS))
	}
}

// hop is one way through the network.
func (s step) hop(to string) { s.busy("hop "+s.on.service+" "+to, s.set.Hop) }

// call is how one service asks another.
type call struct {
	client, server span
	scope          string
	to             *instance
	wire           float64     // ms more in each direction
	patience       sim.Time    // negative: for ever
	first          *sim.Signal // fired by the first answer to any of several calls; the others are given up
}

// span is what one side of a call is called.
type span struct {
	name  string
	attrs []otlp.Attr
}

// ask makes both spans of a call and says whether it succeeded. A caller that
// gives up leaves the callee working.
func (s step) ask(c call, before func(step), serve func(step) bool) bool {
	ok, answered := false, true
	client := s.in(c.scope, c.client.name, otlp.Client, c.client.attrs, func(s step) {
		if before != nil {
			before(s)
		}
		if c.patience < 0 && c.first == nil {
			ok = s.answer(c, serve)
			return
		}
		answered = false
		done := c.first
		if done == nil {
			done = &sim.Signal{}
		}
		over := false
		s.apart(func(s step) {
			fine := s.answer(c, serve)
			if !over && !done.Fired() { // a late answer changes nothing
				ok, answered = fine, true
			}
			done.Fire()
		})
		s.p.Await(done, c.patience)
		over = true
	})
	client.Failed = !ok
	client.Attrs = append(client.Attrs, c.outcome(ok, answered)...)
	return ok
}

// outcome is what the client's instrumentation says of a call.
func (c call) outcome(ok, answered bool) []otlp.Attr {
	switch {
	case c.scope == otelhttp && answered:
		return []otlp.Attr{{Key: "http.response.status_code", Value: status(ok)}}
	case c.scope == otelhttp:
		return []otlp.Attr{{Key: "error.type", Value: "context.deadlineExceededError"}}
	case answered:
		return []otlp.Attr{{Key: "rpc.response.status_code", Value: "OK"}}
	}
	return []otlp.Attr{{Key: "rpc.response.status_code", Value: "DEADLINE_EXCEEDED"}}
}

// answer is the way there, the server span and the way back.
func (s step) answer(c call, serve func(step) bool) bool {
	ok, client := false, s.on
	s.hop(c.to.service)
	s.p.Sleep(nanoseconds(c.wire))
	s.on = c.to
	server := s.in(c.scope, c.server.name, otlp.Server, c.server.attrs, func(s step) { ok = serve(s) })
	if server.Failed = !ok; c.scope == otelhttp {
		server.Attrs = append(server.Attrs, otlp.Attr{Key: "http.response.status_code", Value: status(ok)})
	}
	s.hop(client.service)
	s.p.Sleep(nanoseconds(c.wire))
	return ok
}

func status(ok bool) int {
	if ok {
		return 200
	}
	return 503
}

// http is a call of a route.
func http(to *instance, method, route, path string) call {
	host := to.id + ".shop.test"
	return call{
		scope: otelhttp, to: to, patience: -1,
		client: span{"HTTP " + method, []otlp.Attr{
			{Key: "http.request.method", Value: method}, {Key: "url.full", Value: "https://" + host + ":18443" + path},
			{Key: "server.address", Value: host}, {Key: "server.port", Value: 18443},
		}},
		server: span{method + " " + route, []otlp.Attr{
			{Key: "http.request.method", Value: method}, {Key: "url.path", Value: path}, {Key: "http.route", Value: route},
			{Key: "server.address", Value: host},
		}},
	}
}

// rpc is a call of a gRPC method.
func rpc(to *instance, method string) call {
	attrs := []otlp.Attr{{Key: "rpc.method", Value: method}, {Key: "rpc.system.name", Value: "grpc"}}
	return call{scope: otelgrpc, to: to, patience: -1, client: span{method, attrs}, server: span{method, attrs}}
}

// statement is a query with the instrumentation of pgx or of database/sql.
func statement(scope, verb, text string) (string, []otlp.Attr) {
	attrs := []otlp.Attr{{Key: "db.system.name", Value: "postgresql"}, {Key: "db.query.text", Value: text}}
	if scope == otelsql {
		return "sql.conn." + verb, append(attrs, otlp.Attr{Key: "server.address", Value: "postgres.shop.test"})
	}
	return verb, append(attrs, otlp.Attr{Key: "db.operation.name", Value: verb})
}

// redis is a command to the cache.
func (s step) redis(command string) {
	s.in(redisotel, command[:3], otlp.Client, []otlp.Attr{
		{Key: "db.system", Value: "redis"}, {Key: "db.statement", Value: command}, {Key: "server.address", Value: "redis.shop.test"},
	}, func(s step) {
		s.busy("redis "+s.on.service, s.set.Redis)
		s.suffers("wire", s.set.RedisLate)
	})
}

// kept says whether the samplers keep the trace.
func (t *trace) kept(set Settings) bool {
	if set.Sampler != "" && t.id[1]&(1<<56-1) < threshold(set.Sampler) {
		return false
	}
	if set.TailSlow > 0 && t.long() < nanoseconds(set.TailSlow) {
		return t.dice.Of("tail").Share() < set.TailRest
	}
	return true
}

// long is from the first start to the last end, as a tail sampler measures.
func (t *trace) long() sim.Time {
	first, last := t.spans[0].Start, t.spans[0].End
	for _, span := range t.spans {
		first, last = min(first, span.Start), max(last, span.End)
	}
	return last - first
}

// threshold is the rejection threshold of a sampler "th:c".
func threshold(sampler string) uint64 {
	var out uint64
	_, _ = fmt.Sscanf((sampler[3:] + "00000000000000")[:14], "%x", &out)
	return out
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
