package cost

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/critpath"
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
	Traces   int
	services map[string]*Service
	spells   []critpath.Spell
}

// NewTally returns a tally of nothing.
func NewTally() *Tally { return &Tally{services: map[string]*Service{}} }

func (t *Tally) of(name string) *Service {
	if t.services[name] == nil {
		t.services[name] = &Service{Name: name}
	}
	return t.services[name]
}

// Look adds a trace.
func (t *Tally) Look(r *attribute.Reading) {
	t.Traces++
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
			t.enter(r, int32(i), service)
		}
	}
}

// enter adds a span that enters a service.
//
//	call   ======            given up
//	serve   =============    occupied
//	             ========    abandoned
func (t *Tally) enter(r *attribute.Reading, i int32, of *Service) {
	s := &r.Trace.Spans[i]
	of.Spans++
	of.Occupied += s.Duration()
	p := r.Trace.Parent(i)
	if p == trace.None {
		return
	}
	if s.Flags.Has(trace.GaveUp) {
		of.Abandoned += min(s.Duration(), max(0, s.End.Sub(r.Trace.Spans[p].End)))
	}
	if _, again := r.Retried(p); again {
		of.Failed += s.Duration()
	}
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
		c := t.of(name)
		c.Spans += s.Spans
		c.Occupied += s.Occupied
		c.Busy += s.Busy
		c.Failed += s.Failed
		c.Abandoned += s.Abandoned
	}
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
func (t *Tally) Per1000(d time.Duration) time.Duration {
	if t.Traces == 0 {
		return 0
	}
	n := time.Duration(t.Traces)
	return d/n*1000 + d%n*1000/n
}
