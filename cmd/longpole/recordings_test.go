package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// A labPair is two recordings of the lab, and what it knows of them.
type labPair struct {
	folder, Fault, Journey string
	BothSides              bool `json:"injected_on_both_sides"`
	Expect                 struct {
		Layer string
		Place string
	}
	Load     map[string]string
	Settings any `json:"settings_on_both_sides"`
	Exporter map[string]string
}

func (p labPair) healthy() string { return filepath.Join(p.folder, "healthy.otlp.jsonl.zst") }
func (p labPair) faulty() string  { return filepath.Join(p.folder, "faulty.otlp.jsonl.zst") }

// equal says what two healthy recordings must have in common to be of the same shop.
func (p labPair) equal() string { return fmt.Sprint(p.Load, p.Settings, p.Exporter["healthy"]) }

func labPairs(t *testing.T) (pairs []labPair) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(testkit.Root(t), "testdata/recordings/lab/*/truth.json"))
	if len(files) != 22 {
		t.Fatalf("the lab has %d pairs, not 22", len(files))
	}
	for _, file := range files {
		p := labPair{folder: filepath.Dir(file)}
		text, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(text, &p) != nil {
			t.Fatalf("%s cannot be read: %v", file, err)
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// planOf writes the plan that init makes of a recording.
func planOf(t *testing.T, recording string) (plan string) {
	t.Helper()
	plan = filepath.Join(t.TempDir(), "longpole.yaml")
	did(t, "init", recording, "--write", plan)
	return plan
}

// checked runs check and returns its exit code, the first line of stdout, and stderr.
func checked(t *testing.T, args ...string) (code int, first, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = execute(t.Context(), append([]string{"check"}, args...), nil, &stdout, &stderr)
	first, _, _ = strings.Cut(stdout.String(), "\n")
	return code, first, stderr.String()
}

func TestADraftedPlanHoldsStrictlyForTheRecordingThatItIsOf(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testkit.Root(t), "testdata/recordings/hotrod/*.zst"))
	for _, p := range labPairs(t) {
		files = append(files, p.healthy(), p.faulty())
	}
	if len(files) != 48 {
		t.Fatalf("%d recordings, not 48", len(files))
	}
	for _, file := range testkit.Some(files, 4) {
		if code, first, said := checked(t, "--budget", planOf(t, file), "--strict", file); code != exitOK {
			t.Errorf("%s: exit code %d: %s\n%s", file, code, first, said)
		}
	}
}

func TestAPlanOfTheHealthyTwinNamesTheInjectedLayerInTheFirstLine(t *testing.T) {
	tried := 0
	for _, p := range testkit.Some(labPairs(t), 3) {
		if p.BothSides {
			continue
		}
		tried++
		code, first, said := checked(t, "--budget", planOf(t, p.healthy()), p.faulty())
		if code != exitGateFailed || !strings.Contains(first, " "+p.Expect.Layer+" ") {
			t.Errorf("%s: exit code %d, and %s is not in the first line: %s\n%s", p.Fault, code, p.Expect.Layer, first, said)
		}
	}
	if tried != 19 && testkit.Whole() {
		t.Errorf("%d faults were tried, not 19", tried)
	}
}

// Equal recordings differ by more than the chance of drawing requests, because the machine was
// busier: by up to 55 % at p95. Nothing of that is a regression of the shop.
func TestNoPairOfEqualHealthyRecordingsIsBlownByARegression(t *testing.T) {
	const plan = `version: 1
journeys:
  checkout:
    root: {service: web, route: POST /checkout}
    layers: {app: {category: app}, db: {category: db}, network: {category: network}, external: {category: external}, rest: {}}
    assert: [regression(p50) < 5%, regression(p90) < 5%, regression(p95) < 5%, regression(p99) < 5%,
      regression(app.p95) < 5%, regression(db.p95) < 5%, regression(network.p95) < 5%, regression(external.p95) < 5%]
  product: {root: {service: web, route: "GET /product/*"}, assert: [regression(p50) < 5%, regression(p95) < 5%]}
`
	file := filepath.Join(t.TempDir(), "longpole.yaml")
	if err := os.WriteFile(file, []byte(plan), 0o644); err != nil {
		t.Fatal(err)
	}
	pairs, tried := labPairs(t), 0
	for _, before := range pairs {
		for _, after := range pairs {
			if before.folder == after.folder || before.equal() != after.equal() {
				continue
			}
			tried++
			code, first, said := checked(t, "--budget", file, after.healthy(), "--baseline", before.healthy())
			if code != exitOK {
				t.Errorf("%s after %s: exit code %d: %s\n%s", after.Fault, before.Fault, code, first, said)
			}
		}
	}
	if tried != 6 {
		t.Errorf("%d pairs are equal, not 6", tried)
	}
}
