package findings

import (
	"io"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/sarif"
)

var sarifFormat = page.Format[*Findings]{Name: "sarif", Doc: "for code scanning: a result for each finding, with its rule", Extension: "sarif", Write: writeSARIF}

const manualURI = "https://github.com/longpole/longpole/blob/main/docs/findings.md"

var sarifLevels = [...]string{budget.Hint: "note", budget.Likely: "warning", budget.Proven: "error"}

func writeSARIF(w io.Writer, f *Findings, _ page.Style) error {
	driver := sarif.Longpole(f.options.Version)
	for _, d := range f.detectors() {
		driver.Rules = append(driver.Rules, sarif.Rule{
			ID: d.ID, Name: d.Name, ShortDescription: sarif.Text{Text: d.Means}, HelpURI: manualURI,
			FullDescription: &sarif.Text{Text: d.Evidence}, Help: &sarif.Text{Text: d.Remedy},
		})
	}
	read := sarif.Invocation{Successful: true}
	results := []sarif.Result{}
	if f.result != nil {
		for _, n := range account.Notices(f.result.Ledger) {
			read.Notifications = append(read.Notifications, sarif.Notification{Level: "note", Message: sarif.Text{Text: n.Text}})
		}
		for _, found := range f.open(budget.Hint) {
			results = append(results, f.sarifResult(found))
		}
	}
	return page.EncodeJSON(w, sarif.New(sarif.Run{Tool: sarif.Tool{Driver: driver}, Invocations: []sarif.Invocation{read}, Results: results}))
}

func (f *Findings) sarifResult(found *detect.Finding) sarif.Result {
	at := 0
	for i, d := range f.detectors() {
		if d == found.Detector {
			at = i
		}
	}
	line := 1
	if f.result.Plan != nil && found.Planned {
		if j, err := f.result.Plan.Journey(found.Journey); err == nil {
			line = j.Line
		}
	}
	journey := page.ForTerminal(found.Journey)
	return sarif.Result{
		RuleID: found.ID, RuleIndex: at, Level: sarifLevels[found.Level],
		Message: sarif.Text{Text: page.Say(headline(found), ". ", evidence(found)).Escaped(page.ForTerminal)},
		Locations: []sarif.Location{{Physical: sarif.At(f.planPath(), line), Logical: []sarif.Logical{
			{Name: journey, FullyQualifiedName: journey, Kind: "resource"},
			{Name: page.ForTerminal(found.Place()), FullyQualifiedName: journey + "/" + page.ForTerminal(found.Place()), Kind: "resource"},
		}}},
		Fingerprints: map[string]string{"longpole/v1": sarif.Digest(found.ID, found.Journey, found.Service, found.Callee, found.Operation, found.Other)},
		Properties:   sarif.Properties{State: found.Level.String()},
	}
}

// planPath is the file that results are shown at: the plan, or where one would stand.
func (f *Findings) planPath() string {
	if f.options.PlanPath != "" {
		return f.options.PlanPath
	}
	return "longpole.yaml"
}
