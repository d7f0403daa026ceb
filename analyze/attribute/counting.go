package attribute

import (
	"sort"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// counting is what adds the spans of one trace after the other up to evidence.
type counting struct {
	*Evidence
	numbers intern.Pairs  // of edges, by what parent and child do
	async   []bool        // of edges, by number: what the run was judged to be
	inTrace []edgeInTrace // by number
	touched []int32       // edges of the trace
}

// An edgeInTrace is what one trace shows of an edge.
type edgeInTrace struct {
	met, counted, outlived bool
	within, followed       int32 // spans that ended within their parent
}

// edgeOf returns the number of the edge from p to k. Mostly it is one of those that led to the likes of k the last times.
func (r *waiting) edgeOf(p, k int32) int32 {
	from, to := r.is[p].classification, r.is[k].classification
	last := &to.edges[uint32(from.does)%uint32(len(to.edges))]
	if last.number == 0 || last.below != from.does {
		*last = lastEdge{from.does, r.findEdge(from, to) + 1}
	}
	return last.number - 1
}

func (r *waiting) findEdge(from, to *classification) int32 {
	e := r.explain
	n, known := e.numbers.Find(from.does, to.does)
	if !known {
		edge := Edge{from.op, to.op}
		n = e.edge(edge)
		e.numbers.Put(from.does, to.does, n)
		for int(n) >= len(e.inTrace) {
			e.inTrace, e.async = append(e.inTrace, edgeInTrace{}), append(e.async, false)
		}
		e.async[n] = e.judged != nil && e.judged.async[edge]
	}
	return n
}

// outlivesOften reports whether the run was judged to show that p never waits for k.
func (r *waiting) outlivesOften(p, k int32) bool {
	return r.explain.judged != nil && r.explain.async[r.edgeOf(p, k)]
}

// count notes what the child at place i of p's children shows of their edge.
func (r *waiting) count(p int32, kids []int32, i int, isCut, isWaitedFor bool) {
	e, parent, c := r.explain, &r.Trace.Spans[p], &r.Trace.Spans[kids[i]]
	n := r.edgeOf(p, kids[i])
	t := &e.inTrace[n]
	if !t.met {
		t.met = true
		e.touched = append(e.touched, n)
	}
	if isWaitedFor {
		e.counts[n].Waited++
	}
	switch over := c.End.Sub(parent.End); {
	case isCut:
		return
	case over > 0 && over > overrun(parent, c):
		t.outlived = true
	default:
		t.within++
		if r.isFollowed(parent, kids, i) {
			t.followed++
		}
	}
	t.counted = true
}

// overrun is by how much a child must end later than its parent to count as outliving it. Spans
// of one process are timed by one clock.
func overrun(p, c *trace.Span) time.Duration {
	if p.Sig.Service == c.Sig.Service && p.Sig.Host == c.Sig.Host {
		return time.Millisecond
	}
	return trace.Tolerance(p.Duration())
}

// isFollowed reports whether the parent ended, or went on with its next child, so soon after the
// child at place i that it is likely to have waited for it.
func (r *waiting) isFollowed(parent *trace.Span, kids []int32, i int) bool {
	end := r.Trace.Spans[kids[i]].End
	soon := end.Add(max(100*time.Microsecond, parent.Duration()/20))
	if parent.End <= soon {
		return true
	}
	next := i + 1
	if next < len(kids) && r.Trace.Spans[kids[next]].Start < end { // they are in order of start
		next += sort.Search(len(kids)-next, func(n int) bool { return r.Trace.Spans[kids[next+n]].Start >= end })
	}
	for ; next < len(kids); next++ {
		c := &r.Trace.Spans[kids[next]]
		if c.Start > soon {
			return false
		}
		if !r.isAsyncByItself(parent, kids[next]) {
			return true
		}
	}
	return false
}

// isAsyncByItself reports whether a link, a message or the plan says that nobody waits for k,
// whatever its times.
func (r *waiting) isAsyncByItself(parent *trace.Span, k int32) bool {
	m := r.is[k]
	return m.mirrored || (m.overruled && m.declared.IsAsync()) || r.Trace.Spans[k].Flags.Has(trace.FollowsFrom) ||
		(m.kind == trace.Consumer && parent.Sig.Kind == trace.Producer)
}

// close adds up what the trace shows.
func (v *counting) close() {
	for _, n := range v.touched {
		t, c := &v.inTrace[n], &v.counts[n]
		if t.counted {
			c.Requests++
			switch {
			case t.outlived:
				c.Outlived++
			case 2*t.followed >= t.within:
				c.Followed++
			}
		}
		*t = edgeInTrace{}
	}
	v.touched = v.touched[:0]
}

// RateOf returns how many requests a root stands for, by the attribute of a known sampler, and that
// attribute; it is empty if the root carries none, and ok is false if it says nothing usable.
func RateOf(root *trace.Span) (key string, w quantile.Weight, ok bool) {
	r, found := semconv.RateOf(root)
	switch {
	case !found:
		return "", quantile.One, false
	case r.Of == 0:
		w, ok = quantile.ParseWeight(r.Value)
	default:
		w, ok = quantile.ParseShare(r.Value, r.Of)
	}
	return r.Key, w, ok
}

// countRate notes whether a request says what it stands for. Where its trace has a sampling threshold that
// counts, and no attribute does.
func (v *counting) countRate(root *trace.Span) {
	v.rates.Requests++
	if root.Flags.Has(trace.Sampled) {
		return
	}
	if _, w, ok := RateOf(root); ok {
		v.rates.Rated++
		if w != quantile.One {
			v.rates.Uneven++
		}
	}
}
