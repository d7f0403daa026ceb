package record

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// truth is what is known about a pair of recordings: written beside them, and
// by nobody but the program that made them.
type truth struct {
	Fault        string            `json:"fault"`
	Description  string            `json:"description"`
	Journey      string            `json:"journey"`
	BothSides    bool              `json:"injected_on_both_sides"`
	Injected     []injection       `json:"injected"`
	Expect       expectation       `json:"expect"`
	Bare         *expectation      `json:"expect_without_meta,omitempty"`
	MustNotBlame []string          `json:"must_not_blame"`
	Notes        string            `json:"notes,omitempty"`
	Exporter     map[string]string `json:"exporter"`
	Load         settings          `json:"load"`
	Both         changes           `json:"settings_on_both_sides"`
	Faulty       changes           `json:"settings_of_faulty"`
	Seed         int               `json:"seed"`
	Recorded     map[string]counts `json:"recorded"`
	TracesHit    []string          `json:"traces_hit,omitempty"`
	Versions     map[string]string `json:"versions"`
}

func writeTruth(path string, f fault, l lab, sides map[string]counts, journal []entry) error {
	t := truth{
		Fault: f.name, Description: f.about, Journey: f.journey, BothSides: f.onBothSides(),
		Injected: counted(f.inject, journal), Expect: f.expect, Bare: f.bare, MustNotBlame: f.spared, Notes: f.notes,
		Exporter: f.exporter(), Load: f.load, Both: f.both, Faulty: f.faulty, Seed: l.seed,
		Recorded: sides, TracesHit: traceIDs(journal), Versions: versions(l),
	}
	text, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// onBothSides is true for the pairs that differ only in how they are exported.
func (f fault) onBothSides() bool {
	for _, e := range exportFaults {
		if e.name == f.name {
			return true
		}
	}
	return false
}

func (f fault) exporter() map[string]string {
	out := map[string]string{"healthy": "every trace", "faulty": "every trace"}
	if sampler := f.faulty.of("load")["LAB_SAMPLER"]; sampler != "" {
		out["faulty"] = "head sampled by the root, trace state ot=" + sampler
	}
	if f.tail {
		out["faulty"] = "tail sampled by the collector: all of 200 ms and more, 25 % of the others, no weights"
	}
	if skew := f.faulty.of("payment")["SKEW_MS"]; skew != "" {
		out["faulty"] = "every trace; timestamps of payment " + skew + " ms ahead"
	}
	return out
}

// entry is one line of a run's journal: what, in which process, in which
// trace ("-" where nobody could know), how many milliseconds.
type entry struct{ source, process, trace string }

func readJournal(dir string) ([]entry, error) {
	f, err := os.Open(filepath.Join(dir, "journal.log"))
	if os.IsNotExist(err) {
		return nil, nil // nothing was injected
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []entry
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if part := strings.Fields(lines.Text()); len(part) == 4 {
			out = append(out, entry{part[0], part[1], part[2]})
		}
	}
	return out, lines.Err()
}

// counted fills in how often each injection came to pass.
func counted(list []injection, journal []entry) []injection {
	out := append([]injection(nil), list...)
	for i := range out {
		hit := map[string]bool{}
		for _, e := range journal {
			if e.source == out[i].Source {
				out[i].Times++
				hit[e.trace] = e.trace != "-"
			}
		}
		delete(hit, "-")
		out[i].Traces = len(hit)
	}
	return out
}

func traceIDs(journal []entry) []string {
	var out []string
	seen := map[string]bool{"-": true}
	for _, e := range journal {
		if !seen[e.trace] {
			seen[e.trace] = true
			out = append(out, e.trace)
		}
	}
	return out
}
