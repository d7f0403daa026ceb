package whatif

import (
	"time"

	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// Schema names the shape of the json. Within a version fields are added, never changed or removed.
const Schema = "https://longpole.dev/schema/whatif/v1"

// mostJSONRows is how many rows of each list the json holds.
const mostJSONRows = 1000

// Times are nanoseconds, shares millionths.
type (
	whatIfJSON struct {
		Schema   string   `json:"schema"`
		Version  int      `json:"version"`
		Headline string   `json:"headline"`
		Changes  []string `json:"changes"`
		Queues   bool     `json:"queues_replayed"`
		NoQueues string   `json:"queues_not_replayed_because,omitempty"`
		account.LedgerJSON
		Traces       int                      `json:"traces"`
		Observations int                      `json:"observations"`
		FirstStart   trace.Time               `json:"first_start"`
		LastStart    trace.Time               `json:"last_start"`
		Sampling     string                   `json:"sampling"`
		Diagnostics  []account.DiagnosticJSON `json:"diagnostics"`
		Journeys     []effectJSON             `json:"journeys"`
		Unchanged    int                      `json:"journeys_unchanged"`
		Tried        []triedJSON              `json:"tried"`
		Stations     []stationJSON            `json:"stations"`
		Operations   []dragJSON               `json:"operations"`
		Plan         string                   `json:"plan,omitempty"`
	}
	effectJSON struct {
		Name     string       `json:"name"`
		Requests int          `json:"requests"`
		Changed  int          `json:"requests_changed"`
		Failed   int64        `json:"share_failing"`
		Figures  []figureJSON `json:"percentiles"`
		Ceiling  *figureJSON  `json:"ceiling,omitempty"`
		Curve    []curveJSON  `json:"curve"`
		Next     *poleJSON    `json:"next_long_pole,omitempty"`
	}
	figureJSON struct {
		Level   string        `json:"level"`
		Before  time.Duration `json:"before_ns"`
		After   time.Duration `json:"after_ns"`
		Best    time.Duration `json:"best_ns"`
		Worst   time.Duration `json:"worst_ns"`
		Low     time.Duration `json:"low_ns"`
		High    time.Duration `json:"high_ns"`
		Bounded bool          `json:"bounded"`
	}
	curveJSON struct {
		Less int64         `json:"less_percent"`
		P95  time.Duration `json:"p95_ns"`
	}
	poleJSON struct {
		Layer string        `json:"layer"`
		Place string        `json:"place"`
		Adds  time.Duration `json:"adds_ns"`
	}
	triedJSON struct {
		Change string `json:"change"`
		Hint   bool   `json:"hint"`
		effectJSON
	}
	dragJSON struct {
		Operation string        `json:"operation"`
		Drag      time.Duration `json:"drag_ns"`
		Slack     time.Duration `json:"slack_ns"`
	}
	holderJSON struct {
		Journey string        `json:"journey"`
		Held    time.Duration `json:"held_ns"`
	}
	stationJSON struct {
		Name      string        `json:"name"`
		Service   string        `json:"service"`
		Host      string        `json:"host,omitempty"`
		Operation string        `json:"operation"`
		Servers   int           `json:"servers"`
		Named     bool          `json:"named"`
		Counted   string        `json:"counted_as,omitempty"`
		Busy      int64         `json:"busy"`
		Visits    int           `json:"visits"`
		Waited    int           `json:"waited"`
		Wait      time.Duration `json:"mean_wait_ns"`
		Expected  int64         `json:"starts_expected_to_find_it_taken"`
		Found     int           `json:"starts_that_did"`
		Rises     int64         `json:"wait_rises_with_load"`
		HeldBy    []holderJSON  `json:"held_by"`
	}
)

func (w *WhatIf) json() whatIfJSON {
	r := w.result
	out := whatIfJSON{
		Schema: Schema, Version: 1, Headline: w.Answer.String(), NoQueues: w.options.NoQueues, Queues: len(w.run.Stations) > 0,
		LedgerJSON: account.NewLedgerJSON(r.Ledger), Traces: r.Ledger.Traces, Observations: r.Observations,
		FirstStart: r.From, LastStart: r.To, Sampling: string(r.Sampling),
		Diagnostics: page.Each(r.Ledger.Findings(), account.NewDiagnosticJSON),
		Changes:     []string{}, Journeys: []effectJSON{},
		Tried: page.Each(first(w.tried), func(t replay.Tried) triedJSON {
			return triedJSON{t.String(), t.Hint, newEffectJSON(t.Effect)}
		}),
		Stations:   page.Each(first(w.run.Stations), w.stationJSON),
		Operations: page.Each(first(w.drags), func(d replay.Drag) dragJSON { return dragJSON(d) }),
	}
	if w.answer != nil {
		out.Journeys, out.Unchanged = page.Each(first(w.told()), newEffectJSON), w.answer.Unchanged
		for _, c := range w.answer.Scenario.Changes {
			out.Changes = append(out.Changes, c.Text)
		}
	}
	if r.Plan != nil {
		out.Plan = r.Plan.File
	}
	return out
}

func first[T any](all []T) []T { return all[:min(len(all), mostJSONRows)] }

func newEffectJSON(e replay.Effect) effectJSON {
	out := effectJSON{Name: e.Name, Requests: e.Requests, Changed: e.Changed, Failed: e.Failed, Figures: page.Each(e.Figures, newFigureJSON), Curve: []curveJSON{}}
	for i, f := range e.Curve {
		out.Curve = append(out.Curve, curveJSON{replay.Steps[i], f.After})
	}
	if e.Ceiling != nil {
		f := newFigureJSON(*e.Ceiling)
		out.Ceiling = &f
	}
	if e.Next != nil {
		out.Next = &poleJSON{e.Next.Layer, e.Next.Place, e.Next.Adds}
	}
	return out
}

func newFigureJSON(f replay.Figure) figureJSON {
	return figureJSON{f.Level.String(), f.Before, f.After, f.Best, f.Worst, f.Low, f.High, f.Bounded}
}

func (w *WhatIf) stationJSON(s *replay.Station) stationJSON {
	return stationJSON{
		s.Name, s.Instance.Service, s.Instance.Host, s.Operation, s.Servers, s.Named, s.Counted, s.Busy(), s.Visits, s.Waited, s.MeanWait(),
		int64(s.Expected), s.Found, int64(s.Rises * 1_000_000),
		page.Each(w.run.HeldBy(s), func(h replay.Holder) holderJSON { return holderJSON(h) }),
	}
}
