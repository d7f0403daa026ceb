package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A reading is one trace with what its spans mean and how they are related. It serves one trace
// after the other in the same memory: what it hands out is valid until it begins the next.
type reading struct {
	explain *Explainer
	trace   *trace.Trace
	is      []*meaning // by span
	begins  bool       // a journey of the plan may begin in it
	kinship
	walker   *critpath.Walker
	path     *critpath.Path // the last one that was asked for
	pieces   []Piece        // of it
	spare    []Piece
	spells   []critpath.Spell
	layering layering
}

func newReading(e *Explainer) *reading {
	return &reading{explain: e, walker: critpath.NewWalker(e.Overrule)}
}

// begin reads t.
func (r *reading) begin(t *trace.Trace) {
	r.trace, r.begins = t, false
	r.is = resized(r.is, len(t.Spans))
	for i := range t.Spans {
		m := r.explain.of(t.Spans[i].Sig)
		r.is[i] = m
		r.begins = r.begins || len(m.journeys) > 0
	}
	r.kinship.begin(len(t.Spans))
}

// failed reports whether the span failed in a way that a caller may try again.
func (r *reading) failed(i int32) bool {
	return r.trace.Spans[i].Flags.Has(trace.Failed) || r.is[i].failed
}
