package analyze

import (
	"cmp"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/spending"
	"github.com/longpole/longpole/trace"
)

// An Observation is one request of a journey, as far as its percentiles need it. It holds no
// pointer, so that millions of them cost the garbage collector nothing.
type Observation struct {
	Trace    trace.ID
	Root     trace.SpanID
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
	// Structure is equal for observations that made the same calls, however often and in
	// whatever order.
	Structure uint64
	Calls     int32  // to elsewhere, in all of the observation
	Retries   int32  // of them, that repeated one that had failed
	Failed    bool   // as the root span's status or its answer says
	Alone     bool   // no other request begins in the trace
	Run       uint16 // that it is of, from 1; 0 where runs are not told apart
	spent     spending.Ref
	slices    int32 // of the collector's table of slices
	tags      int32 // of the collector's table of sets of tags
}

// Compare orders observations by duration, and those that tie in a way that does not depend
// on the order of reading.
func (o *Observation) Compare(p *Observation) int {
	if c := cmp.Compare(o.Duration, p.Duration); c != 0 {
		return c
	}
	return cmp.Or(
		o.Trace.Compare(p.Trace),
		cmp.Compare(o.Root, p.Root),
	)
}
