package record

import (
	"context"
	"path/filepath"
	"slices"
	"time"
)

// halfTime is a long run in which a fault begins, and sometimes ends. Its
// settings are there from the beginning and wait for the switch.
type halfTime struct {
	fault
	turns []turn
}

var (
	begins     = []turn{{150 * time.Second, on}}
	comesAgoes = []turn{{100 * time.Second, on}, {200 * time.Second, off}}

	tenCheckouts = settings{"LOAD_MIX": "checkout=80 product=20", "LOAD_RATE": "10", "LOAD_MS": "300000"}
	tenPages     = settings{"LOAD_MIX": "checkout=10 product=90", "LOAD_RATE": "10", "LOAD_MS": "300000"}
)

// halfTimes are faults of the table, with what is different in a long run.
func halfTimes() []halfTime {
	var out []halfTime
	for _, h := range []halfTime{
		{fault{name: "cache-flushed", load: tenPages, about: "the cache is emptied, and again every 8 s: the next request for each product asks the database, 120 ms"}, []turn{{150 * time.Second, starts(process{name: "flusher", role: "flusher", env: settings{"AFTER_MS": "1", "EVERY_MS": "8000"}})}}},
		{fault{name: "payment-slow", load: tenCheckouts}, comesAgoes},
		{fault{name: "slow-region", load: tenCheckouts}, begins},
		{
			fault{
				name: "slow-build", load: tenPages, both: changes{}, faulty: changes{},
				about: "build 2.4.0 of recommendations, 90 ms slower in half of its requests, is deployed to one instance of three",
			},
			[]turn{{150 * time.Second, deploys(processOf("recommendations-3"), settings{"SERVICE_VERSION": "2.4.0", "DIAL_RECOMMENDATIONS_RANK": "90@0.5"})}},
		},
		{fault{name: "hidden-queue", load: tenCheckouts, about: "payment has one worker for everything instead of 16; each request needs it for 75 ms", faulty: changes{"payment": {"PAYMENT_WORK_MS": "75", "PAYMENT_WORKERS_SWITCHED": "1"}}}, comesAgoes},
		{fault{name: "retry-storm", load: tenCheckouts}, begins},
	} {
		f, err := find(h.name, faults)
		if err != nil {
			panic(err)
		}
		h.fault = f.with(h.fault)
		h.props = nil
		h.inject = slices.Clone(h.inject)
		for i := range h.inject {
			h.inject[i].Since = 0 // the truth has the instant
		}
		out = append(out, h)
	}
	return out
}

// with is the fault with what another row says otherwise.
func (f fault) with(other fault) fault {
	if other.load != nil {
		f.load = other.load
	}
	if other.both != nil {
		f.both = other.both
	}
	if other.faulty != nil {
		f.faulty = other.faulty
	}
	if other.about != "" {
		f.about = other.about
	}
	return f
}

func processOf(name string) process {
	for _, p := range shop() {
		if p.name == name {
			return p
		}
	}
	panic("no process is called " + name)
}

// halfTimeTruth is what is known about one of them.
type halfTimeTruth struct {
	Fault    string            `json:"fault"`
	About    string            `json:"description"`
	Journey  string            `json:"journey"`
	Since    int64             `json:"since_unix_nano"`
	Until    int64             `json:"until_unix_nano,omitempty"`
	Injected []injection       `json:"injected"`
	Expect   expectation       `json:"expect"`
	Spared   []string          `json:"must_not_blame"`
	Load     settings          `json:"load"`
	Both     changes           `json:"settings_of_all"`
	Faulty   changes           `json:"settings_once_switched_on"`
	Seed     int               `json:"seed"`
	Recorded counts            `json:"recorded"`
	Hit      []string          `json:"traces_hit,omitempty"`
	Versions map[string]string `json:"versions"`
}

func (l lab) recordHalfTime(ctx context.Context, name, out string) error {
	h, err := find(name, halfTimes)
	if err != nil {
		return err
	}
	out = filepath.Join(out, name)
	sc := scene{name: name, of: theShop, seed: l.seed, load: h.load, changes: []changes{h.both, h.faulty}, turns: h.turns, slim: true}
	c, s, err := l.take(ctx, sc, "halftime", filepath.Join(out, "recording"))
	if err != nil {
		return err
	}
	journal, err := readJournal(s.dir)
	if err != nil {
		return err
	}
	t := halfTimeTruth{
		Fault: name, About: h.about, Journey: h.journey, Since: s.turned[0].UnixNano(), Injected: counted(h.inject, journal), Expect: h.expect, Spared: h.spared,
		Load: h.load, Both: h.both, Faulty: h.faulty, Seed: sc.seed, Recorded: c, Hit: traceIDs(journal), Versions: versions(l),
	}
	if len(s.turned) > 1 {
		t.Until = s.turned[1].UnixNano()
	}
	return writeJSON(filepath.Join(out, "truth.json"), t)
}
