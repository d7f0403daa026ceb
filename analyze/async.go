package analyze

import (
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// asyncKey is one kind of work that nobody waited for.
type asyncKey struct {
	service, operation string
	why                critpath.Verdict
}

// offPath hands to f every span below root that its parent did not wait for, and goes no
// further down from there.
func offPath(t *trace.Trace, root int32, overrule critpath.Overrule, f func(span int32, why critpath.Verdict)) {
	open := []int32{root}
	for len(open) > 0 {
		p := open[len(open)-1]
		open = open[:len(open)-1]
		for _, c := range t.Children(p) {
			if why := critpath.Judge(&t.Spans[p], &t.Spans[c], overrule); why != critpath.Blocking {
				f(c, why)
				continue
			}
			open = append(open, c)
		}
	}
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
