package load

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// An Instance is one of those that a service runs.
type Instance struct{ Service, ID string }

func (a Instance) compare(b Instance) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.ID, b.ID))
}

// A Stay is one request at an instance, from its arrival to its end.
type Stay struct {
	Start, End trace.Time
	Own        time.Duration // without the calls that other services answered
	Trace      trace.ID      // of the request that asked for it
	Root       trace.SpanID
	Path       time.Duration // of Own, what is on the path of that request
	Kept       bool          // the request is: it is measured one by one
}

// A Table is the stays of a run.
type Table struct{ of map[Instance]*Stays }

// At returns where the stays at an instance are kept.
func (t *Table) At(at Instance) *Stays {
	if t.of == nil {
		t.of = map[Instance]*Stays{}
	}
	if t.of[at] == nil {
		t.of[at] = &Stays{}
	}
	return t.of[at]
}

// Merge adds what o holds.
func (t *Table) Merge(o *Table) {
	for at, stays := range o.of {
		t.At(at).merge(stays)
	}
}

// Instances lists them in order.
func (t *Table) Instances() []Instance {
	return slices.SortedFunc(maps.Keys(t.of), Instance.compare)
}

// A Crowd is the stays at one instance in order of arrival, and how many others each met there.
type Crowd struct {
	Instance
	Stays []Stay
	Met   []int // -1 where that is not known
	All   int   // stays, of which these are kept
	From  trace.Time
	To    trace.Time
	Busy  time.Duration // the time in which any request was there
	Sum   time.Duration // of all stays
}

// Crowd returns how an instance was crowded.
//
//	a  ======
//	b    =====        met a
//	c        ===      met b: who leaves makes room before who arrives
func (t *Table) Crowd(at Instance) Crowd {
	of := t.of[at]
	of.sort()
	c := Crowd{Instance: at, Stays: of.kept, All: of.count}
	ends := make([]trace.Time, len(c.Stays))
	for i := range c.Stays {
		ends[i] = c.Stays[i].End
	}
	slices.Sort(ends)
	c.Met = make([]int, len(c.Stays))
	gone := 0
	var until trace.Time
	for i := range c.Stays {
		s := &c.Stays[i]
		for gone < len(ends) && ends[gone] <= s.Start {
			gone++
		}
		c.Met[i] = max(0, i-gone)
		c.Sum += s.End.Sub(s.Start)
		if from := max(s.Start, until); i == 0 || from < s.End {
			if i == 0 {
				from = s.Start
			}
			c.Busy += s.End.Sub(from)
		}
		until = max(until, s.End)
	}
	if len(c.Stays) > 0 {
		c.From, c.To = c.Stays[0].Start, until
	}
	if c.IsSample() {
		for i := range c.Stays {
			if !of.isWatched(c.Stays[i].Start) {
				c.Met[i] = -1
			}
		}
	}
	return c
}

// Rises returns how much own time rises with the number of others met: the correlation of their ranks, from
// -1 to 1; 0 where nothing varies.
func (c *Crowd) Rises() float64 {
	met, own := make([]float64, 0, len(c.Stays)), make([]float64, 0, len(c.Stays))
	for i := range c.Stays {
		if c.Met[i] >= 0 {
			met, own = append(met, float64(c.Met[i])), append(own, float64(c.Stays[i].Own))
		}
	}
	return correlation(ranks(met), ranks(own))
}

// ranks replaces values by their ranks; those that tie share the mean of theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return values[order[a]] < values[order[b]] })
	out := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to-1) / 2
		}
		from = to
	}
	return out
}

func correlation(a, b []float64) float64 {
	n := float64(len(a))
	var sa, sb float64
	for i := range a {
		sa, sb = sa+a[i], sb+b[i]
	}
	var ab, aa, bb float64
	for i := range a {
		x, y := a[i]-sa/n, b[i]-sb/n
		ab, aa, bb = ab+float64(x*y), aa+float64(x*x), bb+float64(y*y)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// Own returns the own times of those that met as many others as asks for, in order.
func (c *Crowd) Own(asks func(met int) bool) (own []time.Duration) {
	for i := range c.Stays {
		if asks(c.Met[i]) {
			own = append(own, c.Stays[i].Own)
		}
	}
	slices.Sort(own)
	return own
}

// At returns the value at a rank in hundredths of sorted times.
func At(sorted []time.Duration, hundredths int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*hundredths/100)]
}

// Code is the stays in order, by instance.
func (t *Table) Code(c *wire.Coder) {
	wire.Map(c, &t.of, Instance.compare, func(at *Instance) {
		wire.Text(c, &at.Service)
		wire.Text(c, &at.ID)
	}, func(stays **Stays) {
		if c.Reading() {
			*stays = &Stays{}
		}
		(*stays).code(c)
	})
}

func (s *Stays) code(c *wire.Coder) {
	s.sort()
	wire.Counts(c, &s.count)
	wire.Num(c, &s.leftOut)
	var last trace.Time
	wire.List(c, &s.kept, func(v *Stay) {
		if v.code(c, &last); !v.Kept && !s.isSeen(v) {
			c.Fail("a stay is kept that was left out")
		}
	})
	if s.count < len(s.kept) {
		c.Fail("more stays are kept than there are")
	}
}

func (s *Stay) code(c *wire.Coder, last *trace.Time) {
	since, took := s.Start-*last, s.End.Sub(s.Start)
	wire.Num(c, &since)
	wire.Num(c, &took)
	s.Start = *last + since
	s.End, *last = s.Start.Add(took), s.Start
	wire.Num(c, &s.Own)
	wire.Num(c, &s.Path)
	c.Bool(&s.Kept)
	id := wire.ID{s.Trace.Hi, s.Trace.Lo, uint64(s.Root)}
	c.ID(&id)
	s.Trace, s.Root = trace.ID{Hi: id[0], Lo: id[1]}, trace.SpanID(id[2])
}

// compareStays orders stays that began at once.
func compareStays(a, b *Stay) int {
	return cmp.Or(
		cmp.Compare(a.End, b.End), a.Trace.Compare(b.Trace), cmp.Compare(a.Own, b.Own), cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path),
	)
}
