package findings

import (
	"strings"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/unit"
)

// Explain is a page about a detector.
func Explain(d *detect.Detector) *Findings {
	f := &Findings{}
	f.Page = page.Page{Title: "longpole findings", Answer: page.Say(d.ID, " ", d.Name, ": ", d.Means), JSON: func() any { return newDetectorJSON(d) }}
	s := page.Section{}
	s.Say("Told by: ", d.Evidence)
	s.Say("Looks alike, and is not reported: ", d.Alike)
	s.Say("Remedy: ", d.Remedy)
	if len(d.WhatIf) > 0 {
		s.Say("What it is worth: a replay with --", strings.Join(d.WhatIf[0], " --"), otherwise(d.WhatIf[1:]))
	}
	f.Sections = page.Filled(s, parameters(d))
	return f
}

// otherwise says what is replayed where that cannot be.
func otherwise(whatIf [][]string) (text string) {
	for _, w := range whatIf {
		text += ", or else --" + strings.Join(w, " --")
	}
	return text
}

// parameters lists the thresholds, as a plan would set them.
func parameters(d *detect.Detector) page.Section {
	s := page.Section{Title: page.Say("Thresholds, which a plan may set below findings: parameters: ", d.Name)}
	for _, p := range d.Params {
		s.Say(p.Name, ": ", Limit(p.Default), "  ", p.Doc)
	}
	return s
}

// Limit writes a threshold as a plan does.
func Limit(l budget.Limit) string {
	if l.Unit == budget.UnitTime {
		return l.Duration().String()
	}
	return l.String()
}

// List is a page about all detectors.
func List() *Findings {
	f := &Findings{}
	f.Page = page.Page{
		Title: "longpole findings", Answer: page.Say(unit.Of(len(detect.Detectors), "detector", "detectors"), " look for what can be wrong."),
		JSON: func() any { return page.Each(detect.Detectors, newDetectorJSON) },
	}
	s := page.Section{}
	for _, d := range detect.Detectors {
		s.Say(d.ID, " ", d.Name, ": ", d.Means)
	}
	f.Sections = []page.Section{s}
	return f
}
