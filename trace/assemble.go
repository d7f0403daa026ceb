package trace

import "time"

// Options are the choices of assembly. The zero value is the default.
type Options struct {
	// MaxSkew is how far a clock may be off before alignment is not trusted. Zero means one
	// second; a negative value turns alignment off.
	MaxSkew time.Duration
}

// Assemble makes a trace of spans that share a trace id. It takes the slice over and may
// reorder it; the result does not depend on the order it came in. There must be a span.
func Assemble(spans []Span, o Options) *Trace {
	sortSpans(spans)
	t := &Trace{ID: spans[0].Trace, Spans: spans}
	a := assembly{Trace: t, options: o}
	for _, r := range repairs {
		r.mend(&a)
	}
	return t
}

// assembly is the state that the repairs hand on.
type assembly struct {
	*Trace
	options Options
	first   idTable          // the span that bears an id; of a shared id, the client
	shared  bool             // some id is borne by two spans
	second  map[SpanID]int32 // of a shared id, the server
}

// bear notes the places of all ids. Two spans may bear one id only as client and server.
func (a *assembly) bear() {
	a.first, a.shared = newIDTable(a.Spans), false
	a.second = nil
	for i := range a.Spans {
		before, taken := a.first.put(int32(i))
		if !taken {
			continue
		}
		a.shared = true
		if a.second == nil {
			a.second = map[SpanID]int32{}
		}
		client, server := before, int32(i)
		if isServerHalf(&a.Spans[client]) {
			client, server = server, client
			a.first.replace(client)
		}
		a.second[a.Spans[i].ID] = server
	}
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
	a.kidAt = make([]int32, n+2)
	for _, p := range a.parent {
		if p != None {
			a.kidAt[p+2]++
		}
	}
	for i := 2; i < len(a.kidAt); i++ {
		a.kidAt[i] += a.kidAt[i-1]
	}
	a.kids = make([]int32, a.kidAt[n+1])
	for i, p := range a.parent {
		if p != None {
			a.kids[a.kidAt[p+1]] = int32(i)
			a.kidAt[p+1]++
		}
	}
	a.kidAt = a.kidAt[:n+1]
}
