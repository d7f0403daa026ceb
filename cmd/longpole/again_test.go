package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
)

// The plan turns a call asynchronous that lies on the path, makes another one waited for, knows
// a clock, and has layers that no category has.
const opinionated = `version: 1
offsets: {"*": 1ms}
async: [{service: mysql}]
blocking: [{name: "*audit*"}]
journeys:
  dispatch:
    root: {service: frontend, route: "*"}
    target: p50 < 1ms
    layers:
      customer: {budget: 10us, under: {service: customer}}
      drivers:  {budget: 10us, under: {service: driver}}
      waiting:  {budget: 10us, category: [network, cache]}
      rest:     {budget: 10us}
  checkout:
    root: {service: web, route: POST /checkout}
    target: p50 < 1ms
    layers:
      payment: {budget: 10us, under: {service: payment*}}
      stores:  {budget: 10us, category: [db, cache]}
      rest:    {budget: 10us}
`

var suggestion = regexp.MustCompile(`longpole trace \S+.*`)

// Commands that a report suggests run as they are pasted, and what they draw is the request that
// the report means, under the same plan.
func TestCommandsThatAReportSuggestsRunAsPasted(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "my plan.yaml")
	if err := os.WriteFile(plan, []byte(opinionated), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"hotrod/baseline.otlp.jsonl.zst", "lab/payment-slow/faulty.otlp.jsonl.zst", "lab/sync-audit/faulty.otlp.jsonl.zst", "lab/clock-skew/faulty.otlp.jsonl.zst",
	} {
		file = filepath.Join(testkit.Root(t), "testdata/recordings", file)
		report, _ := commanded(t, "check", "--verbose", "--budget", plan, "--max-skew", "900ms", "-o", "text", file)
		commands := suggestion.FindAllString(report, -1)
		if len(commands) < 2 {
			t.Fatalf("%s: only %d commands are suggested in\n%.2000s", file, len(commands), report)
		}
		for _, c := range commands {
			wantDrawn(t, plan, c)
		}
	}
}

func wantDrawn(t *testing.T, plan, command string) {
	t.Helper()
	quoted := "'" + plan + "'"
	if !strings.Contains(command, " --budget "+quoted) || !strings.Contains(command, "--max-skew 900ms") {
		t.Fatalf("%s\ndoes not name the plan, or not how far clocks may be off", command)
	}
	var args []string
	for _, word := range strings.Fields(strings.ReplaceAll(command, quoted, "PLAN"))[1:] {
		args = append(args, strings.ReplaceAll(word, "PLAN", plan))
	}
	out, code := commanded(t, append(args, "--json")...)
	var drawn struct {
		Journey  string
		Duration time.Duration `json:"duration_ns"`
		Layers   struct {
			Shares []struct {
				Name string
				Time time.Duration `json:"ns"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &drawn); err != nil || code != exitOK {
		t.Fatalf("%s\nexit code %d, %v", command, code, err)
	}
	sum, names := time.Duration(0), ""
	for _, l := range drawn.Layers.Shares {
		sum += l.Time
		names += " " + l.Name
	}
	if sum != drawn.Duration || !strings.Contains("dispatch checkout", drawn.Journey) || !strings.Contains(names, "rest") {
		t.Errorf("%s\ndraws %q: layers%s of %v sum to %v", command, drawn.Journey, names, drawn.Duration, sum)
	}
}

func commanded(t *testing.T, args ...string) (stdout string, code int) {
	t.Helper()
	keepHeapLimit(t)
	var out, stderr bytes.Buffer
	code = execute(t.Context(), args, nil, &out, &stderr)
	return out.String(), code
}
