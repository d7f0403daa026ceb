package analyze_test

import (
	"fmt"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// Times of layers are times on the critical path, so they add up to the latency.
func Example() {
	at := func(ms int) trace.Time {
		return trace.Time(1_700_000_000_000_000_000).Add(time.Duration(ms) * time.Millisecond)
	}
	query := trace.Attrs{{Key: "db.system", Value: "postgresql"}}
	requests := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	requests.Add(trace.Assemble([]trace.Span{
		{Trace: trace.ID{Lo: 1}, ID: 1, Start: at(0), End: at(100), Sig: &trace.Signature{Service: "web", Name: "GET /", Kind: trace.Server}},
		{Trace: trace.ID{Lo: 1}, ID: 2, Parent: 1, Start: at(10), End: at(70), Sig: &trace.Signature{Service: "web", Name: "query", Kind: trace.Client, Attrs: query}},
	}, trace.Options{}))
	j := requests.Result(analyze.Settings{}).Journeys[0]
	fmt.Println(j.Name, j.Max)
	for _, layer := range j.Tail.Typical.By(analyze.ByLayer) {
		fmt.Println(layer.Name, layer.Time)
	}
	// Output:
	// web GET / 100ms
	// db 60ms
	// app 40ms
}
