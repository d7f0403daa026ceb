package detect

import (
	"slices"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

var fewAtATime = Detector{
	ID: "LP004", Name: "few-at-a-time",
	Means:    "Calls that could all run at once wait for each other, because the caller lets only a few run at a time.",
	Evidence: "More calls of one kind than ever run at once, and each further one begins when another has ended.",
	Alike:    "Calls that follow each other one by one (sequential-calls), and a fan-out that starts all of them at once.",
	Remedy:   "Raise the limit of the pool or semaphore that the calls go through, after a look at what the callee can take.",
	Says:     "{times} calls, {width} at a time, in {requests} of {of} requests; all at once they would take {together} instead of {total}",
	WhatIf:   [][]string{{"servers STATION=TIMES"}, {"parallel {PLACE, OPERATION}"}},
	Params: []budget.Parameter{
		share("alike", "of the requests have the same limit at least", 90),
		duration("follows", "a call begins after the end of another within", time.Millisecond),
		duration("saved", "all at once they would save at least", 10*time.Millisecond),
	},
	begin: func(l limits) fold {
		return &fewAtATimeFold{alike: l["alike"], follows: l.time("follows"), saved: l.time("saved")}
	},
}

type fewAtATimeFold struct {
	tally
	alike   int64
	follows time.Duration
	saved   time.Duration
	ends    []trace.Time
}

func (f *fewAtATimeFold) look(q *request) {
	for _, g := range q.alike {
		if len(g.calls) < 4 {
			continue
		}
		width := f.width(q, g.calls)
		if width < 2 || len(g.calls) < width+2 {
			continue
		}
		sum, _ := q.onPath(g.calls)
		longest, extent := q.extent(g.calls)
		if saved := min(sum, extent-longest); saved >= f.saved {
			h := q.hit(saved)
			h.times, h.took = int32(len(g.calls))<<8|int32(width), extent
			f.add(q.subject(g.calls[0]), h)
		}
	}
}

// extent returns the longest of calls, and how long all of them took together.
func (q *request) extent(calls []int32) (longest, extent time.Duration) {
	first, last := q.span(calls[0]).Start, q.span(calls[0]).End
	for _, k := range calls {
		s := q.span(k)
		longest, last = max(longest, s.Duration()), max(last, s.End)
	}
	return longest, last.Sub(first)
}

// width returns how many of calls run at once at most, if each further one begins as another ends; else 0.
//
//	a  ======
//	b  ====
//	c      =====     begins with the end of b: two at a time
//	d        ====    and d with that of a
func (f *fewAtATimeFold) width(q *request, calls []int32) int {
	f.ends = f.ends[:0]
	width := 0
	for _, k := range calls {
		s := q.span(k)
		open := 0
		for _, end := range f.ends {
			if end > s.Start {
				open++
			}
		}
		width = max(width, open+1)
		f.ends = append(f.ends, s.End)
	}
	for i := width; i < len(calls); i++ {
		start := q.span(calls[i]).Start
		if !slices.ContainsFunc(f.ends[:i], func(end trace.Time) bool { return end <= start && start.Sub(end) <= f.follows }) {
			return 0
		}
	}
	return width
}

func (f *fewAtATimeFold) merge(o fold) { f.mergeTally(&o.(*fewAtATimeFold).tally) }

func (f *fewAtATimeFold) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			widths := map[int32]int{}
			var usual int32
			for i := range s.hits {
				w := s.hits[i].times & 255
				if widths[w]++; widths[w] > widths[usual] || widths[w] == widths[usual] && w < usual {
					usual = w
				}
			}
			if !s.isSeen() || !isShare(widths[usual], len(s.hits), f.alike) {
				return
			}
			r.add(&fewAtATime, s, budget.Likely,
				countOf("times", int64(medianOf(s.hits, func(h *shownHit) time.Duration { return time.Duration(h.times >> 8) }))), countOf("width", usual),
				timeOf("total", medianOf(s.hits, (*shownHit).measured)),
				timeOf("together", medianOf(s.hits, func(h *shownHit) time.Duration { return h.took - h.stake })))
		})
	}
}
