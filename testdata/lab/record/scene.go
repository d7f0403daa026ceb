package record

import "time"

// scene is what one run differs by from the system as it is.
type scene struct {
	name    string
	of      system
	seed    int
	load    settings
	changes []changes
	props   []process // what runs beside the load, from its beginning
	tail    bool      // the collector samples by the tail
	convert bool      // also kept as Jaeger and Zipkin JSON
	slim    bool      // the collector drops what no question asks for
	turns   []turn    // what happens while the load goes on
}

// turn is something that happens in the middle of a run.
type turn struct {
	at time.Duration // after the first recorded request
	do func(*stage) error
}

// system is what is recorded: its processes, and who sets the stage for them.
type system struct {
	name    string
	cast    func() []process
	prepare string // role that fills tables and caches
	load    string // role of the customers
	jaeger  bool   // its spans reach the collector as Jaeger's clients send them
	browser bool   // its visitors are a browser, which sends log records, too
}

// theShop is the system of most recordings.
var theShop = system{
	name: "shop", prepare: "prepare", load: "load",
	cast: func() []process { return append(wires(), shop()...) },
}

// scene is one side of a pair.
func (f fault) scene(l lab, faulty bool) scene {
	s := scene{name: f.name, of: theShop, seed: l.seed, load: f.load, changes: []changes{f.both}, convert: f.convert}
	if f.of != nil {
		s.of, s.slim = *f.of, true
	}
	if faulty {
		s.changes = append(s.changes, f.faulty)
		s.props, s.tail = f.props, f.tail
	}
	return s
}
