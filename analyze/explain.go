package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// An Explainer answers what spans are. It asks the rules and the plan once per signature, so it
// must not be shared between goroutines; the rules and the plan may be.
type Explainer struct {
	Rules    *budget.Rules
	Overrule critpath.Overrule // may be nil
	plan     *budget.Plan      // without journeys if there is none
	known    map[*trace.Signature]*meaning
	decided  map[string]*decision // by essence
	essence  []byte
	does     numbers[operation]
	calls    numbers[call]
	tags     tagTable
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

// NewExplainer returns an Explainer that asks rules and knows no plan.
func NewExplainer(rules *budget.Rules, overrule critpath.Overrule) *Explainer {
	e := &Explainer{Rules: rules, Overrule: overrule, plan: noPlan, known: map[*trace.Signature]*meaning{},
		decided: map[string]*decision{}}
	e.tags.keys = comparableKeys(noPlan)
	return e
}

var noPlan = &budget.Plan{Slices: budget.DefaultSlices}

// NewPlanExplainer returns an Explainer that asks rules and a plan, which may be nil.
func NewPlanExplainer(rules *budget.Rules, plan *budget.Plan) *Explainer {
	e := NewExplainer(rules, overrule(plan))
	if plan != nil {
		e.plan = plan
	}
	e.tags.keys = comparableKeys(e.plan)
	return e
}

// overrule returns what a plan has to say about who waits for whom; nil if that is nothing.
func overrule(plan *budget.Plan) critpath.Overrule {
	if plan == nil || len(plan.Async)+len(plan.Blocking) == 0 {
		return nil
	}
	return func(sig *trace.Signature) (critpath.Verdict, bool) {
		blocking, decided := plan.Overrule(sig)
		if blocking {
			return critpath.Blocking, decided
		}
		return critpath.DeclaredAsync, decided
	}
}

// A decision is what signatures of one essence share.
type decision struct {
	budget.Decision
	service, operation string
	does, call         int32  // numbers of the operation and of the call
	identity           uint64 // of what the span does, for structures
}

func (e *Explainer) decide(sig *trace.Signature) *decision {
	e.essence = e.Rules.AppendEssence(e.essence[:0], sig)
	d := e.decided[string(e.essence)]
	if d == nil {
		d = &decision{Decision: e.Rules.Of(sig), service: sig.Service, operation: budget.Operation(sig)}
		d.does = e.does.number(operation{d.service, d.operation, sig.Kind})
		d.call = e.calls.number(call{d.does, d.Peer})
		d.identity = identity(sig.Kind, d.operation)
		e.decided[string(e.essence)] = d
	}
	return d
}

// A meaning is all that is decided once per signature.
type meaning struct {
	*decision
	outcome
	journeys []int    // of the plan, that can begin here
	asked    []asked  // by journey of the plan; nil until one asks
	slices   []string // its values of the plan's slices, "" where it has none
	tags     []int32
	route    string // "" until it is asked for
}

func (e *Explainer) of(sig *trace.Signature) *meaning {
	m := e.known[sig]
	if m == nil {
		m = e.meaning(sig)
		e.known[sig] = m
	}
	return m
}

// forgetSignatures forgets what it knows by their pointers, for no span will have them again.
func (e *Explainer) forgetSignatures() { e.known = map[*trace.Signature]*meaning{} }

func (e *Explainer) meaning(sig *trace.Signature) *meaning {
	m := &meaning{decision: e.decide(sig), outcome: outcomeOf(sig)}
	m.journeys = e.plan.Matching(sig)
	for _, by := range e.plan.Slices {
		v, _ := sig.First(by.Keys...)
		m.slices = append(m.slices, v)
	}
	m.tags = e.tags.of(sig)
	return m
}

// asked returns which layers of a journey of the plan sig answers to.
func (e *Explainer) asked(sig *trace.Signature, journey int) asked {
	m := e.of(sig)
	if m.asked == nil {
		for i := range e.plan.Journeys {
			m.asked = append(m.asked, newAsked(&e.plan.Journeys[i], sig, m))
		}
	}
	return m.asked[journey]
}

// Decision returns what the rules say of sig.
func (e *Explainer) Decision(sig *trace.Signature) budget.Decision { return e.of(sig).Decision }
