package analyze

import (
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// An Explainer answers what spans are. It asks the rules and the plan once per signature, so it
// must not be shared between goroutines; the rules and the plan may be.
type Explainer struct {
	Rules    *category.Rules
	Overrule critpath.Overrule // may be nil
	plan     *budget.Plan      // without journeys if there is none
	known    meanings
	decided  decisions
	*properties
	reading *Reading
	attributes
}

// NewExplainer returns an Explainer that asks rules and knows no plan.
func NewExplainer(rules *category.Rules, overrule critpath.Overrule) *Explainer {
	return newExplainer(rules, overrule, noPlan)
}

var noPlan = &budget.Plan{Slices: budget.DefaultSlices}

// NewPlanExplainer returns an Explainer that asks rules and a plan, which may be nil.
func NewPlanExplainer(rules *category.Rules, plan *budget.Plan) *Explainer {
	if plan == nil {
		return NewExplainer(rules, nil)
	}
	return newExplainer(rules, overrule(plan), plan)
}

func newExplainer(rules *category.Rules, overrule critpath.Overrule, plan *budget.Plan) *Explainer {
	e := &Explainer{
		Rules: rules, Overrule: overrule, plan: plan,
		decided: decisions{rules: rules}, properties: &properties{}, attributes: attributes{keys: map[string]keyRole{}, compared: comparableKeys(plan)},
	}
	e.values.number("")
	e.reading = newReading(e)
	return e
}

// overrule returns what a plan has to say about who waits for whom; nil if that is nothing.
func overrule(plan *budget.Plan) critpath.Overrule {
	if len(plan.Async)+len(plan.Blocking) == 0 {
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

// Decision returns what the rules say of sig, and why.
func (e *Explainer) Decision(sig *trace.Signature) category.Decision { return e.Rules.Of(sig) }

// Work returns what the rules say of sig, as Decision does, but at once and without saying why.
func (e *Explainer) Work(sig *trace.Signature) category.Decision { return e.of(sig).Decision }
