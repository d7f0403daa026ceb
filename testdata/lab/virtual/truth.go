package main

import (
	"encoding/json"
	"os"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/shop"
)

// truth is what is known about what was written.
type truth struct {
	Scenario string       `json:"scenario"`
	About    string       `json:"description"`
	World    string       `json:"world"`
	Journey  string       `json:"journey"`
	Fault    shop.Changes `json:"fault"`
	Cure     *shop.Cure   `json:"cure,omitempty"`
	Expect   shop.Expect  `json:"expect"`

	Seed     uint64  `json:"seed"`
	Run      uint64  `json:"run"`
	Drift    float64 `json:"drift,omitempty"`
	Wander   float64 `json:"wander,omitempty"`
	Start    int64   `json:"start_unix_nano"`
	From     int64   `json:"changed_from_unix_nano,omitempty"`
	Until    int64   `json:"changed_until_unix_nano,omitempty"`
	Requests int     `json:"requests"`

	Settings shop.Settings      `json:"settings"`
	Hits     map[string]int     `json:"times"`
	Traces   []string           `json:"traces_hit,omitempty"`
	Stations map[string]station `json:"stations"`
}

// station is what an observer at a queue would have seen.
type station struct {
	Arrived int64   `json:"arrived"`
	Inside  float64 `json:"mean_inside"`
	Busy    float64 `json:"mean_busy_servers"`
}

func (o options) writeTruth(out shop.Outcome) error {
	t := truth{
		Scenario: o.scenario, About: o.found.About, World: o.world, Journey: o.found.Journey, Fault: o.found.Fault, Cure: o.mended, Expect: o.found.Expect,
		Seed: o.plan.Seed, Run: o.plan.Run, Drift: o.plan.Drift, Wander: o.plan.Wander, Start: o.plan.Start, Requests: out.Requests,
		Settings: o.plan.After, Hits: map[string]int{}, Stations: map[string]station{},
	}
	if o.plan.From >= 0 {
		t.From = o.plan.Start + o.plan.From
	}
	if o.plan.Until >= 0 {
		t.Until = o.plan.Start + o.plan.Until
	}
	seen := map[string]bool{otlp.TraceID{}.String(): true} // the flusher knows no trace
	for _, h := range out.Hits {
		t.Hits[h.Source]++
		if id := h.Trace.String(); !seen[id] {
			seen[id] = true
			t.Traces = append(t.Traces, id)
		}
	}
	for name, load := range out.Stations {
		t.Stations[name] = station{load.Arrived, load.Area / float64(out.Long), load.Busy / float64(out.Long)}
	}
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.truth, append(text, '\n'), 0o644)
}
