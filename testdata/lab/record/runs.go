package record

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Verdicts about change need more than a pair. One healthy shop, with what six
// faults have on both of their sides, is run five times, and each fault three
// times between, so that a machine that gets busier hits both.
var (
	runsOrder = []bool{true, false, true, false, true, false, true, true} // healthy
	runsOf    = []string{"payment-slow", "slow-query", "slow-dns", "pool-of-two", "sync-audit", "retry-once"}
	runsLoad  = merge(merge(settings{}, checkouts), settings{"LOAD_RATE": "27"})
	runsBoth  = changes{
		"web-*":     {"PAYMENT_IDLE": "250", "DIAL_WEB_AUDITED": "130@0.17", "AUDIT": "async", "PAYMENT_BACKOFF_MS": "150"},
		"audit":     {"AUDIT_MS": "130"},
		"inventory": {"INVENTORY_QUERY_MS": "60"},
	}
)

// runTruth is what is known about one run.
type runTruth struct {
	File     string       `json:"file"`
	Fault    string       `json:"fault,omitempty"` // none: healthy
	Seed     int          `json:"seed"`
	Expect   *expectation `json:"expect,omitempty"`
	Spared   []string     `json:"must_not_blame,omitempty"`
	Injected []injection  `json:"injected,omitempty"`
	Faulty   changes      `json:"settings_of_faulty,omitempty"`
	Recorded counts       `json:"recorded"`
}

// runsTruth is what is known about all of them, in the order in which they were made.
type runsTruth struct {
	About    string            `json:"description"`
	Journey  string            `json:"journey"`
	Load     settings          `json:"load"`
	Both     changes           `json:"settings_of_all"`
	Runs     []runTruth        `json:"runs"`
	Versions map[string]string `json:"versions"`
}

func (l lab) recordRuns(ctx context.Context, _, out string) error {
	t := runsTruth{
		About:   "one shop: five healthy runs and three runs of each of six faults, each with arrivals of its own, in the order in which they were made",
		Journey: checkout, Load: runsLoad, Both: runsBoth, Versions: versions(l),
	}
	made := map[string]int{}
	for round, healthy := range runsOrder {
		of := runsOf
		if healthy {
			of = []string{""}
		}
		for _, name := range of {
			run, err := l.recordRun(ctx, name, round, made, out)
			if err != nil {
				return err
			}
			t.Runs = append(t.Runs, run)
		}
	}
	return writeJSON(filepath.Join(out, "truth.json"), t)
}

// recordRun makes the next run of a fault, or of the healthy shop.
func (l lab) recordRun(ctx context.Context, name string, round int, made map[string]int, out string) (runTruth, error) {
	sc := scene{name: "runs", of: theShop, seed: l.seed + 1 + round, load: runsLoad, changes: []changes{runsBoth}, slim: true}
	t := runTruth{Fault: name, Seed: sc.seed}
	side := "healthy"
	var f fault
	if name != "" {
		var err error
		if f, err = find(name, faults); err != nil {
			return t, err
		}
		side, t.Expect, t.Spared, t.Faulty = name, &f.expect, f.spared, f.faulty
		sc.changes = append(sc.changes, f.faulty)
	}
	made[side]++
	t.File = fmt.Sprintf("%s-%d.otlp.jsonl.zst", side, made[side])
	c, s, err := l.take(ctx, sc, fmt.Sprintf("%s-%d", side, made[side]), filepath.Join(out, fmt.Sprintf("%s-%d", side, made[side])))
	if err != nil {
		return t, err
	}
	if name == "" && c.Failed > 0 {
		return t, fmt.Errorf("healthy: %d of %d requests failed; see the logs in %s", c.Failed, c.Traces, s.dir)
	}
	journal, err := readJournal(s.dir)
	// Every run has its audits; only what this one has more is its fault.
	journal = slices.DeleteFunc(journal, func(e entry) bool { return e.source == "web.audited" && name != "sync-audit" })
	t.Recorded, t.Injected = c, counted(f.inject, journal)
	return t, err
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
