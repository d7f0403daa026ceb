package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
)

// asyncKey is one kind of work that nobody waited for.
type asyncKey struct {
	service, operation string
	why                critpath.Wait
}

// asyncTimes are the times of one kind of such work in one journey.
type asyncTimes struct {
	took []quantile.Value
	lay  []quantile.Value // of messages, until they were processed
}

// An Async is work below a journey that nobody waited for, so that it is in no layer.
type Async struct {
	Service, Operation string
	Why                string
	Count              int
	P50, P95           time.Duration
	Lay                Lay
}

// A Lay is how long messages lay waiting before the work on them began.
type Lay struct {
	Count    int // 0 where nothing says it
	P50, P95 time.Duration
}

func newAsync(k asyncKey, times asyncTimes) Async {
	s := quantile.NewSample(times.took)
	a := Async{
		Service: k.service, Operation: k.operation, Why: k.why.String(),
		Count: s.Len(), P50: s.At(quantile.P50), P95: s.At(quantile.P95),
	}
	if len(times.lay) > 0 {
		lay := quantile.NewSample(times.lay)
		a.Lay = Lay{lay.Len(), lay.At(quantile.P50), lay.At(quantile.P95)}
	}
	return a
}
