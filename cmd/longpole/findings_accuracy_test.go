package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// A foundRow is a finding as the JSON has it.
type foundRow struct {
	ID, Name, Level, Journey, Service, Callee, Evidence string
	Stake                                               int64 `json:"stake_ns"`
	Typical                                             int64 `json:"typical_ns"`
	Slow                                                int64 `json:"slow_ns"`
	Requests, Of                                        int
	Figures                                             []struct {
		Name, Text string
		Value      int64
	}
	With []foundRow
}

func (f *foundRow) place() string {
	if f.Callee == "" || f.Callee == f.Service {
		return f.Service
	}
	return f.Service + " -> " + f.Callee
}

func (f *foundRow) figure(name string) int64 {
	for _, g := range f.Figures {
		if g.Name == name {
			return g.Value
		}
	}
	return -1
}

// shows are the faults of the lab of which requests show a pattern, and what it must be found as; the
// others are slow and nothing else.
var shows = map[string]struct {
	name, place string
	figure      string // and the range that it must be in
	least, most int64
}{
	"cache-flushed":  {"cache-miss", "recommendations -> postgres.shop.test", "price", 115e6, 130e6},
	"caller-timeout": {"abandoned-work", "web -> recommendations", "calls", 44, 44},
	"cold-start":     {"cold-start", "tax", "start", 180e6, 190e6},
	"hidden-queue":   {"one-at-a-time", "payment", "rises", 850_000, 930_000},
	"hot-instance":   {"one-instance", "recommendations", "hits", 35, 35},
	"n-plus-one":     {"repeated-call", "recommendations -> postgres.shop.test", "times", 20, 20},
	"pool-of-two":    {"wait-for-turn", "inventory", "", 0, 0},
	"retry-once":     {"retry", "web -> payment", "failures", 35, 35},
	"retry-storm":    {"retry-storm", "web -> payment", "failures", 261, 261},
	"slow-build":     {"one-instance", "recommendations", "hits", 35, 35},
	"slow-dns":       {"slow-names", "web -> payment", "lookup", 150e6, 155e6},
	"slow-region":    {"one-instance", "web -> payment", "hits", 28, 28},
	"slow-shard":     {"fan-out-straggler", "search -> shard", "lasts", 28, 28},
	"sync-audit":     {"could-be-async", "web -> audit", "call", 130e6, 135e6},
	"tls-no-reuse":   {"connection-not-reused", "web -> payment", "opened", 96, 96},
}

// looked keeps what was found in a file: several tests ask for all recordings.
var looked = map[string][]foundRow{}

func findingsOn(t *testing.T, file string) []foundRow {
	t.Helper()
	if all, known := looked[file]; known {
		return all
	}
	var out, complaints bytes.Buffer
	if code := execute(t.Context(), []string{"findings", file, "--budget", "none", "-o", "json"}, nil, &out, &complaints); code != 0 {
		t.Fatalf("%s: exit code %d: %s", file, code, &complaints)
	}
	var page struct{ Findings []foundRow }
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	looked[file] = page.Findings
	return page.Findings
}

// crowds lists the services of a recording whose requests wait for a turn, with how far that rises with company.
func crowds(all []foundRow) (found []string) {
	for i := range all {
		if f := &all[i]; f.Name == "one-at-a-time" {
			found = append(found, fmt.Sprintf("%s %.2f", f.Service, float64(f.figure("rises"))/1e6))
		}
		found = append(found, crowds(all[i].With)...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestWhereRequestsWaitForATurnIsWrittenDown(t *testing.T) {
	if !testkit.Whole() {
		t.Skip("skipped: reads all recordings of the lab; make whole does")
	}
	files, _ := filepath.Glob(filepath.Join(lab, "*", "*.otlp.jsonl.zst"))
	var found []string
	for _, file := range files {
		for _, c := range crowds(findingsOn(t, file)) {
			found = append(found, filepath.Base(filepath.Dir(file))+" ("+c+")")
		}
	}
	hotrod := crowds(findingsOn(t, "../../testdata/recordings/hotrod/baseline.otlp.jsonl.zst"))
	testkit.Block(t, "../../docs/findings.md", "crowds", fmt.Sprintf("In %d recordings of the lab that is so in %s, and in no other; in HotROD's baseline: %s.\n", len(files), strings.Join(found, ", "), strings.Join(hotrod, ", ")))
}

func TestTheLabsFaultsAreFoundForWhatTheyAre(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(lab, "*", "faulty.otlp.jsonl.zst"))
	table := "| fault | found first | at | adds | evidence |\n|---|---|---|---:|---|\n"
	right, of := 0, 0
	for _, file := range testkit.Some(files, 6) {
		fault := filepath.Base(filepath.Dir(file))
		all := findingsOn(t, file)
		want, shown := shows[fault]
		switch {
		case !shown && slices.ContainsFunc(all, isSure):
			t.Errorf("%s is slow and nothing else, and yet there is %s", fault, all[0].Name)
		case !shown:
			table += fmt.Sprintf("| %s | nothing: it is slow and nothing else | | | |\n", fault)
			continue
		case len(all) == 0:
			t.Errorf("%s: nothing is found", fault)
			continue
		}
		f := &all[0]
		of++
		figure := f.figure(want.figure)
		if f.Name != want.name || f.place() != want.place || want.figure != "" && (figure < want.least || figure > want.most) {
			t.Errorf("%s: found %s at %s with %s %d; want %s at %s", fault, f.Name, f.place(), want.figure, figure, want.name, want.place)
		} else {
			right++
		}
		table += fmt.Sprintf("| %s | %s, %s | %s | %d ms | %s |\n", fault, f.Name, f.Level, f.place(), f.Stake/1e6, f.Evidence)
	}
	table += fmt.Sprintf("\n%d of %d faults that show a pattern are found for what they are, first of all.\n", right, of)
	if testkit.Whole() {
		testkit.Block(t, "../../docs/accuracy.md", "findings", table)
	}
}

func isSure(f foundRow) bool { return f.Level != "hint" }

func TestNothingThatIsLikelyIsFoundInAHealthyRecording(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(lab, "*", "healthy.otlp.jsonl.zst"))
	if len(files) < 20 {
		t.Fatalf("%d healthy recordings", len(files))
	}
	for _, file := range testkit.Some(files, 5) {
		for _, f := range findingsOn(t, file) {
			if isSure(f) {
				t.Errorf("%s: %s, %s: %s", file, f.Name, f.Level, f.Evidence)
			}
		}
	}
}

// HotROD has faults that its authors made for people to find, and each is worth what the program sleeps.
func TestWhatIsKnownOfHotRODIsFound(t *testing.T) {
	all := findingsOn(t, "../../testdata/recordings/hotrod/baseline.otlp.jsonl.zst")
	got := ""
	for _, f := range all {
		got += fmt.Sprintf("%s %s %s: +%d, %d to %d ms\n", f.Name, f.place(), f.Level, f.Stake/1e6, f.Typical/1e6, f.Slow/1e6)
	}
	want := `wait-for-turn mysql proven: +730, 75 to 806 ms
sequential-calls redis-manual hint: +0, 146 to 141 ms
few-at-a-time frontend -> route likely: +0, 130 to 129 ms
retry redis-manual proven: +0, 81 to 78 ms
`
	if got != want {
		t.Errorf("found\n%swant\n%s", got, want)
	}
	if !strings.Contains(all[2].Evidence, "10 calls, 3 at a time") || all[3].figure("failures") != 1250 {
		t.Errorf("%s; %s", all[2].Evidence, all[3].Evidence)
	}
}

// A caller that gives up leaves its callee working: 44 calls of the recording, 19.33 s in all, of 454 requests. The 23
// other traces are connections that are opened before any request comes.
func TestWhatIsAbandonedIsCounted(t *testing.T) {
	var out, complaints bytes.Buffer
	execute(t.Context(), []string{"findings", filepath.Join(lab, "caller-timeout", "faulty.otlp.jsonl.zst"), "--budget", "none", "-o", "json"}, nil, &out, &complaints)
	var page struct {
		Requests int `json:"costs_traces"`
		Costs    []struct {
			Service   string
			Spans     int
			Occupied  float64 `json:"occupied_ns"`
			Abandoned float64 `json:"abandoned_ns"`
		}
	}
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err, &complaints)
	}
	for _, c := range page.Costs {
		per1000 := c.Abandoned / 1e6 / float64(page.Requests)
		if want := map[string]float64{"recommendations": 42.6}[c.Service]; per1000 < want*0.99 || per1000 > want*1.01 {
			t.Errorf("%s: %.1f abandoned seconds for 1,000 requests, want %.1f", c.Service, per1000, want)
		}
		if c.Abandoned > c.Occupied {
			t.Errorf("%s is occupied for %.0f ns and abandoned for %.0f", c.Service, c.Occupied, c.Abandoned)
		}
	}
}
