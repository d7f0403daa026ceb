package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// What of the JSON of a report must agree with itself.
type (
	ledgerFigures struct {
		SpansRead        int `json:"spans_read"`
		SpansAccepted    int `json:"spans_accepted"`
		SpansDuplicate   int `json:"spans_duplicate"`
		SpansConflicting int `json:"spans_conflicting"`
		SpansRejected    int `json:"spans_rejected"`
		RecordsRead      int `json:"records_read"`
		RecordsWhole     int `json:"records_whole"`
		RecordsDamaged   int `json:"records_damaged"`
		RecordsSkipped   int `json:"records_skipped"`
	}
	reportFigures struct {
		Traces       int
		Observations int
		LeftOut      struct{ Traces, Spans int } `json:"left_out"`
		Files        []struct{ Spans int }
		Biases       []struct{ Kind string }
		Diagnostics  []struct {
			Count int
			Fate  string
		}
		Journeys []journeyFigures
		Verdicts []verdictFigures
	}
	journeyFigures struct {
		Name         string
		Observations int
		Mean         time.Duration `json:"mean_ns"`
		Max          time.Duration `json:"max_ns"`
		Percentiles  []percentileFigures
		Tail         struct{ Slow, Typical, Excess compositionFigures }
		Rows         map[string][]rowFigures
		Slices       []struct {
			Rows             []rowFigures
			MoreObservations int `json:"more_observations"`
		}
	}
	rowFigures struct {
		Name, Value  string
		Present      int
		Observations int
		Percentiles  []percentileFigures
	}
	percentileFigures struct {
		Level       string
		Value       time.Duration `json:"value_ns"`
		Low         time.Duration `json:"low_ns"`
		High        time.Duration `json:"high_ns"`
		Composition compositionFigures
	}
	compositionFigures struct {
		Total time.Duration `json:"total_ns"`
		By    map[string]struct {
			Shares []struct {
				Time time.Duration `json:"ns"`
			}
			Rest time.Duration `json:"rest_ns"`
		}
	}
	verdictFigures struct {
		State        string
		Line         int
		Observations int
		Baseline     struct {
			Same int `json:"same_observations"`
		}
		Checks []struct {
			Text, State string
			Line        int
			Unmeasured  bool
		}
	}
)

func figuresOf[Figures any](t testing.TB, out []byte) (f Figures) {
	t.Helper()
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func ledgerOf(t testing.TB, out []byte) ledgerFigures {
	t.Helper()
	return figuresOf[ledgerFigures](t, out)
}

func (l ledgerFigures) addsUp(t testing.TB) {
	t.Helper()
	if l.SpansRead != l.SpansAccepted+l.SpansDuplicate+l.SpansConflicting+l.SpansRejected ||
		l.RecordsRead != l.RecordsWhole+l.RecordsDamaged+l.RecordsSkipped {
		t.Errorf("the ledger does not add up: %+v", l)
	}
}

// figuresHold holds what must be so of any report: what was read adds up, times add up to the
// nanosecond, and percentiles rise.
func figuresHold(t testing.TB, out []byte) {
	t.Helper()
	ledger, r := ledgerOf(t, out), figuresOf[reportFigures](t, out)
	ledger.addsUp(t)
	spans := 0
	for _, f := range r.Files {
		spans += f.Spans
	}
	if spans != ledger.SpansRead {
		t.Errorf("files have %d spans, %d were read", spans, ledger.SpansRead)
	}
	if r.LeftOut.Traces > r.Traces || r.LeftOut.Spans > ledger.SpansAccepted {
		t.Errorf("%+v were left out of %d traces and %d spans", r.LeftOut, r.Traces, ledger.SpansAccepted)
	}
	for i := range r.Journeys {
		r.Journeys[i].hold(t)
	}
	for i := range r.Verdicts {
		r.Verdicts[i].hold(t)
	}
}

func (j *journeyFigures) hold(t testing.TB) {
	t.Helper()
	rise(t, j.Name, j.Percentiles)
	all := []compositionFigures{j.Tail.Slow, j.Tail.Typical, j.Tail.Excess}
	for _, p := range j.Percentiles {
		all = append(all, p.Composition)
		if p.Composition.Total != p.Value || p.Value > j.Max {
			t.Errorf("%s: the composition of %s is %d, the percentile %d, the slowest %d", j.Name, p.Level, p.Composition.Total, p.Value, j.Max)
		}
	}
	if j.Tail.Slow.Total-j.Tail.Typical.Total != j.Tail.Excess.Total {
		t.Errorf("%s: the tail adds %d, not %d - %d", j.Name, j.Tail.Excess.Total, j.Tail.Slow.Total, j.Tail.Typical.Total)
	}
	for _, c := range all {
		c.addsUp(t, j.Name)
	}
	for grouping, rows := range j.Rows {
		for _, row := range rows {
			rise(t, j.Name+" "+grouping+" "+row.Name, row.Percentiles)
			if row.Present > j.Observations {
				t.Errorf("%s: %d of %d requests have %s", j.Name, row.Present, j.Observations, row.Name)
			}
		}
	}
	for _, s := range j.Slices {
		n := s.MoreObservations
		for _, row := range s.Rows {
			rise(t, j.Name+" "+row.Value, row.Percentiles)
			n += row.Observations
		}
		if n > j.Observations {
			t.Errorf("%s: slices hold %d of %d requests", j.Name, n, j.Observations)
		}
	}
}

func (c *compositionFigures) addsUp(t testing.TB, where string) {
	t.Helper()
	for grouping, shares := range c.By {
		sum := shares.Rest
		for _, s := range shares.Shares {
			sum += s.Time
		}
		if sum != c.Total {
			t.Errorf("%s: times by %s sum to %d, the total is %d", where, grouping, sum, c.Total)
		}
	}
}

func rise(t testing.TB, where string, all []percentileFigures) {
	t.Helper()
	for i, p := range all {
		if p.Low > p.Value || p.Value > p.High || p.Low < 0 || i > 0 && p.Value < all[i-1].Value {
			t.Errorf("%s: %s is %d, from %d to %d", where, p.Level, p.Value, p.Low, p.High)
		}
	}
}

// states are what a check can be, the best first.
var states = []string{"ok", "unproven", "at risk", "blown"}

func (v *verdictFigures) hold(t testing.TB) {
	t.Helper()
	worst := 0
	for _, c := range v.Checks {
		worst = max(worst, slices.Index(states, c.State))
	}
	if len(v.Checks) > 0 && v.State != states[worst] {
		t.Errorf("a verdict is %s, the worst of its checks %s", v.State, states[worst])
	}
}

// linesFit holds that every journey and check stands somewhere in the plan.
func linesFit(t testing.TB, did outcome, plan []byte) {
	t.Helper()
	if did.outs["json"] == nil {
		return
	}
	for _, v := range figuresOf[reportFigures](t, did.outs["json"]).Verdicts {
		lines := []int{v.Line}
		for _, c := range v.Checks {
			lines = append(lines, c.Line)
		}
		if slices.Min(lines) < 1 || slices.Max(lines) > 1+bytes.Count(plan, []byte("\n"))+bytes.Count(plan, []byte("\r")) {
			t.Errorf("checks stand at the lines %d of the plan", lines)
		}
	}
}

// codeFits holds that the exit code is what the states call for. An input that was only used in
// part is told after a budget that is blown.
func codeFits(t testing.TB, did outcome, flags []string) {
	t.Helper()
	if did.outs["json"] == nil {
		if did.code != exitInput && (did.code != exitUsage || !slices.Contains(flags, "--weight-attr=cloud.region")) {
			t.Fatalf("no output, and exit code %d: %s", did.code, did.stderr)
		}
		return
	}
	r := figuresOf[reportFigures](t, did.outs["json"])
	want := r.code(flags)
	if did.code != want && (did.code != exitInput || want == exitGateFailed) {
		t.Fatalf("exit code %d, the states call for %d: %s\n%s", did.code, want, did.stderr, did.outs["text"])
	}
}

// isComparedWithItself reports whether more than one of 100 requests are in the baseline, too, and the plan holds against it.
func (v *verdictFigures) isComparedWithItself() bool {
	for _, c := range v.Checks {
		if strings.HasPrefix(c.Text, "regression(") && v.Baseline.Same*100 > v.Observations {
			return true
		}
	}
	return false
}

func (r *reportFigures) code(flags []string) int {
	strict := slices.Contains(flags, "--strict")
	proven := strict || slices.Contains(flags, "--inconclusive=fail")
	count, promised, blind := map[string]int{}, 0, false
	for _, v := range r.Verdicts {
		measured := 0
		for _, c := range v.Checks {
			count[c.State]++
			if !c.Unmeasured {
				measured++
			}
		}
		promised += len(v.Checks)
		blind = blind || v.Observations == 0 || (len(v.Checks) > 0 && measured == 0) || v.isComparedWithItself()
		if len(v.Checks) == 0 && v.Observations == 0 {
			count["unproven"]++
		}
	}
	switch {
	case count["blown"] > 0, strict && count["at risk"] > 0:
		return exitGateFailed
	case blind, promised == 0, proven && count["unproven"] > 0, strict && (len(r.Biases) > 0 || r.LeftOut.Traces > 0):
		return exitInconclusive
	}
	return exitOK
}
