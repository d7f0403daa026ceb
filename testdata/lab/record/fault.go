// Package record runs the shop once with and once without every fault of a
// table, and keeps what was exported together with the truth about it. It
// judges nothing and changes nothing in what the collector wrote.
package record

import "strings"

// fault is one row of the table: what is broken, how, and who must be blamed.
type fault struct {
	name    string
	about   string
	of      *system // what it is a fault of; the shop unless given
	journey string  // the journey that the fault hits
	load    settings
	both    changes   // how this pair differs from the shop as it is, on both sides
	faulty  changes   // what only the faulty side has
	props   []process // what runs beside the load, on the faulty side only
	inject  []injection
	expect  expectation
	bare    *expectation // of a page without the meta tag, where it is another
	spared  []string     // layers and places that must not be blamed
	notes   string
	convert bool // also kept as Jaeger and Zipkin JSON
	tail    bool // the faulty side is tail sampled by the collector
}

// changes are settings by the name of a process; "web-*" is every process
// whose name begins with "web-", and "*" is all of them.
type changes map[string]settings

// injection says what was done to the shop. Source is the name under which it
// is noted in the journal, from which its count is taken.
type injection struct {
	Source  string  `json:"source"`
	Service string  `json:"service"`
	Edge    string  `json:"edge,omitempty"`
	What    string  `json:"what"`
	MS      int     `json:"ms"`
	Part    string  `json:"part,omitempty"` // what of a web vital grows by it
	Share   float64 `json:"share_of_requests"`
	Since   float64 `json:"since_s"`
	Times   int     `json:"times_in_recording"`
	Traces  int     `json:"traces_hit,omitempty"`
}

// expectation is the blame that is right: the layer (a category, or a cause)
// and the place, given as a service, and as an edge where there is one.
type expectation struct {
	Layer    string            `json:"layer"`
	Category string            `json:"category,omitempty"`
	Service  string            `json:"service,omitempty"`
	Place    string            `json:"place,omitempty"`
	Resource string            `json:"resource,omitempty"` // of a page: an address, or what was clicked
	Also     []string          `json:"also_allowed,omitempty"`
	Slice    map[string]string `json:"slice,omitempty"`
}

func (c changes) of(name string) settings {
	out := settings{}
	for pattern, set := range c {
		prefix, wild := strings.CutSuffix(pattern, "*")
		if pattern == name || wild && strings.HasPrefix(name, prefix) {
			merge(out, set)
		}
	}
	return out
}

func merge(into settings, more ...settings) settings {
	for _, set := range more {
		for k, v := range set {
			into[k] = v
		}
	}
	return into
}

// faults is the whole table; each group is a file.
func faults() []fault {
	var all []fault
	for _, group := range [][]fault{edgeFaults, dataFaults, appFaults, callFaults, exportFaults} {
		all = append(all, group...)
	}
	return all
}

// The mixes of load: mostly the journey that the fault hits.
var (
	checkouts = settings{"LOAD_MIX": "checkout=70 search=10 product=20", "LOAD_RATE": "30"}
	pages     = settings{"LOAD_MIX": "checkout=10 search=10 product=80", "LOAD_RATE": "32"}
	searches  = settings{"LOAD_MIX": "checkout=10 search=75 product=15", "LOAD_RATE": "28"}
)

const (
	checkout = "POST /checkout"
	product  = "GET /product/{id}"
	search   = "GET /search"
)
