// Package shop is the shop of the lab in virtual time: the same services,
// calls and names of spans, with service times that are drawn from a seed. A
// request is written as the program would be: it calls, works, waits.
package shop

import (
	"fmt"
	"math"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/sim"
)

// Plan is what a run is made of.
type Plan struct {
	Seed     uint64
	Run      uint64 // other runs of a seed have the same arrivals and draws, but another machine
	World    string // goes into the ids of traces, so that twins can be read together
	Requests int
	Start    int64 // nanoseconds since 1970

	Drift  float64 // standard deviation of a factor per run
	Wander float64 // standard deviation of a factor per ten seconds

	Before, After Settings // After holds in [From, Until)
	From, Until   sim.Time
}

// Hit is one delay that the dial of a fault caused.
type Hit struct {
	Source string
	Trace  otlp.TraceID
	At     sim.Time
}

// Outcome is what came to pass.
type Outcome struct {
	Requests int
	Long     sim.Time // until the last span ended
	Hits     []Hit
	Stations map[string]sim.Load
}

// model is the shop while it runs.
type model struct {
	*sim.Engine
	plan   Plan
	set    Settings
	dice   sim.Dice
	factor float64
	keep   func(*trace)
	out    Outcome

	fleet    map[string]*instance
	stations map[string]*sim.Station
	servers  map[string]func(Settings) int
	warm     []sim.Time // when each free instance of tax was last used
	idle     map[string][]sim.Time
	flushed  sim.Time
	cached   map[int]sim.Time
	closed   bool
}

// Run lets customers come until there were enough, and hands over the spans
// of every request once all of them have ended.
func Run(plan Plan, keep func([]*otlp.Span)) Outcome {
	m := &model{
		Engine: &sim.Engine{}, plan: plan, set: plan.Before, dice: sim.NewDice(plan.Seed), fleet: map[string]*instance{},
		stations: map[string]*sim.Station{}, servers: map[string]func(Settings) int{}, idle: map[string][]sim.Time{},
		cached: map[int]sim.Time{}, flushed: -1,
	}
	m.factor = m.dice.Of("machine").At(plan.Run).LogNormal(plan.Drift)
	m.keep = func(t *trace) {
		if t.kept(m.set) {
			keep(t.spans)
		}
	}
	m.change(plan.From, plan.After)
	m.change(plan.Until, plan.Before)
	m.Go(m.customers)
	m.Go(m.locker)
	m.Go(m.flusher)
	m.Run()
	m.out.Long = m.Now()
	m.out.Stations = map[string]sim.Load{}
	for name, s := range m.stations {
		m.out.Stations[name] = s.Load
	}
	return m.out
}

// change makes other settings hold from a time on; a negative time never comes.
func (m *model) change(at sim.Time, to Settings) {
	if at < 0 {
		return
	}
	m.At(at, func() {
		m.set = to
		for _, name := range sorted(m.stations) {
			m.stations[name].Resize(m.servers[name](to))
		}
	})
}

// station is a queue by name, made when it is first asked for.
func (m *model) station(name string, servers func(Settings) int) *sim.Station {
	s := m.stations[name]
	if s == nil {
		s = sim.NewStation(m.Engine, servers(m.set), m.set.Order, m.dice.Of(name))
		m.stations[name], m.servers[name] = s, servers
	}
	return s
}

func one(Settings) int { return 1 }

// customers come at times that the seed decides, and wait for nobody.
func (m *model) customers(p *sim.Process) {
	for i := range m.plan.Requests {
		d := m.dice.Of("customer").At(uint64(i))
		p.Sleep(nanoseconds(1000 * d.Of("gap").Exponential() / m.set.Rate))
		m.Go(func(p *sim.Process) { m.visit(p, i, d) })
		m.out.Requests++
	}
	m.closed = true
}

// slower is how much longer everything takes now than it should.
func (m *model) slower() float64 {
	if m.plan.Wander == 0 {
		return m.factor
	}
	tenSeconds := m.dice.Of("wander").At(m.plan.Run).At(uint64(m.Now() / (10 * sim.Second)))
	return m.factor * tenSeconds.LogNormal(m.plan.Wander)
}

// locker is the batch job that holds the row of product 7.
func (m *model) locker(p *sim.Process) {
	row := m.station("row 7", one)
	for !m.closed {
		if m.set.LockHold == 0 {
			p.Sleep(100 * sim.Millisecond)
			continue
		}
		row.Acquire(p)
		p.Sleep(nanoseconds(m.set.LockHold))
		row.Release()
		p.Sleep(nanoseconds(m.set.LockPause))
	}
}

// flusher empties the cache.
func (m *model) flusher(p *sim.Process) {
	for began := m.Now(); !m.closed; p.Sleep(100 * sim.Millisecond) {
		if m.set.FlushEvery == 0 {
			began = p.Now()
			continue
		}
		if since := p.Now() - began - nanoseconds(m.set.FlushAfter); since >= 0 && since%nanoseconds(m.set.FlushEvery) < 100*sim.Millisecond {
			m.flushed = p.Now()
			m.out.Hits = append(m.out.Hits, Hit{Source: "flusher", At: p.Now()})
		}
	}
}

// nanoseconds of so many milliseconds.
func nanoseconds(ms float64) sim.Time { return sim.Time(math.Round(ms * 1e6)) }

// instance is one process of a service.
type instance struct {
	service, id, version, region string
	resource                     *otlp.Resource
}

// at is the instance of this id, with the version that it has now.
func (m *model) at(service, id, version, region string) *instance {
	key := id + " " + version
	if m.fleet[key] == nil {
		m.fleet[key] = &instance{service, id, version, region, &otlp.Resource{Attrs: []otlp.Attr{
			{Key: "cloud.region", Value: region}, {Key: "host.name", Value: "host-" + id},
			{Key: "service.instance.id", Value: id}, {Key: "service.name", Value: service},
			{Key: "service.namespace", Value: "shop"}, {Key: "service.version", Value: version},
			{Key: "telemetry.sdk.language", Value: "go"}, {Key: "telemetry.sdk.name", Value: "opentelemetry"},
		}}}
	}
	return m.fleet[key]
}

// only is the one instance of a service.
func (m *model) only(service, version string) *instance {
	return m.at(service, service, version, "eu-west-1")
}

var regions = map[string]string{"eu": "eu-west-1", "us": "us-east-1", "ap": "ap-south-1"}

func (m *model) web(region string) *instance {
	return m.at("web", "web-"+region, "7.0.3", regions[region])
}

// recommendations are three, of which the draw takes one.
func (s step) recommendations() (n int, on *instance) {
	n = 1 + s.draw("instance").Int(3, 0)
	version := "2.3.1"
	if n == s.set.RecsNewIn {
		version = "2.4.0"
	}
	return n, s.at("recommendations", fmt.Sprint("recommendations-", n), version, "eu-west-1")
}
