package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// An Apart is a kind of roots that are no requests: polls that received nothing, connections and
// streams, sessions. They are told beside the requests and ranked nowhere.
type Apart struct {
	Name     string // that a request would have
	Why      string // "poll", "connection", "stream", "session", "vital", "prepared"
	Count    int
	P50, Max time.Duration // of those that ended
}

type apartKey struct{ name, why string }

// An apartCount is what is kept of one kind.
type apartCount struct {
	count int
	took  bounded.Times // of those that ended
}

func (a *apartCount) add(o *apartCount) {
	a.count += o.count
	a.took.Merge(&o.took)
}

// apartCounts are the roots that are no requests, by name and reason.
type apartCounts map[apartKey]*apartCount

func (c apartCounts) of(key apartKey) *apartCount {
	a := c[key]
	if a == nil {
		a = &apartCount{}
		c[key] = a
	}
	return a
}

// setApart counts the roots of a trace that are no requests.
func (d *Data) setApart(r *attribute.Reading) {
	for _, a := range r.Apart {
		span := &r.Trace.Spans[a.Root]
		n := d.apart.of(apartKey{r.NameOf(a.Root), a.Kind.Why})
		n.count++
		if !span.Flags.Has(trace.Unfinished) {
			d.keptTimes += n.took.Add(timed(r.Trace, a.Root, span.Duration(), quantile.One), d.limits.Journey)
		}
	}
}

func (c apartCounts) rows() []Apart {
	var rows []Apart
	for key, n := range c {
		row := Apart{Name: key.name, Why: key.why, Count: n.count}
		if n.took.Count > 0 {
			s := n.took.Sample()
			row.P50, row.Max = s.At(quantile.P50), s.Max()
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Apart) int {
		return cmp.Or(-cmp.Compare(a.Count, b.Count), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Why, b.Why))
	})
	return rows
}

func compareApart(a, b apartKey) int {
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.why, b.why))
}
