package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/trace"
)

// An Explainer answers what spans are. It asks the rules once per signature, so it must not be
// shared between goroutines; the rules may be.
type Explainer struct {
	Rules    *budget.Rules
	Overrule critpath.Overrule // may be nil
	known    map[*trace.Signature]*meaning
}

// NewExplainer returns an Explainer that asks rules.
func NewExplainer(rules *budget.Rules, overrule critpath.Overrule) *Explainer {
	return &Explainer{Rules: rules, Overrule: overrule, known: map[*trace.Signature]*meaning{}}
}

// A meaning is all that is decided once per signature.
type meaning struct {
	budget.Decision
	service, operation string
}

func (e *Explainer) of(sig *trace.Signature) *meaning {
	m := e.known[sig]
	if m == nil {
		m = &meaning{e.Rules.Of(sig), sig.Service, budget.Operation(sig)}
		e.known[sig] = m
	}
	return m
}

// Decision returns what the rules say of sig.
func (e *Explainer) Decision(sig *trace.Signature) budget.Decision { return e.of(sig).Decision }
