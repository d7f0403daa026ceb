package report

import (
	"io"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sarif"
)

var sarifFormat = Format{Name: "sarif", Doc: "for code scanning: a result for each line of the plan that is not kept", Extension: "sarif", Gate: true, Write: writeSARIF}

const manualURI = "https://github.com/longpole/longpole/blob/main/docs/plan.md"

// checkRules give each kind of check an id that stays, apart from those of findings.
var checkRules = []struct {
	kind          analyze.CheckKind
	id, name, doc string
}{
	{analyze.TargetCheck, "LP901", "JourneyTarget", "A journey must keep its target."},
	{analyze.LayerCheck, "LP902", "LayerBudget", "A layer must keep its budget."},
	{analyze.AssertCheck, "LP903", "Assertion", "An assertion of the plan must hold."},
}

func ruleOf(c *analyze.Check) (at int, id string) {
	for i, r := range checkRules {
		if r.kind == c.Kind {
			return i, r.id
		}
	}
	return 0, checkRules[0].id
}

var sarifLevels = [...]string{analyze.OK: "none", analyze.Unproven: "note", analyze.AtRisk: "warning", analyze.Blown: "error"}

func writeSARIF(w io.Writer, r *Report, _ page.Style) error {
	driver := sarif.Longpole(r.options.Version)
	for _, rule := range checkRules {
		driver.Rules = append(driver.Rules, sarif.Rule{ID: rule.id, Name: rule.name, ShortDescription: sarif.Text{Text: rule.doc}, HelpURI: manualURI})
	}
	read := sarif.Invocation{Successful: true}
	for _, n := range account.Notices(r.result.Ledger) {
		read.Notifications = append(read.Notifications, sarif.Notification{Level: "note", Message: sarif.Text{Text: n.Text}})
	}
	run := sarif.Run{Tool: sarif.Tool{Driver: driver}, Invocations: []sarif.Invocation{read}, Results: []sarif.Result{}}
	for _, c := range r.result.Ranked() {
		if c.State != analyze.OK {
			run.Results = append(run.Results, r.sarifResult(c))
		}
	}
	return page.EncodeJSON(w, sarif.New(run))
}

func (r *Report) sarifResult(c analyze.Ranked) sarif.Result {
	at, id := ruleOf(c.Check)
	j := c.Verdict.Journey
	journey := sarif.Logical{Name: page.ForTerminal(j.Name), FullyQualifiedName: page.ForTerminal(j.Name), Kind: "resource"}
	logical := []sarif.Logical{journey}
	if c.Layer != "" {
		logical = append(logical, sarif.Logical{Name: page.ForTerminal(c.Layer), FullyQualifiedName: journey.Name + "/" + page.ForTerminal(c.Layer), Kind: "resource"})
	}
	level := sarifLevels[c.State]
	if r.fails(c.State) {
		level = "error"
	}
	return sarif.Result{
		RuleID: id, RuleIndex: at, Level: level, Message: sarif.Text{Text: r.changes.headline(c)},
		Locations:    []sarif.Location{{Physical: sarif.At(r.planPath(), c.Line), Logical: logical}},
		Fingerprints: map[string]string{"longpole/v1": fingerprint(c)},
		Properties:   sarif.Properties{State: c.State.String(), Owner: page.ForTerminal(j.Owner)},
	}
}

// headline is a check in one line for outputs that show nothing else.
func (all changes) headline(c analyze.Ranked) string {
	return page.Say(page.Name(c.Verdict.Journey.Name), owner(c.Verdict.Journey), " ", c.State.String(), ": ", all.sentence(c)).Escaped(page.ForTerminal)
}

// fingerprint is the same for a check as long as its line in the plan says the same, whatever
// was measured.
func fingerprint(c analyze.Ranked) string {
	return sarif.Digest(c.Verdict.Journey.Name, string(c.Kind), c.Layer, c.Text)
}
