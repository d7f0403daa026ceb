package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestAGateEndsWithTheExitCodeOfItsWorstCheck(t *testing.T) {
	judged := func(observations int, states ...analyze.State) *analyze.Result {
		v := analyze.Verdict{Journey: &budget.Journey{Name: "checkout"}, Observations: observations}
		for _, s := range states {
			v.Checks = append(v.Checks, analyze.Check{State: s})
		}
		return &analyze.Result{Ledger: &trace.Ledger{}, Verdicts: []analyze.Verdict{v}}
	}
	blind := func(beside bool) *analyze.Result {
		res := judged(10, analyze.Unproven, analyze.OK)
		res.Verdicts[0].Checks[0].Unmeasured = true
		if !beside {
			res.Verdicts[0].Checks = res.Verdicts[0].Checks[:1]
		}
		return res
	}
	beside := judged(10, analyze.OK)
	beside.Verdicts = append(beside.Verdicts, analyze.Verdict{Journey: &budget.Journey{Name: "nobody asks for it"}})
	biased, cut := judged(10, analyze.OK), judged(10, analyze.OK)
	biased.Biases = []analyze.Bias{{}}
	cut.LeftOut.Traces = 1
	damaged := judged(10, analyze.OK)
	damaged.Ledger.Records.Damaged = 1
	for what, c := range map[string]struct {
		res                   *analyze.Result
		plain, proven, strict int
	}{
		"within budget":                   {judged(10, analyze.OK), exitOK, exitOK, exitOK},
		"blown":                           {judged(10, analyze.OK, analyze.Blown), exitGateFailed, exitGateFailed, exitGateFailed},
		"at risk":                         {judged(10, analyze.OK, analyze.AtRisk), exitOK, exitOK, exitGateFailed},
		"not proven":                      {judged(10, analyze.Unproven), exitOK, exitInconclusive, exitInconclusive},
		"blown and not proven":            {judged(10, analyze.Unproven, analyze.Blown), exitGateFailed, exitGateFailed, exitGateFailed},
		"nothing measured":                {judged(0, analyze.Unproven), exitInconclusive, exitInconclusive, exitInconclusive},
		"a journey without requests":      {beside, exitInconclusive, exitInconclusive, exitInconclusive},
		"nothing promised":                {judged(10), exitInconclusive, exitInconclusive, exitInconclusive},
		"only what was not measured":      {blind(false), exitInconclusive, exitInconclusive, exitInconclusive},
		"something beside it":             {blind(true), exitOK, exitInconclusive, exitInconclusive},
		"traces chosen by what they show": {biased, exitOK, exitOK, exitInconclusive},
		"a damaged record":                {damaged, exitOK, exitOK, exitInconclusive},
		"traces without their root":       {cut, exitOK, exitOK, exitInconclusive},
	} {
		got := [3]int{endOf(checkFlags{inconclusive: "pass"}, c.res), endOf(checkFlags{inconclusive: "fail"}, c.res), endOf(checkFlags{inconclusive: "pass", strict: true}, c.res)}
		if want := [3]int{c.plain, c.proven, c.strict}; got != want {
			t.Errorf("%s: exit codes as it is, with --inconclusive=fail and with --strict are %v, want %v", what, got, want)
		}
	}
}

func endOf(f checkFlags, res *analyze.Result) int {
	var failed *failure
	if errors.As(firstFailure(f.gate(res), f.proof(res)), &failed) {
		return failed.code
	}
	return exitOK
}

func TestExitCodesAreThoseThatScriptsRelyOn(t *testing.T) {
	codes := [...]int{exitOK, exitGateFailed, exitUsage, exitInput, exitInconclusive, exitOutput}
	for want, got := range codes {
		if got != want {
			t.Errorf("exit code %d is %d", want, got)
		}
	}
	var failed *failure
	if err := firstFailure(nil, errors.New("disk full")); !errors.As(err, &failed) || failed.code != exitOutput {
		t.Errorf("what has no exit code ends with that of %v", err)
	}
}

// The files are read by readers of their own, whose counts must meet in the report.
func TestAReportOfSeveralFilesCountsTheSpansAndRecordsOfAll(t *testing.T) {
	formats := filepath.Join(testkit.Root(t), "ingest/testdata/formats")
	var got map[string]any
	text := did(t, "report", "--json", "--budget", "none", filepath.Join(formats, "jaeger.json"), filepath.Join(formats, "otlp-json.lines.jsonl"), filepath.Join(formats, "zipkin.json"))
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for count, want := range map[string]float64{"spans_read": 9, "records_read": 4, "records_whole": 4, "records_damaged": 0, "records_skipped": 0, "traces": 1} {
		if got[count] != want {
			t.Errorf("%s is %v, want %v", count, got[count], want)
		}
	}
}

func TestAReportWithoutARequestIsAnErrorOfTheInput(t *testing.T) {
	const orphan = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","parentSpanId":"b7ad6b7169203331","name":"a","startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000000000009"}]}]}]}`
	var stdout, stderr bytes.Buffer
	if code := execute(t.Context(), []string{"report", "--budget", "none", "-"}, strings.NewReader(orphan), &stdout, &stderr); code != exitInput {
		t.Errorf("exit code %d, and it says %s", code, stderr.String())
	}
}
