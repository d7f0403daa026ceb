package attribute

import (
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A gap is what came in front of a callee and cannot have been the way there: the last part of the
// time before it began.
//
//	call client    ==============================
//	  serve server                     ==========
//	               |way|     gap      |        |way back|
type gap struct {
	call     int32
	from, to trace.Time
}

// measure looks at a call with one callee, whose way there and back nothing else tells of.
func (r *waiting) measure(call, callee int32) {
	c, s := &r.Trace.Spans[call], &r.Trace.Spans[callee]
	if r.Trace.Shift(call) != r.Trace.Shift(callee) || r.connects(call, callee) {
		return
	}
	before, after := s.Start.Sub(c.Start), c.End.Sub(s.End)
	if before < 0 || after < 0 {
		return
	}
	queued := time.Duration(0)
	if isUnexplained(before, after) {
		queued = before - after
		r.gaps = append(r.gaps, gap{call, s.Start.Add(-queued), s.Start})
	}
	r.explain.countGap(r.is[call], r.is[callee], before, after, queued)
}

func (v *counting) countGap(call, callee *signatureInfo, before, after, queued time.Duration) {
	c := callee.classification
	if c.pairedWith != call.op.Service || c.pairedWith == "" {
		c.pairedWith, c.pair = call.op.Service, v.pair(Pair{call.op.Service, c.op.Service})
	}
	v.gaps[c.pair].add(before, after, queued)
}

// connects reports whether anything of the call but its callee looked up a name, or opened a
// connection: what came before the callee is explained then.
func (r *waiting) connects(call, callee int32) bool {
	if r.phases(call) {
		return true
	}
	kids := r.Trace.Children(call)
	if len(kids) == 1 {
		return false
	}
	open := append(r.open[:0], kids...)
	found := false
	for len(open) > 0 && !found {
		k := open[len(open)-1]
		open = open[:len(open)-1]
		if k == callee {
			continue
		}
		found = isConnecting(r.is[k].Category) || r.phases(k)
		open = append(open, r.Trace.Children(k)...)
	}
	r.open = open
	return found
}

// phases reports whether events of the span may show phases of connecting.
func (r *waiting) phases(i int32) bool {
	return len(r.Trace.Spans[i].Events()) > 0 && len(r.is[i].Phases) > 0
}

func isConnecting(c category.Category) bool {
	return c == category.DNS || c == category.Connect || c == category.TLS
}

// gapIn returns the gap in front of the callee of a call.
func (r *waiting) gapIn(call int32) (g gap, ok bool) {
	for _, g := range r.gaps {
		if g.call == call {
			return g, true
		}
	}
	return gap{}, false
}

// addGap appends a segment between a call and its callee, cut at the gap in front of the callee.
func (r *pathfinder) addGap(s *critpath.Segment, w *What) {
	g, ok := r.gapIn(s.Span)
	from, to := max(s.From, g.from), min(s.To, g.to)
	if !ok || from >= to {
		r.addPassing(s, w)
		return
	}
	gap := *w
	gap.Open = true
	if s.From < from {
		r.add(s, s.From, from, w)
	}
	r.add(s, from, to, &gap)
	if to < s.To {
		r.add(s, to, s.To, w)
	}
}

// addPassing appends a segment as a whole. Mostly it is to the callee of the last one.
func (r *pathfinder) addPassing(s *critpath.Segment, w *What) {
	m := r.is[s.Span].classification
	if last := m.passed; last == nil || last.Callee != w.Callee || last.Cause != w.Cause {
		m.passed = r.unplanned(s.Span, w)
	}
	r.addAs(s, s.From, s.To, m.passed)
}

// otherwise is what time of an open piece is if it is not what its category says: in front of a callee a
// queue, and in a call of somebody who has spans in other traces nothing that this one tells.
func otherwise(c category.Category) category.Category {
	if c == category.External {
		return category.Untraced
	}
	return category.Queue
}

// Of returns what open time of a category was, as all requests of the run show it.
func (j *Judgement) Of(c category.Category, caller, callee string) category.Category {
	isOther := j.queue[Pair{caller, callee}]
	if c == category.External {
		isOther = j.HasSpans(callee)
	}
	if isOther {
		return otherwise(c)
	}
	return c
}

// Named returns the pieces of a path in t with what was open named as it was judged. It changes them
// in place.
func (j *Judgement) Named(pieces []Piece, t *trace.Trace) []Piece {
	named := map[*What]*What{} // each is of one service
	for i := range pieces {
		p := &pieces[i]
		if named[p.What] == nil {
			named[p.What] = j.named(*p.What, t.Spans[p.Span].Sig.Service)
		}
		p.What = named[p.What]
	}
	return pieces
}

var otherRules = map[category.Category]string{
	category.Queue:    "structure/in-front-of-the-server-span",
	category.Untraced: "structure/the-callee-has-spans-elsewhere",
}

// named is what a piece in the service was, if it was open.
func (j *Judgement) named(w What, service string) *What {
	if w.Open {
		if c := j.Of(w.Category, service, w.Callee); c != w.Category {
			w.Category, w.Layer, w.Rule = c, w.Else, otherRules[c]
		}
	}
	w.Open, w.Else = false, ""
	return &w
}
