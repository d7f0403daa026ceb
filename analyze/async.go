package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/wire"
)

// asyncKey is one kind of work that nobody waited for.
type asyncKey struct {
	service, operation string
	why                critpath.Wait
}

// async are the times of one kind of such work in one journey.
type async struct {
	took bounded.Times
	lay  bounded.Times // of messages, until they were processed
}

func (a *async) merge(o *async) {
	a.took.Merge(&o.took)
	a.lay.Merge(&o.lay)
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

func newAsync(k asyncKey, times *async) Async {
	s := times.took.Sample()
	a := Async{
		Service: k.service, Operation: k.operation, Why: k.why.String(),
		Count: times.took.Count, P50: s.At(quantile.P50), P95: s.At(quantile.P95),
	}
	if times.lay.Count > 0 {
		lay := times.lay.Sample()
		a.Lay = Lay{times.lay.Count, lay.At(quantile.P50), lay.At(quantile.P95)}
	}
	return a
}

func (k *asyncKey) code(c *wire.Coder) {
	wire.Text(c, &k.service)
	wire.Text(c, &k.operation)
	if wire.Num(c, &k.why); !k.why.IsAsync() {
		c.Fail("work was waited for")
		k.why = critpath.DeclaredAsync
	}
}
