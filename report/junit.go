package report

import (
	"io"
	"strconv"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/ci"
	"github.com/longpole/longpole/report/page"
)

var junitFormat = Format{Name: "junit", Doc: "for CI systems: a test for each line of the plan", Extension: "xml", Gate: true, Write: writeJUnit}

func writeJUnit(w io.Writer, r *Report, _ page.Style) error {
	var all []ci.Suite
	for i := range r.result.Verdicts {
		all = append(all, r.junitSuite(&r.result.Verdicts[i]))
	}
	return ci.WriteJUnit(w, all)
}

func (r *Report) junitSuite(v *analyze.Verdict) ci.Suite {
	s := ci.Suite{Name: page.ForTerminal(v.Journey.Name), Properties: []ci.Property{
		{Name: "requests", Value: strconv.Itoa(v.Observations)}, {Name: "plan", Value: r.planAt(v.Journey.Line)},
	}}
	for _, t := range account.LedgerRows(r.result) {
		s.Properties = append(s.Properties, ci.Property{Name: t.Under("ledger") + "/" + t.Name, Value: strconv.Itoa(t.Count)})
	}
	if v.Journey.Owner != "" {
		s.Properties = append(s.Properties, ci.Property{Name: "owner", Value: page.ForTerminal(v.Journey.Owner)})
	}
	for i := range v.Checks {
		s.Took += measuredTime(&v.Checks[i])
		s.Add(r.junitCase(analyze.Ranked{Check: &v.Checks[i], Verdict: v}))
	}
	if len(v.Checks) == 0 { // a suite without a test looks as if it had passed
		s.Add(r.junitEmpty(v))
	}
	return s
}

// junitEmpty is the test of a journey that promises nothing.
func (r *Report) junitEmpty(v *analyze.Verdict) ci.Case {
	t := ci.Case{Name: "has requests", ClassName: page.ForTerminal(v.Journey.Name), Time: ci.Seconds(0)}
	if v.Observations > 0 {
		t.Skipped = &ci.Message{Message: "the journey has no target and no assertion"}
	} else {
		t.Error = &ci.Message{Message: "no request was measured"}
	}
	return t
}

func (r *Report) junitCase(c analyze.Ranked) ci.Case {
	t := ci.Case{Name: page.ForTerminal(c.Text), ClassName: page.ForTerminal(c.Verdict.Journey.Name), Time: ci.Seconds(measuredTime(c.Check))}
	text := r.changes.sentence(c).Escaped(page.ForTerminal)
	switch {
	case r.fails(c.State):
		t.Failure = &ci.Message{Message: text, Type: c.State.String(), Text: r.evidence(c)}
	case wasNotSeen(c):
		t.Error = &ci.Message{Message: text}
	case c.State == analyze.Unproven:
		t.Skipped = &ci.Message{Message: text}
	default:
		t.Out = c.State.String() + ": " + text
	}
	return t
}

// wasNotSeen reports whether the gate fails because nothing was measured: what nobody looks at has not
// passed.
func wasNotSeen(c analyze.Ranked) bool {
	return c.State == analyze.Unproven && c.Verdict.Unmeasured()
}

// measuredTime is what a line of the plan says of requests, so that CI systems draw how it goes from
// build to build; zero if it is not about a time, or none was measured.
func measuredTime(c *analyze.Check) time.Duration {
	if !c.Known || c.Limit.Unit != budget.UnitTime {
		return 0
	}
	return time.Duration(c.Value)
}

// evidence is what a person needs to go on: the owner, the place in the plan, the traces.
func (r *Report) evidence(c analyze.Ranked) string {
	text := r.changes.sentence(c).Escaped(page.ForTerminal) + "\nplan: " + r.planAt(c.Line) + "\n"
	if o := c.Verdict.Journey.Owner; o != "" {
		text += "owner: " + page.ForTerminal(o) + "\n"
	}
	for _, e := range c.Exemplars {
		text += exemplarTexts[e.Why] + ": " + r.open(e).Escaped(page.ForTerminal) + "\n"
	}
	return text
}

// fails reports whether a state stops a release.
func (r *Report) fails(s analyze.State) bool {
	return s == analyze.Blown || (s == analyze.AtRisk && r.options.Strict)
}

func (r *Report) planAt(line int) string {
	return page.ForTerminal(r.planPath()) + ":" + strconv.Itoa(line)
}

// planPath is where annotations point.
func (r *Report) planPath() string {
	if r.options.PlanPath == "" && r.result.Plan != nil {
		return r.result.Plan.File
	}
	return r.options.PlanPath
}
