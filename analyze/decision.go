package analyze

import (
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A decision is what signatures of one essence share: those that differ in nothing on which
// the rules and the names rest.
type decision struct {
	category.Decision
	service, operation string
	does, call         int32  // numbers of the operation and of the call
	identity           uint64 // of what the span does, for structures
	asRoot             *asRoot
}

// asRoot names the requests that begin at a span.
type asRoot struct {
	journey string // where no plan names it
	route   string
}

// An operation is what makes siblings alike: the same thing done by the same service.
type operation struct {
	service, name string
	kind          trace.Kind
}

// A call is an operation on one peer: what a repeated attempt repeats.
type call struct {
	does int32
	peer string
}

// decisions are the decisions that were made, by essence.
type decisions struct {
	rules *category.Rules
	made  map[string]*decision
	does  numbers[operation]
	calls numbers[call]
}

// of decides sig, of which essence holds all that counts.
func (d *decisions) of(essence []byte, sig *trace.Signature) *decision {
	if found := d.made[string(essence)]; found != nil {
		return found
	}
	if d.made == nil {
		d.made = map[string]*decision{}
	}
	made := d.decide(sig)
	d.made[string(essence)] = made
	return made
}

func (d *decisions) decide(sig *trace.Signature) *decision {
	m := &decision{Decision: d.rules.Of(sig), service: sig.Service, operation: semconv.Operation(sig)}
	m.Why = "" // which may name what others of the essence have not
	m.does = d.does.number(operation{m.service, m.operation, sig.Kind})
	m.call = d.calls.number(call{m.does, m.Peer})
	m.identity = identity(sig.Kind, m.operation)
	return m
}

// root names the requests that begin at a span of sig, which has decision m.
func (m *decision) root(sig *trace.Signature) *asRoot {
	if m.asRoot == nil {
		m.asRoot = &asRoot{semconv.JourneyName(sig), semconv.Route(sig)}
	}
	return m.asRoot
}
