package record

import (
	"context"
	"path/filepath"
)

// cure is a fault with what mends it: recorded with the same arrivals, one
// right after the other.
type cure struct {
	fault
	cures []mending
}

// mending is one change on top of the fault, and the same as a question that
// the faulty recording can be asked.
type mending struct {
	Name   string  `json:"name"`
	Change changes `json:"change"`
	WhatIf whatIf  `json:"what_if"`
}

// whatIf names an operation, what it is done to, and how far.
type whatIf struct {
	Operation string  `json:"operation"` // normal, parallel, async, cache, timeout, hedge, servers
	Of        string  `json:"of"`
	Value     float64 `json:"value,omitempty"`
}

// cures are faults of the table, and three that are faults only because they can be mended.
func cures() []cure {
	pool := func(size string, n float64) mending {
		return mending{"pool-" + size, changes{"inventory": {"INVENTORY_POOL": size}}, whatIf{"servers", "inventory pool.acquire", n}}
	}
	list := []cure{
		{fault{
			name: "cache-off", about: "recommendations asks the database for every page, 40 ms; with the cache, which is cold at first, once for each product",
			journey: product, load: pages,
			both:   changes{"recommendations-*": {"RECS_QUERY_MS": "40"}, "prepare": {"CACHE": "cold"}},
			faulty: changes{"recommendations-*": {"RECS_CACHE": "off"}},
			expect: expectation{Layer: "db", Service: "recommendations", Place: "recommendations -> postgresql, recommendations -> postgres.shop.test"},
		}, []mending{{"cache-on", changes{"recommendations-*": {"RECS_CACHE": "on"}}, whatIf{"cache", "recommendations -> postgres.shop.test", 0}}}},
		{fault{name: "slow-query"}, []mending{{"query-fixed", changes{"inventory": {"DIAL_INVENTORY_QUERY": "0@0.12"}}, whatIf{"normal", "db inventory -> postgresql", 0}}}},
		{fault{
			name: "calls-in-turn", about: "checkout asks inventory and tax one after the other, 40 ms each; neither needs the other's answer",
			journey: checkout, load: checkouts,
			both:   changes{"inventory": {"INVENTORY_QUERY_MS": "40"}, "tax": {"TAX_MS": "40"}},
			faulty: changes{"web-*": {"CHECKOUT_CALLS": "in turn"}},
			expect: expectation{Layer: "app", Service: "tax", Place: "tax"},
		}, []mending{{"calls-together", changes{"web-*": {"CHECKOUT_CALLS": "together"}}, whatIf{"parallel", "inventory, tax", 0}}}},
		{fault{name: "sync-audit"}, []mending{{"audit-async", changes{"web-*": {"AUDIT": "async"}}, whatIf{"async", "web -> audit", 0}}}},
		{fault{name: "pool-of-two"}, []mending{pool("3", 3), pool("24", 24)}},
		{fault{
			name: "no-timeout", about: "recommendations hangs for 600 ms in one of eight requests, and web waits for it",
			journey: product, load: pages,
			faulty: changes{"recommendations-*": {"DIAL_RECOMMENDATIONS_STUCK": "600@0.12"}},
			inject: []injection{{Source: "recommendations.stuck", Service: "recommendations", Edge: "web -> recommendations", What: "600 ms of work", MS: 600, Share: 0.12}},
			expect: expectation{Layer: "app", Service: "recommendations", Place: "recommendations"},
		}, []mending{{"timeout-170", changes{"web-*": {"RECS_TIMEOUT_MS": "170"}}, whatIf{"timeout", "web -> recommendations", 170}}}},
		{fault{name: "hidden-queue"}, []mending{{"two-workers", changes{"payment": {"PAYMENT_WORKERS": "2"}}, whatIf{"servers", "payment", 2}}}},
		{fault{name: "slow-shard"}, []mending{{"hedged", changes{"search": {"SHARD_HEDGE_MS": "20"}}, whatIf{"hedge", "search -> shard", 20}}}},
	}
	for i, c := range list {
		if f, err := find(c.name, faults); err == nil {
			list[i].fault = f
		}
	}
	return list
}

// cureTruth is what is known about a fault and its cures.
type cureTruth struct {
	Fault    string            `json:"fault"`
	About    string            `json:"description"`
	Journey  string            `json:"journey"`
	Expect   expectation       `json:"expect"`
	Injected []injection       `json:"injected"`
	Cures    []mending         `json:"cures"`
	Load     settings          `json:"load"`
	Both     changes           `json:"settings_of_all"`
	Faulty   changes           `json:"settings_of_fault"`
	Seed     int               `json:"seed"`
	Recorded map[string]counts `json:"recorded"`
	Versions map[string]string `json:"versions"`
}

func (l lab) recordCures(ctx context.Context, name, out string) error {
	c, err := find(name, cures)
	if err != nil {
		return err
	}
	out = filepath.Join(out, name)
	t := cureTruth{
		Fault: name, About: c.about, Journey: c.journey, Expect: c.expect, Cures: c.cures, Load: c.load, Both: c.both, Faulty: c.faulty,
		Seed: l.seed, Recorded: map[string]counts{}, Versions: versions(l),
	}
	sides := append([]mending{{Name: "fault"}}, c.cures...)
	for _, m := range sides {
		sc := scene{name: name, of: theShop, seed: l.seed, load: c.load, changes: []changes{c.both, c.faulty, m.Change}, slim: true}
		recorded, s, err := l.take(ctx, sc, m.Name, filepath.Join(out, m.Name))
		if err != nil {
			return err
		}
		t.Recorded[m.Name] = recorded
		if m.Name != "fault" {
			continue
		}
		journal, err := readJournal(s.dir)
		if err != nil {
			return err
		}
		t.Injected = counted(c.inject, journal)
	}
	return writeJSON(filepath.Join(out, "truth.json"), t)
}
