package findings

import (
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// Schema names the shape of the json. Within a version fields are added, never changed or removed.
const Schema = "https://longpole.dev/schema/findings/v1"

// mostJSON is how many findings the json holds.
const mostJSON = 1000

// Times are nanoseconds, shares and ratios millionths.
type (
	pageJSON struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		Answer  string `json:"answer"`
		account.LedgerJSON
		Traces       int                      `json:"traces"`
		Observations int                      `json:"observations"`
		FirstStart   trace.Time               `json:"first_start"`
		LastStart    trace.Time               `json:"last_start"`
		Sampling     string                   `json:"sampling"`
		Plan         string                   `json:"plan,omitempty"`
		Findings     []FindingJSON            `json:"findings"`
		More         int                      `json:"findings_more"`
		Detectors    []string                 `json:"detectors"`
		Costs        []costJSON               `json:"costs"`
		CostTraces   int                      `json:"costs_traces"`
		CostJourneys []journeyCostJSON        `json:"journey_costs"`
		Calls        []callsJSON              `json:"calls"`
		Skewed       []skewedJSON             `json:"skewed_instances"`
		Diagnostics  []account.DiagnosticJSON `json:"diagnostics"`
	}
	// costJSON is of all traces.
	costJSON struct {
		Service   string        `json:"service"`
		Spans     int           `json:"spans"`
		Occupied  time.Duration `json:"occupied_ns"`
		Busy      time.Duration `json:"busy_ns"`
		Failed    time.Duration `json:"failed_ns"`
		Abandoned time.Duration `json:"abandoned_ns"`
	}
	// journeyCostJSON is of all requests of a journey.
	journeyCostJSON struct {
		Journey  string     `json:"journey"`
		Requests int        `json:"requests"`
		Holds    []heldJSON `json:"holds"`
		Price    *int64     `json:"price_of_1000_millionths,omitempty"`
	}
	heldJSON struct {
		Service   string        `json:"service"`
		Spans     int           `json:"spans"`
		Occupied  time.Duration `json:"occupied_ns"`
		Failed    time.Duration `json:"failed_ns"`
		Abandoned time.Duration `json:"abandoned_ns"`
	}
	skewedJSON struct {
		Service  string        `json:"service"`
		Instance string        `json:"instance"`
		Of       int           `json:"instances"`
		Spans    int           `json:"spans"`
		Occupied time.Duration `json:"occupied_ns"`
	}
	callsJSON struct {
		Service  string `json:"service"`
		Callee   string `json:"callee"`
		Calls    int    `json:"calls"`
		Requests int    `json:"requests"`
		Repeats  int    `json:"repeats"`
	}
	// FindingJSON is a finding.
	FindingJSON struct {
		ID           string            `json:"id"`
		Name         string            `json:"name"`
		Level        string            `json:"level"`
		Journey      string            `json:"journey"`
		Planned      bool              `json:"planned"`
		Service      string            `json:"service"`
		Callee       string            `json:"callee,omitempty"`
		Operation    string            `json:"operation,omitempty"`
		Other        string            `json:"other,omitempty"`
		Stake        time.Duration     `json:"stake_ns"`
		Typical      time.Duration     `json:"typical_ns"`
		Slow         time.Duration     `json:"slow_ns"`
		Requests     int               `json:"requests"`
		Of           int               `json:"of"`
		From         trace.Time        `json:"from"`
		To           trace.Time        `json:"to"`
		Evidence     string            `json:"evidence"`
		Figures      []figureJSON      `json:"figures"`
		Remedy       string            `json:"remedy"`
		Exemplars    []exemplarJSON    `json:"exemplars"`
		Replay       *replayJSON       `json:"replay,omitempty"`
		With         []FindingJSON     `json:"with,omitempty"`
		Acknowledged *acknowledgedJSON `json:"acknowledged,omitempty"`
	}
	figureJSON struct {
		Name  string          `json:"name"`
		Unit  string          `json:"unit"`
		Value int64           `json:"value"`
		Text  string          `json:"text,omitempty"`
		Times []time.Duration `json:"times_ns,omitempty"`
	}
	exemplarJSON struct {
		Trace    string        `json:"trace"`
		Root     string        `json:"root"`
		Duration time.Duration `json:"duration_ns"`
		Took     time.Duration `json:"took_ns"`
	}
	// replayJSON says what stake, typical and slow rest on: on a replay, else on what stands in the traces.
	replayJSON struct {
		Changes []string      `json:"changes,omitempty"`
		Before  time.Duration `json:"p95_before_ns,omitempty"`
		After   time.Duration `json:"p95_after_ns,omitempty"`
		Bound   time.Duration `json:"bound_ns"`
		Why     string        `json:"not_replayed_because,omitempty"`
	}
	acknowledgedJSON struct {
		Reason string `json:"reason"`
		Until  string `json:"until"`
	}
	// The words in capitals of a what-if stand for what a finding is about.
	detectorJSON struct {
		ID         string          `json:"id"`
		Name       string          `json:"name"`
		Means      string          `json:"means"`
		Evidence   string          `json:"evidence"`
		Alike      string          `json:"alike"`
		Remedy     string          `json:"remedy"`
		WhatIf     [][]string      `json:"what_if"`
		Parameters []parameterJSON `json:"parameters"`
	}
	parameterJSON struct {
		Name    string `json:"name"`
		Default string `json:"default"`
		Doc     string `json:"doc"`
	}
)

func (f *Findings) json() pageJSON {
	r := f.result
	out := pageJSON{
		Schema: Schema, Version: 1, Answer: f.Answer.String(), LedgerJSON: account.NewLedgerJSON(r.Ledger), Traces: r.Ledger.Traces,
		Observations: r.Observations, FirstStart: r.From, LastStart: r.To, Sampling: string(r.Sampling),
		Findings: JSON(r.Findings), More: max(0, len(r.Findings)-mostJSON),
		Detectors:   page.Each(f.detectors(), func(d *detect.Detector) string { return d.ID }),
		Diagnostics: page.Each(r.Ledger.Findings(), account.NewDiagnosticJSON), Costs: []costJSON{}, CostJourneys: []journeyCostJSON{}, Calls: []callsJSON{}, Skewed: []skewedJSON{},
	}
	if r.Costs != nil {
		all := r.Costs.Services()
		out.Costs = page.Each(all[:min(len(all), mostJSON)], func(c cost.Service) costJSON {
			return costJSON{c.Name, c.Spans, c.Occupied, c.Busy, c.Failed, c.Abandoned}
		})
		journeys, calls := r.Costs.Journeys(), r.Costs.Edges()
		out.CostTraces = r.Costs.Traces
		out.CostJourneys = page.Each(journeys[:min(len(journeys), mostJSON)], f.journeyCostJSON)
		out.Calls = page.Each(calls[:min(len(calls), mostJSON)], func(e cost.Edge) callsJSON {
			return callsJSON{e.Caller, e.Callee, e.Calls, e.Requests, e.Repeats}
		})
		skewed := r.Costs.Skewed()
		out.Skewed = page.Each(skewed[:min(len(skewed), mostJSON)], func(s cost.Share) skewedJSON {
			return skewedJSON{s.Service, s.ID, s.Others + 1, s.Spans, s.Occupied}
		})
	}
	if r.Plan != nil {
		out.Plan = r.Plan.File
	}
	return out
}

func (f *Findings) journeyCostJSON(j *cost.Journey) journeyCostJSON {
	out := journeyCostJSON{Journey: j.Name, Requests: j.Requests}
	if f.options.PriceOf != nil {
		price, _ := f.price(j)
		out.Price = &price
	}
	for _, name := range slices.Sorted(maps.Keys(j.Holds)) {
		s := j.Holds[name]
		out.Holds = append(out.Holds, heldJSON{name, s.Spans, s.Occupied, s.Failed, s.Abandoned})
	}
	return out
}

// JSON returns findings as the json holds them.
func JSON(all []*detect.Finding) []FindingJSON {
	return page.Each(all[:min(len(all), mostJSON)], newFindingJSON)
}

func newFindingJSON(f *detect.Finding) FindingJSON {
	out := FindingJSON{
		ID: f.ID, Name: f.Name, Level: f.Level.String(), Journey: f.Journey, Planned: f.Planned,
		Service: f.Service, Callee: f.Callee, Operation: f.Operation, Other: f.Other,
		Stake: f.Stake, Typical: f.Typical, Slow: f.Slow, Requests: f.Requests, Of: f.Of, From: f.From, To: f.To,
		Evidence: evidence(f).String(), Remedy: f.Remedy,
		Figures: page.Each(f.Figures, func(g detect.Figure) figureJSON {
			return figureJSON{g.Name, string(g.Unit), g.Value, g.Text, g.Times}
		}),
		Exemplars: page.Each(f.Exemplars, func(e detect.Exemplar) exemplarJSON {
			return exemplarJSON{e.Trace.String(), e.Root.String(), e.Duration, e.Took}
		}),
	}
	if r := f.Replay; r != nil {
		out.Replay = &replayJSON{r.Changes, r.Before, r.After, r.Bound, r.Why}
	}
	if len(f.With) > 0 {
		out.With = page.Each(f.With, newFindingJSON)
	}
	if a := f.Acknowledged; a != nil {
		out.Acknowledged = &acknowledgedJSON{a.Reason, a.Until.AddDate(0, 0, -1).Format(time.DateOnly)}
	}
	return out
}

func newDetectorJSON(d *detect.Detector) detectorJSON {
	return detectorJSON{d.ID, d.Name, d.Means, d.Evidence, d.Alike, d.Remedy, d.WhatIf, page.Each(d.Params, func(p budget.Parameter) parameterJSON {
		return parameterJSON{p.Name, Limit(p.Default), p.Doc}
	})}
}
