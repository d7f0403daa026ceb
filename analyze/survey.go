package analyze

import (
	"slices"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// A survey is what one walk over all spans of an observation finds out, beside its path. It is
// valid until the next one.
type survey struct {
	structure uint64
	values    []int32  // of the plan's slices, then the route
	tags      []int32  // see tagGatherer
	offPath   []dodged // spans that nobody waited for, the topmost ones
	calls     int
	retries   int
}

// A dodged span is one that its parent did not wait for.
type dodged struct {
	span int32
	why  critpath.Verdict
}

// A surveyor surveys one observation after the other.
type surveyor struct {
	survey
	*Reading
	open    []step
	paths   hashSet // of calls, from the root to each span
	tags    tagGatherer
	missing int // slices of the plan that have no value yet
}

// A step is a span and the path of calls that leads to it.
type step struct {
	path   uint64
	span   int32
	waited bool // all above waited for it
}

// observe walks the observation below root, parents before their children and earlier children
// first.
func (w *surveyor) observe(r *Reading, root int32) *survey {
	w.Reading = r
	w.begin(root)
	w.open = append(w.open[:0], step{0, root, true})
	for len(w.open) > 0 {
		s := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.visit(s)
	}
	w.survey.tags = w.tags.all()
	return &w.survey
}

func (w *surveyor) begin(root int32) {
	m := w.is[root]
	values := append(w.values[:0], w.explain.valuesAt(&w.Trace.Spans[root], m)...)
	w.missing = 0
	for _, v := range values {
		if v == 0 {
			w.missing++
		}
	}
	route := w.explain.value(m.root(m.sig).journey)
	w.survey = survey{values: append(values, route), offPath: w.offPath[:0]}
	w.tags.start()
	w.paths.start(len(w.Trace.Spans))
}

func (w *surveyor) visit(s step) {
	m := w.is[s.span]
	path := mix(s.path, m.identity)
	if w.paths.add(path) {
		w.structure += mix(path, 1) // a sum, for neither order nor repetition counts
	}
	span := &w.Trace.Spans[s.span]
	if apart := span.Apart(); len(apart) > 0 {
		w.tags.addApart(w.explain, m, apart)
	} else {
		w.tags.add(&m.tags)
	}
	if w.missing > 0 && m.isEntry() {
		w.fillSlices(w.explain.valuesAt(span, m))
	}
	if children := w.Trace.Children(s.span); len(children) > 0 {
		w.countAttempts(s.span, children)
		w.descend(s, path, children)
	}
}

// fillSlices takes the values that the root does not have from the first entry span that does.
func (w *surveyor) fillSlices(values []int32) {
	for i, v := range values {
		if v != 0 && w.values[i] == 0 {
			w.values[i] = v
			w.missing--
		}
	}
}

// descend takes the children up, the first one to be visited next.
func (w *surveyor) descend(s step, path uint64, children []int32) {
	parent := &w.Trace.Spans[s.span]
	for _, c := range slices.Backward(children) {
		next := step{path, c, s.waited}
		if s.waited {
			why := critpath.Judge(parent, &w.Trace.Spans[c], w.explain.Overrule)
			if next.waited = why == critpath.Blocking; !next.waited {
				w.offPath = append(w.offPath, dodged{c, why})
			}
		}
		w.open = append(w.open, next)
	}
}

// countAttempts counts the calls among the children of p, and those of them that repeat one
// that had failed.
func (w *surveyor) countAttempts(p int32, children []int32) {
	calls := 0
	for _, k := range children {
		if w.is[k].kind == trace.Client {
			calls++
		}
	}
	w.calls += calls
	if calls == 0 || !w.family(p).troubled {
		return
	}
	for _, k := range children {
		if w.is[k].kind != trace.Client {
			continue
		}
		if next, repeated := w.nextAttempt(p, k); repeated && w.wasRetried(k, next) {
			w.retries++
		}
	}
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
