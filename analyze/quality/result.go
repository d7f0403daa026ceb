package quality

import (
	"maps"
	"slices"
)

// A Result is what a survey found, in an order that depends on nothing but the traces.
type Result struct {
	Traces   Traces
	Path     Path
	Services []string // that have spans
	Peers    []string // that are called and have none, as far as names tell
	Asked    int      // calls of services in all, answered or not
	Calls    []Call   // the edges on which some have no answer
	Leaves   []Leaf
	Stores   []Store
	Pages    []Page
	Orphans  []Orphan
	Clocks   []Clock
	Sampled  []Sampled
	Client   OnlyClient
	Orders   []Order
}

// Merge adds what o saw.
func (s *Survey) Merge(o *Survey) {
	s.traces.add(o.traces)
	s.path.add(o.path)
	s.asked += o.asked
	maps.Copy(s.services, o.services)
	for k, n := range o.thresholds {
		s.thresholds[k] += n
	}
	for k, n := range o.clients {
		s.clients[k] += n
	}
	for k, times := range o.orders {
		s.orders[k] = append(s.orders[k], times...)
	}
	for k, all := range o.lengths {
		s.lengths[k] = append(s.lengths[k], all...)
	}
	merge(s.calls, o.calls, func(c, o *callCount) {
		c.calls, c.failed, c.path = c.calls+o.calls, c.failed+o.failed, c.path+o.path
		c.took = append(c.took, o.took...)
	})
	merge(s.operations, o.operations, func(c, o *operationCount) {
		c.took, c.path = append(c.took, o.took...), c.path+o.path
		c.orphans.Spans, c.orphans.Traces = c.orphans.Spans+o.orphans.Spans, c.orphans.Traces+o.orphans.Traces
		for service, n := range o.parents {
			*c.childrenOf(service) += *n
		}
	})
	merge(s.stores, o.stores, func(c, o *Store) {
		c.Calls, c.NoSystem, c.NoStatement = c.Calls+o.Calls, c.NoSystem+o.NoSystem, c.NoStatement+o.NoStatement
	})
	merge(s.pages, o.pages, func(c, o *Page) {
		c.Loads, c.NoVitals, c.NoRequest, c.Hidden = c.Loads+o.Loads, c.NoVitals+o.NoVitals, c.NoRequest+o.NoRequest, c.Hidden+o.Hidden
	})
	merge(s.clocks, o.clocks, func(c, o *clockCount) {
		c.traces, c.unclear, c.tooLarge = c.traces+o.traces, c.unclear+o.unclear, c.tooLarge+o.tooLarge
		c.ahead = append(c.ahead, o.ahead...)
	})
	s.known, o.known = nil, nil // what they have cached may be another's now
	s.round += o.round
}

// merge takes the rows of from over, and adds up those that both have.
func merge[K comparable, V any](into, from map[K]*V, add func(into, from *V)) {
	for k, v := range from {
		if into[k] == nil {
			into[k] = v
			continue
		}
		add(into[k], v)
	}
}

// Result returns what was found so far.
func (s *Survey) Result() *Result {
	r := &Result{
		Traces: s.traces, Path: s.path, Asked: s.asked, Services: slices.Sorted(maps.Keys(s.services)),
		Calls: s.callRows(), Leaves: s.leafRows(), Stores: s.storeRows(), Pages: s.pageRows(), Orphans: s.orphanRows(),
		Clocks: s.clockRows(), Sampled: s.sampledRows(), Client: s.onlyClient(), Orders: s.orderRows(),
	}
	r.Peers = s.peers()
	return r
}

// peers returns the callees that never answered and that no service is named like.
func (s *Survey) peers() []string {
	silent := map[string]bool{}
	for k, c := range s.calls {
		mute, met := silent[k.callee]
		silent[k.callee] = (mute || !met) && len(c.took) == c.calls
	}
	var names []string
	for name, mute := range silent {
		if mute && name != "" && !s.knows(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
