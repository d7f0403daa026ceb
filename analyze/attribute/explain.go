package attribute

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// Options are the choices of an analysis. The zero value is the default.
type Options struct {
	// KeepIncomplete takes the topmost span of a trace without a root as its root.
	KeepIncomplete bool
	// WeightAttr is an attribute of root spans that says how many requests each stands for. It
	// counts before sampling thresholds do; empty, only those count.
	WeightAttr string
	// Chooses says whether a request is looked at, and whether that could be told; nil is for all.
	// It is called from several goroutines. ChosenBy are the attributes that it asks for.
	Chooses  func(*Candidate) (chosen, told bool)
	ChosenBy []string
	// Choice is Chooses as it was asked for, in words.
	Choice string
	// ByOutcome says that it asks how requests went.
	ByOutcome bool
	// Structures tells requests apart by every call they made, how often, and whether they waited
	// for it, as a comparison of two runs asks for.
	Structures bool
	// Stacks keeps below which calls requests spent their time.
	Stacks bool
	// Events says which events of spans are asked for beside those that show phases; nil is for none.
	Events func(name string) bool
	// Findings looks at each request for what is wrong with it, Costs adds up what it holds of services.
	Findings, Costs bool
	// Limits are how many requests are kept one by one; zero for the usual ones.
	Limits bounded.Limits
}

// An Explainer answers what spans are. It asks the rules and the plan once per signature, so it
// must not be shared between goroutines; the rules and the plan may be.
type Explainer struct {
	Rules       *category.Rules
	Overrule    critpath.Overrule // may be nil
	Plan        *budget.Plan      // without journeys if there is none
	known       signatures
	classifier  classifier
	*Properties // shared with the data that is collected
	counting
	judged  *Judgement // nil: each request is judged by itself
	reading *Reading
	attributes
}

// NewExplainer returns an Explainer that asks rules and knows no plan.
func NewExplainer(rules *category.Rules, overrule critpath.Overrule) *Explainer {
	return newExplainer(rules, overrule, NoPlan)
}

// A Properties numbers what requests are told apart by.
type Properties struct {
	Tags   TagTable
	Values ValueTable // of slices and of the route
}

// A ValueTable numbers values of slices, each slice's for itself. Number 0 is "", of all of them.
type ValueTable struct {
	All     []string
	Most    int // values of a slice that are told apart; 0 for the usual number
	sliceOf []int32
	slices  []bounded.Texts
	dropped []bool // by number: the value is not told apart any more; nil while all are
}

// Number returns the number of a value of a slice, by its place.
func (t *ValueTable) Number(slice int, value string) int32 {
	if len(t.All) == 0 {
		t.All, t.sliceOf = append(t.All, ""), append(t.sliceOf, 0)
	}
	if value == "" {
		return 0
	}
	for slice >= len(t.slices) {
		t.slices = append(t.slices, bounded.Texts{Most: t.Most})
	}
	n, dropped := t.slices[slice].Number(value, func(value string) int32 {
		t.All, t.sliceOf = append(t.All, value), append(t.sliceOf, int32(slice))
		return int32(len(t.All) - 1)
	})
	t.drop(dropped)
	return n
}

func (t *ValueTable) drop(values []int32) {
	if len(values) == 0 {
		return
	}
	t.dropped = append(t.dropped, make([]bool, len(t.All)-len(t.dropped))...)
	for _, n := range values {
		t.All[n], t.dropped[n] = bounded.Other, true
		t.Told(n) // has a number from now on
	}
}

// Told returns the value that one is told as: itself, or if it is not told apart any more the other one of its slice.
func (t *ValueTable) Told(value int32) int32 {
	if int(value) < len(t.dropped) && t.dropped[value] {
		return t.Number(int(t.sliceOf[value]), bounded.Other)
	}
	return value
}

// KeepMost leaves no more values of each slice than are told apart in the end.
func (t *ValueTable) KeepMost() {
	for i := range t.slices {
		t.drop(t.slices[i].KeepMost())
	}
}

// Renumber returns the numbers that what o holds has in t.
func (t *ValueTable) Renumber(o *ValueTable) []int32 {
	to := make([]int32, len(o.All))
	for i, value := range o.All {
		to[i] = t.Number(int(o.sliceOf[i]), value)
	}
	return to
}

// NoPlan is the plan where there is none.
var NoPlan = &budget.Plan{Slices: budget.DefaultSlices}

// Judging makes the Explainer judge requests by what all of a run show. It must have read none.
func (e *Explainer) Judging(j *Judgement) { e.judged = j }

// CountsRates reports whether requests are known to say, all of them, what they stand for.
func (e *Explainer) CountsRates() bool { return e.judged != nil && e.judged.rated }

// NewPlanExplainer returns an Explainer that asks rules and a plan, which may be nil.
func NewPlanExplainer(rules *category.Rules, plan *budget.Plan) *Explainer {
	if plan == nil {
		return NewExplainer(rules, nil)
	}
	return newExplainer(rules, overrule(plan), plan)
}

func newExplainer(rules *category.Rules, overrule critpath.Overrule, plan *budget.Plan) *Explainer {
	e := &Explainer{
		Rules: rules, Overrule: overrule, Plan: plan,
		classifier: classifier{rules: rules}, Properties: &Properties{}, counting: counting{Evidence: &Evidence{}}, attributes: attributes{keys: map[string]keyRole{}, compared: comparableKeys(plan)},
	}
	e.Values.Number(0, "")
	e.reading = newReading(e)
	return e
}

// overrule returns what a plan has to say about who waits for whom; nil if that is nothing.
func overrule(plan *budget.Plan) critpath.Overrule {
	if len(plan.Async)+len(plan.Blocking) == 0 {
		return nil
	}
	return func(sig *trace.Signature) (critpath.Wait, bool) {
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

// Arrange puts the values in order, and forgets what is not told apart. It returns the new numbers by the old ones.
func (t *ValueTable) Arrange() []int32 {
	met := len(t.All)
	told := make([]int32, met)
	for i := range told {
		told[i] = t.Told(int32(i))
	}
	var order []int32
	for i := range int32(len(t.All)) {
		if t.Told(i) == i && i > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.sliceOf[a], t.sliceOf[b]), cmp.Compare(t.All[a], t.All[b]))
	})
	arranged := ValueTable{Most: t.Most}
	arranged.Number(0, "")
	to := make([]int32, len(t.All))
	for _, old := range order {
		to[old] = arranged.Number(int(t.sliceOf[old]), t.All[old])
	}
	for i := range told {
		to[i] = to[told[i]]
	}
	*t = arranged
	return to
}

// mostSlices is how many slices a plan may have, at most.
const mostSlices = 1 << 16

func (t *ValueTable) code(c *wire.Coder) {
	n := c.Len(max(len(t.All)-1, 0), 2)
	all, sliceOf := t.All, t.sliceOf
	if c.Reading() {
		all, sliceOf = make([]string, n+1), make([]int32, n+1)
		*t = ValueTable{Most: t.Most}
		t.Number(0, "")
	}
	for i := range n {
		wire.Num(c, &sliceOf[i+1])
		wire.Text(c, &all[i+1])
		if sliceOf[i+1] < 0 || sliceOf[i+1] >= mostSlices || all[i+1] == "" {
			c.Fail("a value is of no slice")
			return
		}
		if c.Reading() && int(t.Number(int(sliceOf[i+1]), all[i+1])) != i+1 {
			c.Fail("a value has two numbers")
			return
		}
	}
	if t.dropped != nil {
		c.Fail("there are more values than are told apart")
	}
}

// Code is the properties, which are arranged.
func (p *Properties) Code(c *wire.Coder) {
	p.Tags.Code(c)
	p.Values.code(c)
}
