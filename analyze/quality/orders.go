package quality

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// An Order is work of which nothing shows whether its parent waited for it or for what ran beside it: both were
// in flight, and the parent neither ended nor went on when the one that ended last did. A link settles that.
type Order struct {
	Journey               string
	Parent, Child, Beside string // operations
	Requests              int    // in which that is so
	Level                 quantile.Level
	// Settles is how much of the journey's percentile would be elsewhere if the other one had been waited for.
	Settles time.Duration
}

type orderKey struct {
	journey               attribute.Key
	parent, child, beside string
}

// A doubt is time of one request, with how long the request took.
type doubt struct {
	request  int
	of, time time.Duration
}

// A visit is the stretch of a request's path that lies in a span and everything below it.
type visit struct {
	first, last int // the request of which the ends are known
	from, to    trace.Time
}

// mostBeside is how many children of one span are looked at: more are one loop over many things.
const mostBeside = 64

// addOrders looks for orders that nothing shows in a request. Its pieces are in time order, so that each span is
// met once from either end.
func (s *Survey) addOrders(q *attribute.Request) {
	s.requests++
	s.lengths[q.Key] = append(s.lengths[q.Key], q.Duration())
	s.visits = append(s.visits, make([]visit, max(0, len(s.Trace.Spans)-len(s.visits)))...)
	for i := range slices.Backward(q.Pieces) {
		s.climb(q, q.Pieces[i].Span, func(span int32) bool {
			v := &s.visits[span]
			if v.last == s.requests {
				return false
			}
			v.last, v.to = s.requests, q.Pieces[i].To
			return true
		})
	}
	for i := range q.Pieces {
		s.climb(q, q.Pieces[i].Span, func(span int32) bool {
			v := &s.visits[span]
			if v.first == s.requests {
				return false
			}
			v.first, v.from = s.requests, q.Pieces[i].From
			s.addOrder(q, span, v)
			return true
		})
	}
}

// climb goes from a span up to the root of its request as long as it is told to.
func (s *Survey) climb(q *attribute.Request, at int32, on func(span int32) bool) {
	for at != trace.None && on(at) && at != q.Root {
		at = s.Trace.Parent(at)
	}
}

// addOrder adds what is in doubt of the span that a path visits.
func (s *Survey) addOrder(q *attribute.Request, span int32, v *visit) {
	p := s.Trace.Parent(span)
	if span == q.Root || p == trace.None {
		return
	}
	kids := s.Trace.Children(p)
	if len(kids) < 2 || len(kids) > mostBeside || s.IsSettled(span) {
		return
	}
	child, longest, beside := s.Does(span), time.Duration(0), trace.None
	for _, k := range kids {
		c := &s.Trace.Spans[k]
		both := min(c.End, v.to).Sub(max(c.Start, v.from))
		if k != span && both > longest && s.Does(k) != child && s.Waits()[k].IsWaitedFor() {
			longest, beside = both, k
		}
	}
	if beside == trace.None {
		return
	}
	key := orderKey{q.Key, s.Operation(p), s.Operation(span), s.Operation(beside)}
	all := s.orders[key]
	if n := len(all); n > 0 && all[n-1].request == s.requests {
		all[n-1].time += longest
		return
	}
	s.orders[key] = append(all, doubt{s.requests, q.Duration(), longest})
}

// The requests around the 95th percentile, in thousandths of their rank; the middle ones where there are few.
const (
	fewForP95 = 20
	around    = 25
)

// leastOfLevel is the part of a percentile below which nothing is said: one in so many.
const leastOfLevel = 100

// orderRows lists the orders in doubt, those that matter most first.
func (s *Survey) orderRows() (rows []Order) {
	for _, lengths := range s.lengths {
		slices.Sort(lengths)
	}
	for k, times := range s.orders {
		lengths, level := s.lengths[k.journey], quantile.P95
		if len(lengths) < fewForP95 {
			level = quantile.P50
		}
		at := int(level) / 10
		low, high := rank(lengths, at-around), rank(lengths, at+around)
		var sum time.Duration
		for _, t := range times {
			if lengths[low] <= t.of && t.of <= lengths[high] {
				sum += t.time
			}
		}
		first, _ := slices.BinarySearch(lengths, lengths[low])
		end, _ := slices.BinarySearch(lengths, lengths[high]+1)
		if mean := sum / time.Duration(end-first); mean > 0 && mean*leastOfLevel >= lengths[rank(lengths, at)] {
			rows = append(rows, Order{k.journey.Journey, k.parent, k.child, k.beside, len(times), level, mean})
		}
	}
	slices.SortFunc(rows, func(a, b Order) int {
		return cmp.Or(-cmp.Compare(a.Settles, b.Settles), cmp.Compare(a.Journey, b.Journey),
			cmp.Compare(a.Parent, b.Parent), cmp.Compare(a.Child, b.Child), cmp.Compare(a.Beside, b.Beside))
	})
	return rows
}

// rank is the place of a percentile, in thousandths, among lengths in order.
func rank(lengths []time.Duration, thousandths int) int {
	return min(max((len(lengths)*thousandths+999)/1000-1, 0), len(lengths)-1)
}
