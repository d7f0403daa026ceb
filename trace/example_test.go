package trace_test

import (
	"fmt"
	"time"

	"github.com/longpole/longpole/trace"
)

// A callee whose clock is ahead is moved into its caller.
func Example() {
	at := func(ms int) trace.Time {
		return trace.Time(1_700_000_000_000_000_000).Add(time.Duration(ms) * time.Millisecond)
	}
	t := trace.Assemble([]trace.Span{
		{Trace: trace.ID{Lo: 1}, ID: 1, Start: at(0), End: at(100), Sig: &trace.Signature{Service: "web", Host: "a", Kind: trace.Client}},
		{Trace: trace.ID{Lo: 1}, ID: 2, Parent: 1, Start: at(540), End: at(580), Sig: &trace.Signature{Service: "shop", Host: "b", Kind: trace.Server}},
	}, trace.Options{})
	callee := t.Children(t.Roots[0])[0]
	fmt.Println(t.Spans[callee].Sig.Service, "was moved by", t.Shift(callee))
	for _, n := range t.Notes {
		fmt.Println(n.Code.ID)
	}
	// Output:
	// shop was moved by -510ms
	// clock-skew
}
