package spanstore

import "github.com/longpole/longpole/trace"

// A Draft is what is kept of the span that is being decoded. Its slices are reused from
// span to span, and Name may point into text that is read: it holds only until the next span.
type Draft struct {
	Facts
	Name   []byte
	IDs    []uint32 // of the template: room for scope, kind and name, then attributes
	Apart  []uint32 // attributes that stay out of the signature
	Events []trace.Event
	Links  []trace.Link
}

// Facts are the numbers of a draft. They are cleared at a stroke.
type Facts struct {
	Trace      trace.ID
	ID, Parent trace.SpanID
	Start, End int64  // nanoseconds
	Threshold  uint64 // of sampling
	Target     uint64 // see trace.Span
	targetRank uint8  // of the attribute that said it; 0: none did
	Res, Scope uint32 // ids of the interner
	Kind       trace.Kind
	Flags      trace.Flags
}

// Say takes what an attribute says of what the call is about, if no other says more.
func (d *Draft) Say(k *Key, target uint64) {
	if r := k.target.Rank; r != 0 && (d.targetRank == 0 || r < d.targetRank) {
		d.targetRank, d.Target = r, target
	}
}

// Reset begins a span of a resource and scope.
func (d *Draft) Reset(res, scope uint32) {
	d.Facts = Facts{Res: res, Scope: scope}
	d.Name, d.Apart = nil, d.Apart[:0]
	d.IDs, d.Events, d.Links = append(d.IDs[:0], 0, 0, 0), d.Events[:0], d.Links[:0]
}
