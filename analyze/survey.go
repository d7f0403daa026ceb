package analyze

import (
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A survey is what one walk over all spans of an observation finds out, beside its path.
type survey struct {
	structure uint64
	slices    []string // its values of the plan's slices, then its route
	tags      []int32  // in order, each once
	calls     int
	retries   int
}

// newSurvey walks the observation below root, parents before their children and earlier
// children first.
func newSurvey(t *trace.Trace, root int32, e *Explainer) survey {
	w := surveyor{trace: t, explain: e, look: newVisitor(t, critpath.Path{}, e)}
	sig := t.Spans[root].Sig
	w.slices = append(slices.Clone(e.of(sig).slices), e.route(sig))
	w.open = append(w.open, step{root, 0})
	for len(w.open) > 0 {
		s := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.visit(s)
	}
	w.structure = combine(w.paths)
	slices.Sort(w.tags)
	w.tags = slices.Compact(w.tags)
	return w.survey
}

type surveyor struct {
	survey
	trace   *trace.Trace
	explain *Explainer
	look    *visitor
	open    []step
	paths   []uint64 // of calls, from the root to each span
}

// A step is a span and the path of calls that leads to it.
type step struct {
	span int32
	path uint64
}

func (w *surveyor) visit(s step) {
	sig := w.trace.Spans[s.span].Sig
	m := w.explain.of(sig)
	path := mix(s.path, m.identity)
	w.paths = append(w.paths, path)
	w.tags = append(w.tags, m.tags...)
	if sig.Kind == trace.Server || sig.Kind == trace.Consumer {
		w.fillSlices(m.slices)
	}
	children := w.trace.Children(s.span)
	calls, retries := w.look.countAttempts(s.span)
	w.calls += calls
	w.retries += retries
	for _, c := range slices.Backward(children) {
		w.open = append(w.open, step{c, path})
	}
}

// fillSlices takes the values that the root does not have from the first entry span that does.
func (w *surveyor) fillSlices(values []string) {
	for i, v := range values {
		if w.slices[i] == "" {
			w.slices[i] = v
		}
	}
}

// countAttempts counts the calls among the children of p, and those of them that repeat one
// that had failed.
func (v *visitor) countAttempts(p int32) (calls, retries int) {
	for _, k := range v.trace.Children(p) {
		if v.trace.Spans[k].Sig.Kind != trace.Client {
			continue
		}
		calls++
		if !v.family(p).troubled {
			continue
		}
		if next, repeated := v.nextAttempt(p, k); repeated && v.wasRetried(k, next) {
			retries++
		}
	}
	return calls, retries
}

// identity is what a span does, as a number.
func identity(kind trace.Kind, operation string) uint64 {
	return mix(uint64(kind), hashOf(operation))
}

// hashOf is FNV-1a, which is the same in every run.
func hashOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix makes one number of two, of which the order counts (SplitMix64's finalizer).
func mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// combine makes one number of a set: neither order nor repetition counts.
func combine(set []uint64) uint64 {
	slices.Sort(set)
	h := uint64(0)
	for _, v := range slices.Compact(set) {
		h = mix(h, v)
	}
	return h
}
