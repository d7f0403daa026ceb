package attribute

import (
	"slices"
	"time"

	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Candidate is a request that may be chosen, as far as a choice can ask. What served it is the
// first service that it reaches: a load generator, a browser and a client's library serve nothing.
type Candidate struct {
	reading *Reading
	root    int32
	entry   int32 // where it enters that service; the root if it reaches none
}

// Start returns when the request began.
func (q *Candidate) Start() trace.Time { return q.reading.Trace.Spans[q.root].Start }

// Duration returns how long it took; zero for one without an end.
func (q *Candidate) Duration() time.Duration {
	end, _ := q.reading.endOf(q.root)
	return end.Sub(q.Start())
}

// Failed reports whether it failed.
func (q *Candidate) Failed() bool { return q.reading.Failed(q.root) }

// Service returns what served it.
func (q *Candidate) Service() string { return q.reading.Service(q.entry) }

// Route returns what was asked of that service.
func (q *Candidate) Route() string { return q.reading.Route(q.entry) }

// Status returns what that service answered, else what its client was answered: see [semconv.Status].
func (q *Candidate) Status() int {
	for _, i := range []int32{q.entry, q.root} {
		if code := semconv.Status(q.reading.Trace.Spans[i].Sig); code != 0 {
			return code
		}
	}
	return 0
}

// Attr returns an attribute of the request, as a slice has it.
func (q *Candidate) Attr(key string) (value string, ok bool) {
	r := q.reading
	for i := range r.downFrom(q.root) {
		if r.is[i].isEntry() {
			if value, ok = r.Trace.Spans[i].Attr(key); ok {
				return value, true
			}
		}
	}
	root := &r.Trace.Spans[q.root]
	if q.entry == q.root {
		return root.Attr(key)
	}
	return ofSpan(root, key)
}

// AttrOf returns an attribute of the request that begins at root, as a slice has it.
func (r *Reading) AttrOf(root int32, key string) (value string, ok bool) {
	return (&Candidate{r, root, r.EntryOf(root)}).Attr(key)
}

// ofSpan returns an attribute that the span itself has: what its resource says is true of the place.
func ofSpan(s *trace.Span, key string) (value string, ok bool) {
	if value, ok = s.Apart().Get(key); ok {
		return value, true
	}
	return s.Sig.Attrs.Get(key)
}

// EntryOf returns the span with which a request enters the first service that it reaches: its root,
// if it is an entry or reaches none.
func (r *spans) EntryOf(root int32) int32 {
	for i := range r.downFrom(root) {
		if r.is[i].isEntry() {
			return i
		}
	}
	return root
}

// IsEntry reports whether a request enters a service with span i.
func (r *Reading) IsEntry(i int32) bool { return r.is[i].isEntry() }

// downFrom yields root and the spans below it, parents before their children and earlier children first.
func (r *spans) downFrom(root int32) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		open := []int32{root}
		for len(open) > 0 {
			i := open[len(open)-1]
			if open = open[:len(open)-1]; !yield(i) {
				return
			}
			for _, k := range slices.Backward(r.Trace.Children(i)) {
				open = append(open, k)
			}
		}
	}
}

// Unchosen counts what a choice left out.
type Unchosen struct {
	Requests  int
	Undecided int    // of them, those of which it could not be told whether they are chosen
	Apart     int    // roots that are no requests
	Traces    int    // without their root, by their topmost span
	Had       uint64 // the attributes that some request had, of those that the choice asks for; by place
}

// Add adds what o counts.
func (u *Unchosen) Add(o Unchosen) {
	u.Requests += o.Requests
	u.Undecided += o.Undecided
	u.Apart += o.Apart
	u.Traces += o.Traces
	u.Had |= o.Had
}

// choose leaves out what is not chosen, before it can show anything of the run.
func (r *Reading) choose(found []occurrence, o *Options) []occurrence {
	r.Unchosen = Unchosen{}
	if o.Chooses == nil {
		return found
	}
	clear(r.until)
	none := len(found)+len(r.Apart) == 0
	found = slices.DeleteFunc(found, func(occ occurrence) bool {
		r.findEnd(occ.root)
		return !r.isChosen(occ.root, o, &r.Unchosen.Requests)
	})
	r.Apart = slices.DeleteFunc(r.Apart, func(a Apart) bool { return !r.isChosen(a.Root, o, &r.Unchosen.Apart) })
	if none && len(r.Trace.Orphans) > 0 {
		r.isChosen(r.Trace.Orphans[0], o, &r.Unchosen.Traces)
	}
	return found
}

// isChosen reports whether what begins at root is chosen, and counts it if it is not.
func (r *Reading) isChosen(root int32, o *Options, not *int) bool {
	q := &Candidate{r, root, r.EntryOf(root)}
	chosen, told := o.Chooses(q)
	if !told {
		r.Unchosen.Undecided++
	}
	if !chosen {
		*not++
	}
	for i, key := range o.ChosenBy[:min(len(o.ChosenBy), 64)] {
		if _, ok := q.Attr(key); ok {
			r.Unchosen.Had |= 1 << i
		}
	}
	return chosen
}

// IsLeftOut reports whether a choice left the whole trace out: then nothing else is known of it.
func (r *Reading) IsLeftOut() bool {
	return r.Unchosen.Requests+r.Unchosen.Apart+r.Unchosen.Traces > 0 && len(r.Requests)+len(r.Apart) == 0
}

// Code is what was left out.
func (u *Unchosen) Code(c *wire.Coder) {
	wire.Counts(c, &u.Requests, &u.Undecided, &u.Apart, &u.Traces)
	wire.Num(c, &u.Had)
}
