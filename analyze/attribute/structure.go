package attribute

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Structure is what one walk over all spans of a request finds out, beside its path.
type Structure struct {
	// Hash is equal for requests that made the same calls, however often and in whatever order.
	Hash    uint64
	Values  []int32   // of the plan's slices, then the route; by their numbers
	Tags    []int32   // by number, and sets of tags as ^number
	OffPath []OffPath // spans that nobody waited for, the topmost ones
	Calls   int       // to elsewhere
	Retries int       // of them, that repeated one that had failed
}

// An OffPath is a span that its parent did not wait for, or the part of one.
type OffPath struct {
	Span int32
	Why  critpath.Wait
	Took time.Duration // of the part that nobody waited for
	Lay  time.Duration // of a consumer: how long its message lay waiting; negative where nothing says it
}

// A structureFinder finds the structure of one request after the other.
type structureFinder struct {
	Structure
	*Reading
	open    []step
	paths   intern.HashSet // of calls, from the root to each span
	tags    tagGatherer
	missing int  // slices of the plan that have no value yet
	reached bool // a service has been entered
}

// Structure returns that of the request which begins at root. It is valid until it is asked for
// another one.
func (r *Reading) Structure(root int32) *Structure {
	r.structures.Reading = r
	return r.structures.observe(root)
}

// A step is a span and the path of calls that leads to it.
type step struct {
	path   uint64
	span   int32
	waited bool // all above waited for it
}

// observe walks the observation below root, parents before their children and earlier children
// first.
func (w *structureFinder) observe(root int32) *Structure {
	w.begin(root)
	w.open = append(w.open[:0], step{0, root, true})
	for len(w.open) > 0 {
		s := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.visit(s)
	}
	if w.missing > 0 {
		w.fillFromRoot(root)
		w.fillNoCalls()
	}
	w.Tags = w.tags.all()
	return &w.Structure
}

func (w *structureFinder) begin(root int32) {
	w.missing, w.reached = len(w.explain.Plan.Slices), false
	values := intern.Resized(w.Values, w.missing)
	clear(values)
	route := w.explain.value(len(w.explain.Plan.Slices), w.asRoot(root).journey)
	w.Structure = Structure{Values: append(values, route), OffPath: w.OffPath[:0]}
	if end, ends := w.endOf(root); ends == WithAnswer {
		w.OffPath = append(w.OffPath, OffPath{root, critpath.AfterAnswer, w.Trace.Spans[root].End.Sub(end), -1})
	}
	w.tags.start()
	w.paths.Start(len(w.Trace.Spans))
}

func (w *structureFinder) visit(s step) {
	m := w.is[s.span]
	path := Mix(s.path, m.identity)
	if w.paths.Add(path) {
		w.Hash += Mix(path, 1) // a sum, for neither order nor repetition counts
	}
	span := &w.Trace.Spans[s.span]
	sig, apart := w.TagsOf(s.span)
	w.tags.add(sig)
	w.tags.add(apart)
	if w.missing > 0 && m.isEntry() {
		w.reached = true
		w.fillSlices(w.explain.valuesAt(span, m))
	}
	children := w.Trace.Children(s.span)
	if m.calls >= 0 && (m.isEntry() || len(children) == 0) {
		w.tags.add(m.calls)
		if w.missing > 0 {
			w.fillCalls(m.callee())
		}
	}
	if len(children) > 0 {
		w.countAttempts(s.span, children)
		w.descend(s, path, children)
	}
}

// fillCalls notes that a request calls somebody, where slices are by that.
func (w *structureFinder) fillCalls(somebody string) {
	for i, by := range w.explain.Plan.Slices {
		if by.Calls != "" && by.Calls == somebody && w.Values[i] == 0 {
			w.Values[i] = w.explain.value(i, "yes")
			w.missing--
		}
	}
}

// fillNoCalls says of the others that they do not.
func (w *structureFinder) fillNoCalls() {
	for i, by := range w.explain.Plan.Slices {
		if by.Calls != "" && w.Values[i] == 0 {
			w.Values[i] = w.explain.value(i, "no")
		}
	}
}

// fillFromRoot takes the values that no service has from a root that is no entry. Where a request
// reaches one, the resource of the root says nothing of it: that is where a load generator runs.
func (w *structureFinder) fillFromRoot(root int32) {
	span := &w.Trace.Spans[root]
	if !w.reached {
		w.fillSlices(w.explain.valuesAt(span, w.is[root]))
		return
	}
	values := make([]int32, len(w.explain.Plan.Slices))
	for i, by := range w.explain.Plan.Slices {
		for _, key := range by.Keys {
			if v, ok := ofSpan(span, key); ok {
				values[i] = w.explain.value(i, v)
				break
			}
		}
	}
	w.fillSlices(values)
}

// fillSlices takes the values that are not known yet: those of the first service that a request
// reaches count.
func (w *structureFinder) fillSlices(values []int32) {
	for i, v := range values {
		if v != 0 && w.Values[i] == 0 {
			w.Values[i] = v
			w.missing--
		}
	}
}

// descend takes the children up, the first one to be visited next.
func (w *structureFinder) descend(s step, path uint64, children []int32) {
	for _, c := range slices.Backward(children) {
		next := step{path, c, s.waited}
		if s.waited {
			why := w.waits.Of[c]
			if next.waited = !why.IsAsync(); !next.waited {
				w.OffPath = append(w.OffPath, w.offPath(c, why))
			} else if w.isOneWay(s.span, c) {
				over := w.Trace.Spans[c].End.Sub(w.Trace.Spans[s.span].End)
				w.OffPath = append(w.OffPath, OffPath{c, critpath.AfterReturn, over, -1})
			}
		}
		w.open = append(w.open, next)
	}
}

// offPath describes a span that nobody waited for. A message lies from when it was sent.
func (w *structureFinder) offPath(c int32, why critpath.Wait) OffPath {
	span := &w.Trace.Spans[c]
	o := OffPath{c, why, span.Duration(), -1}
	if p := w.Trace.Parent(c); span.Sig.Kind == trace.Consumer && p != trace.None {
		o.Lay = max(0, span.Start.Sub(w.Trace.Spans[p].End))
	}
	return o
}

// countAttempts counts the calls among the children of p, and those of them that repeat one
// that had failed.
func (w *structureFinder) countAttempts(p int32, children []int32) {
	calls := 0
	for _, k := range children {
		if w.is[k].kind == trace.Client {
			calls++
		}
	}
	w.Calls += calls
	if calls == 0 || !w.family(p).anyFailed {
		return
	}
	for _, k := range children {
		if w.is[k].kind != trace.Client {
			continue
		}
		if next, repeated := w.nextAttempt(p, k); repeated && w.wasRetried(k, next) {
			w.Retries++
		}
	}
}

// identity is what a span does, as a number.
func identity(kind trace.Kind, operation string) uint64 {
	return Mix(uint64(kind), hashOf(operation))
}

// hashOf is FNV-1a, which is the same in every run.
func hashOf(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// Mix makes one number of two, of which the order counts (SplitMix64's finalizer).
func Mix(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// A Step is a kind of call in a request: all spans that the same operations lead to from the
// request's root. The steps of a request are what it did, whenever and with whom.
type Step struct {
	Path     uint64    // of operations, from the root to the step; the root's own name is not in it
	Above    uint64    // the path of what called it
	Skeleton uint64    // the path without INTERNAL spans: that of the last other one above, if it is one itself
	Member   uint64    // of the service with the category of its work there
	Does     Operation // what its spans do
	Spans    int
	Async    int // of them, that some span from the root down was not waited for
}

// A stepper lists the steps of one request after the other.
type stepper struct {
	open  []standing
	steps []Step
}

// A standing is a span and what leads to it.
type standing struct {
	path, skeleton uint64
	span           int32
	async          bool
}

// Steps returns the steps of the request that begins at root, in order of path, its root aside.
// They are valid until the next call.
func (r *Reading) Steps(root int32) []Step {
	s := &r.stepper
	s.steps = s.steps[:0]
	s.open = append(s.open[:0], standing{span: root})
	for len(s.open) > 0 {
		at := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		for _, c := range r.Trace.Children(at.span) {
			s.open = append(s.open, r.step(s, at, c))
		}
	}
	slices.SortFunc(s.steps, func(a, b Step) int { return cmp.Compare(a.Path, b.Path) })
	s.steps = merged(s.steps)
	return s.steps
}

// step notes a span below another.
func (r *Reading) step(s *stepper, above standing, c int32) standing {
	m := r.is[c]
	at := standing{Mix(above.path, m.identity), above.skeleton, c, above.async || r.waits.Of[c].IsAsync()}
	if m.kind != trace.Internal {
		at.skeleton = Mix(above.skeleton, m.identity)
	}
	step := Step{
		Path: at.path, Above: above.path, Skeleton: at.skeleton, Does: m.op,
		Member: Mix(hashOf(m.op.Service), hashOf(string(m.Category))), Spans: 1,
	}
	if at.async {
		step.Async = 1
	}
	s.steps = append(s.steps, step)
	return at
}

// merged adds up neighbours of the same path.
func merged(steps []Step) []Step {
	out := steps[:0]
	for _, s := range steps {
		if last := len(out) - 1; last >= 0 && out[last].Path == s.Path {
			out[last].Spans += s.Spans
			out[last].Async += s.Async
			continue
		}
		out = append(out, s)
	}
	return out
}

// IsSkeleton reports whether the step has a part in what is left without INTERNAL spans.
func (s *Step) IsSkeleton() bool { return s.Does.Kind != trace.Internal }

// Code is the step.
func (s *Step) Code(c *wire.Coder) {
	wire.Fixed(c, &s.Path)
	wire.Fixed(c, &s.Above)
	wire.Fixed(c, &s.Skeleton)
	wire.Fixed(c, &s.Member)
	s.Does.Code(c)
	wire.Counts(c, &s.Spans, &s.Async)
}
