package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
)

// asyncKey is one kind of work that nobody waited for.
type asyncKey struct {
	service, operation string
	why                critpath.Verdict
}

// An Async is work below a journey that nobody waited for, so that it is in no layer.
type Async struct {
	Service, Operation string
	Why                string
	Count              int
	P50, P95           time.Duration
}

func newAsync(k asyncKey, values []quantile.Value) Async {
	s := quantile.NewSample(values)
	return Async{
		Service: k.service, Operation: k.operation, Why: k.why.String(),
		Count: s.Len(), P50: s.At(quantile.P50), P95: s.At(quantile.P95),
	}
}
