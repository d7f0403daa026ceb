package trace

import "time"

// Options are the choices of assembly. The zero value is the default.
type Options struct {
	// MaxSkew is how far a clock may be off before alignment is not trusted. Zero means one
	// second; a negative value turns alignment off.
	MaxSkew time.Duration

	// Ahead returns how far the clock of a host is known to be ahead. It decides where a callee
	// that contradicts the clocks is put, as far as the calls leave a choice. Nil: nothing is known.
	Ahead func(host string) (by time.Duration, known bool)
}

// Assemble makes a trace of spans that share a trace id, in memory of its own: see
// [Assembler.Assemble].
func Assemble(spans []Span, o Options) *Trace {
	t := *NewAssembler(o).Assemble(spans)
	return &t // a copy, so that what was needed on the way can go
}

// An Assembler assembles one trace after the other in the same memory, which grows to what the
// largest of them needs. It must be used by one goroutine at a time.
type Assembler struct{ work assembly }

// NewAssembler returns an assembler that makes the choices of o.
func NewAssembler(o Options) *Assembler { return &Assembler{assembly{options: o}} }

// Assemble makes a trace of spans that share a trace id. It takes the slice over and may
// reorder it; the result does not depend on the order it came in. There must be a span. The
// trace is valid until the next call.
func (a *Assembler) Assemble(spans []Span) *Trace {
	w := &a.work
	w.begin(spans)
	for _, r := range repairs {
		r.mend(w)
	}
	return &w.Trace
}

// assembly is the state that the repairs hand on. Its slices keep what they held for the last
// trace, so each is cleared, or written to the end, before it is read.
type assembly struct {
	Trace
	options Options
	order   order
	first   idTable          // the span that bears an id; of a shared id, the client
	shared  bool             // some id is borne by two spans
	second  map[SpanID]int32 // of a shared id, the server
	late    bool             // some parent does not stand before its child
	walk    []int32          // see cutCycles
	shifts  []time.Duration  // memory of the trace's shift, which has none if no span moved
	coarses []bool           // memory of the trace's coarse, likewise
	grains  grains
	clocks  clocks
	variety variety
}

func (a *assembly) begin(spans []Span) {
	a.order.sort(spans)
	t := &a.Trace
	*t = Trace{
		ID: spans[0].Trace, Spans: spans,
		Roots: t.Roots[:0], Orphans: t.Orphans[:0], Notes: t.Notes[:0],
		parent: t.parent, kids: t.kids, kidAt: t.kidAt,
	}
}

// bear notes the places of all ids. Two spans may bear one id only as client and server.
func (a *assembly) bear() {
	a.first.reset(a.Spans)
	a.shared = false
	for i := range a.Spans {
		if before, taken := a.first.put(int32(i)); taken {
			a.share(before, int32(i))
		}
	}
}

// share notes that the span at i bears the id of the one before it.
func (a *assembly) share(before, i int32) {
	if !a.shared {
		a.second, a.shared = emptied(a.second), true
	}
	client, server := before, i
	if isServerHalf(&a.Spans[client]) {
		client, server = server, client
		a.first.replace(client)
	}
	a.second[a.Spans[i].ID] = server
}

// drop removes the spans that gone marks, keeping the order.
func (a *assembly) drop(gone []bool) {
	kept := a.Spans[:0]
	for i := range a.Spans {
		if !gone[i] {
			kept = append(kept, a.Spans[i])
		}
	}
	a.Spans = kept
}

// branch lists the children of every span by counting: children keep the order of Spans.
func (a *assembly) branch() {
	n := len(a.Spans)
	at := zeroed(a.kidAt, n+2)
	for _, p := range a.parent {
		at[p+2]++ // what has no parent counts for place 1, which is zero in the end
	}
	at[1] = 0
	for i := 2; i < len(at); i++ {
		at[i] += at[i-1]
	}
	a.kids = sized(a.kids, int(at[n+1]))
	for i, p := range a.parent {
		if p != None {
			a.kids[at[p+1]] = int32(i)
			at[p+1]++
		}
	}
	a.kidAt = at[:n+1]
}
