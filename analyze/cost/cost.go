package cost

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Service is what all requests hold of one service.
type Service struct {
	Name  string
	Spans int // that enter it: servers and consumers
	// Occupied is how long those last: a thread, a connection or a coroutine is held. Work that nobody waits for
	// counts, too, for it is paid for.
	Occupied time.Duration
	// Busy is what of its spans neither calls nor children take: an upper bound of what it computes.
	Busy time.Duration
	// Failed is what of Occupied was for an attempt that failed and was made again.
	Failed time.Duration
	// Abandoned is what of Occupied came after the caller had given up.
	Abandoned time.Duration
}

// A Tally adds up traces. Tallies of different traces merge, in any order.
type Tally struct {
	Traces   int // that enter a service: what a program does at its start is a trace, and asks nobody
	services map[string]*Service
	edges    map[Call]*Edge
	journeys map[attribute.Key]*Journey
	at       map[Instance]*Share

	// What serves one trace after the other:
	spells []critpath.Spell
	holds  []Service // by span: what it holds of the service that it enters
	open   []int32
}

// NewTally returns a tally of nothing.
func NewTally() *Tally {
	return &Tally{services: map[string]*Service{}, edges: map[Call]*Edge{}, journeys: map[attribute.Key]*Journey{}, at: map[Instance]*Share{}}
}

func (t *Tally) of(name string) *Service {
	s := t.services[name]
	if s == nil {
		s = &Service{Name: name}
		t.services[name] = s
	}
	return s
}

// Look adds a trace.
func (t *Tally) Look(r *attribute.Reading) {
	t.holds = slices.Grow(t.holds[:0], len(r.Trace.Spans))[:len(r.Trace.Spans)]
	clear(t.holds)
	entered := false
	for i := range r.Trace.Spans {
		s := &r.Trace.Spans[i]
		if s.Flags.Has(trace.Unfinished) {
			continue
		}
		service := t.of(r.Service(int32(i)))
		if s.Sig.Kind != trace.Client && s.Sig.Kind != trace.Producer {
			service.Busy += t.own(r.Trace, int32(i))
		}
		if s.Sig.Kind == trace.Server || s.Sig.Kind == trace.Consumer {
			entered = true
			t.enter(r, int32(i), service)
		}
		t.call(r, int32(i))
	}
	if entered {
		t.Traces++
	}
	for i := range r.Requests {
		t.request(r, &r.Requests[i])
	}
}

// enter adds a span that enters a service.
//
//	call   ======            given up
//	serve   =============    occupied
//	             ========    abandoned
func (t *Tally) enter(r *attribute.Reading, i int32, of *Service) {
	s := &r.Trace.Spans[i]
	h := &t.holds[i]
	*h = Service{Name: of.Name, Spans: 1, Occupied: s.Duration()}
	if p := r.Trace.Parent(i); p != trace.None {
		if s.Flags.Has(trace.GaveUp) {
			h.Abandoned = min(s.Duration(), max(0, s.End.Sub(r.Trace.Spans[p].End)))
		}
		if _, again := r.Retried(p); again {
			h.Failed = s.Duration()
		}
	}
	of.add(h)
	t.share(instanceOf(of.Name, s.Sig)).add(1, h.Occupied)
}

// add adds what another holds.
func (s *Service) add(o *Service) {
	s.Spans += o.Spans
	s.Occupied += o.Occupied
	s.Busy += o.Busy
	s.Failed += o.Failed
	s.Abandoned += o.Abandoned
}

// own returns what of a span its children do not cover.
func (t *Tally) own(of *trace.Trace, i int32) time.Duration {
	s := &of.Spans[i]
	t.spells = t.spells[:0]
	for _, k := range of.Children(i) {
		if from, to := max(s.Start, of.Spans[k].Start), min(s.End, of.Spans[k].End); from < to {
			t.spells = append(t.spells, critpath.Spell{From: from, To: to})
		}
	}
	own := s.Duration()
	for _, c := range critpath.Union(t.spells) {
		own -= c.To.Sub(c.From)
	}
	return own
}

// Merge adds what o holds.
func (t *Tally) Merge(o *Tally) {
	t.Traces += o.Traces
	for name, s := range o.services {
		t.of(name).add(s)
	}
	t.mergeEdges(o)
	for at, s := range o.at {
		t.share(at).add(s.Spans, s.Occupied)
	}
	t.mergeJourneys(o)
}

// Services returns what was added up, the most occupied first.
func (t *Tally) Services() (all []Service) {
	for _, s := range t.services {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Service) int {
		return cmp.Or(cmp.Compare(b.Occupied, a.Occupied), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// Per1000 returns a time of all traces for a thousand of them.
func (t *Tally) Per1000(d time.Duration) time.Duration { return per1000(d, t.Traces) }

func per1000(d time.Duration, of int) time.Duration {
	if of == 0 {
		return 0
	}
	n := time.Duration(of)
	return d/n*1000 + d%n*1000/n
}

// Code is the tally, by service.
func (t *Tally) Code(c *wire.Coder) {
	wire.Counts(c, &t.Traces)
	wire.Map(c, &t.services, cmp.Compare[string], func(name *string) { wire.Text(c, name) }, func(s **Service) {
		if c.Reading() {
			*s = &Service{}
		}
		wire.Counts(c, &(*s).Spans)
		wire.Num(c, &(*s).Occupied)
		wire.Num(c, &(*s).Busy)
		wire.Num(c, &(*s).Failed)
		wire.Num(c, &(*s).Abandoned)
	})
	for name, s := range t.services {
		s.Name = name
	}
}
