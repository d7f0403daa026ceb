package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
)

var sarifFormat = Format{Name: "sarif", Doc: "for code scanning: a result for each line of the plan that is not kept", Extension: "sarif", Gate: true, Write: writeSARIF}

// The types below are the part of SARIF 2.1.0 that is written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		Name             string    `json:"name"`
		ShortDescription sarifText `json:"shortDescription"`
		HelpURI          string    `json:"helpUri"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifProperties   `json:"properties"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name               string `json:"name"`
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifProperties struct {
		State string `json:"state"`
		Owner string `json:"owner,omitempty"`
	}
)

const manualURI = "https://github.com/longpole/longpole/blob/main/docs/plan.md"

// checkRules give each kind of check an id that stays.
var checkRules = []struct {
	kind          analyze.CheckKind
	id, name, doc string
}{
	{analyze.TargetCheck, "LP001", "JourneyTarget", "A journey must keep its target."},
	{analyze.LayerCheck, "LP002", "LayerBudget", "A layer must keep its budget."},
	{analyze.AssertCheck, "LP003", "Assertion", "An assertion of the plan must hold."},
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
	driver := sarifDriver{Name: "longpole", Version: r.options.Version, InformationURI: "https://github.com/longpole/longpole"}
	for _, rule := range checkRules {
		driver.Rules = append(driver.Rules, sarifRule{rule.id, rule.name, sarifText{rule.doc}, manualURI})
	}
	read := sarifInvocation{Successful: true}
	for _, n := range account.Notices(r.result.Ledger) {
		read.Notifications = append(read.Notifications, sarifNotification{"note", sarifText{n.Text}})
	}
	run := sarifRun{sarifTool{driver}, []sarifInvocation{read}, []sarifResult{}}
	for _, c := range r.result.Ranked() {
		if c.State != analyze.OK {
			run.Results = append(run.Results, r.sarifResult(c))
		}
	}
	return page.EncodeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func (r *Report) sarifResult(c analyze.Ranked) sarifResult {
	at, id := ruleOf(c.Check)
	j := c.Verdict.Journey
	journey := sarifLogical{page.ForTerminal(j.Name), page.ForTerminal(j.Name), "resource"}
	logical := []sarifLogical{journey}
	if c.Layer != "" {
		logical = append(logical, sarifLogical{page.ForTerminal(c.Layer), journey.Name + "/" + page.ForTerminal(c.Layer), "resource"})
	}
	level := sarifLevels[c.State]
	if r.fails(c.State) {
		level = "error"
	}
	return sarifResult{
		RuleID: id, RuleIndex: at, Level: level, Message: sarifText{r.changes.headline(c)},
		Locations:    []sarifLocation{{r.sarifPhysical(c.Line), logical}},
		Fingerprints: map[string]string{"longpole/v1": fingerprint(c)},
		Properties:   sarifProperties{c.State.String(), page.ForTerminal(j.Owner)},
	}
}

// sarifPhysical points at a line of the plan, relative to the root of its repository.
func (r *Report) sarifPhysical(line int) sarifPhysical {
	parts := strings.Split(r.planPath(), "/")
	for i := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(parts[i]), ":", "%3A") // not a scheme
	}
	a := sarifArtifact{URI: strings.Join(parts, "/"), URIBaseID: "%SRCROOT%"}
	if strings.HasPrefix(a.URI, "/") {
		a = sarifArtifact{URI: "file://" + a.URI}
	}
	return sarifPhysical{a, sarifRegion{max(line, 1)}}
}

// headline is a check in one line for outputs that show nothing else.
func (all changes) headline(c analyze.Ranked) string {
	return page.Say(page.Name(c.Verdict.Journey.Name), owner(c.Verdict.Journey), " ", c.State.String(), ": ", all.sentence(c)).Escaped(page.ForTerminal)
}

// fingerprint is the same for a check as long as its line in the plan says the same, whatever
// was measured.
func fingerprint(c analyze.Ranked) string {
	return digest(c.Verdict.Journey.Name, string(c.Kind), c.Layer, c.Text)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
