package waterfall

import (
	"slices"
	"time"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// path says why the span is on the path or not: up to the root everybody must have been waited
// for, and at each fork the one that ended last is the one.
func (x *Explanation) path() []page.Phrase {
	if x.span == x.wf.root {
		return []page.Phrase{page.Say("It is the root: the path is what its time was spent on.")}
	}
	above, reached := x.above()
	if !reached {
		return []page.Phrase{page.Say("It is not below the root ", x.wf.span(x.wf.root).ID.String(), ": a span between them is missing from the trace.")}
	}
	for _, at := range above {
		if v := x.wf.wait(at); v.IsAsync() {
			return []page.Phrase{x.named(at, " is ", v.String(), ".")}
		}
	}
	out := []page.Phrase{page.Say("Its parent ", x.name(x.wf.trace.Parent(x.span)), " waited for it: no sign that it did not.")}
	for _, at := range above {
		if !x.wf.onPath[at] {
			return append(out, x.bypassed(at))
		}
	}
	return append(append(out, x.chosen(above)), x.causes()...)
}

// above returns the span and what is above it, the child of the root first.
func (x *Explanation) above() (chain []int32, reached bool) {
	for at := x.span; at != trace.None; at = x.wf.trace.Parent(at) {
		if at == x.wf.root {
			slices.Reverse(chain)
			return chain, true
		}
		chain = append(chain, at)
	}
	return nil, false
}

// bypassed says who was waited for while the span at, which is not on the path, was running.
func (x *Explanation) bypassed(at int32) page.Phrase {
	s := x.wf.span(at)
	if s.Duration() == 0 {
		return x.named(at, " has no length, so nothing can have waited for it.")
	}
	rival, ok := x.rival(at)
	if !ok {
		return x.named(at, " ended while its parent was waiting for nothing that is on the path.")
	}
	r := x.wf.span(rival)
	return page.Say(x.named(at, " ran beside "), x.name(rival), ", which ended ", unit.Duration(r.End.Sub(s.End)),
		" later: that is the one its parent waited for last.")
}

// rival returns the sibling on the path that ended last of those that ran together with at.
func (x *Explanation) rival(at int32) (best int32, ok bool) {
	s := x.wf.span(at)
	for _, k := range x.wf.trace.Children(x.wf.trace.Parent(at)) {
		r := x.wf.span(k)
		if !x.wf.onPath[k] || r.Start >= s.End || r.End <= s.Start {
			continue
		}
		if !ok || r.End > x.wf.span(best).End {
			best, ok = k, true
		}
	}
	return best, ok
}

// chosen says whom the span outlasted: it, or the nearest span above it that ran beside others,
// for the only child of a call was chosen with it.
func (x *Explanation) chosen(above []int32) page.Phrase {
	for _, at := range slices.Backward(above) {
		beside, later := x.beside(at)
		if beside == 0 {
			continue
		}
		if later == 0 {
			return x.named(at, " ended last of the ", unit.Of(beside+1, "sibling", "siblings"), " that ran at the same time.")
		}
		return page.Say(x.named(at, " ran beside "), unit.Of(beside, "sibling", "siblings"), "; the path came to it from what its parent waited for next.")
	}
	return page.Say("No sibling ran at the same time, so there was nothing else to wait for.")
}

// beside counts the siblings that ran at the same time as span i, and those of them that ended
// later.
func (x *Explanation) beside(i int32) (all, later int) {
	s := x.wf.span(i)
	for _, k := range x.wf.trace.Children(x.wf.trace.Parent(i)) {
		r := x.wf.span(k)
		if k == i || r.Start >= s.End || r.End <= s.Start {
			continue
		}
		all++
		if r.End > s.End {
			later++
		}
	}
	return all, later
}

// causes says how much of the span's own time has a cause, and what that means.
func (x *Explanation) causes() (out []page.Phrase) {
	times := map[category.Cause]time.Duration{}
	for _, at := range x.wf.own[x.span] {
		p := &x.wf.pieces[at]
		times[p.Cause] += p.Duration()
	}
	for _, c := range category.Causes {
		if d := times[c.Name]; d > 0 {
			out = append(out, page.Say("Of its own time ", unit.Duration(d), " count as ", string(c.Name), ": ", c.Why, "."))
		}
	}
	return out
}

func (x *Explanation) name(i int32) page.Phrase {
	return page.Say(page.Name(semconv.Operation(x.wf.span(i).Sig)), " (", x.wf.span(i).ID.String(), ")")
}

// named begins a sentence about a span: the one that is explained is "it".
func (x *Explanation) named(i int32, words ...any) page.Phrase {
	subject := page.Say("It")
	if i != x.span {
		subject = page.Say("The span above it, ", x.name(i), ",")
	}
	return page.Say(append([]any{subject}, words...)...)
}
