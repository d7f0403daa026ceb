package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// counted is how many spans one recording has, as the recorder counted them.
type counted struct{ Spans int }

// spansOf are the spans of every recording below a truth, by path.
func spansOf(t *testing.T, file string) map[string]int {
	t.Helper()
	var truth struct {
		Runs []struct {
			File     string
			Recorded counted
		}
		Recorded json.RawMessage
	}
	readTruth(t, file, &truth)
	folder, out := filepath.Join(recordings, filepath.Dir(file)), map[string]int{}
	for _, r := range truth.Runs {
		out[filepath.Join(folder, r.File)] = r.Recorded.Spans
	}
	var sides map[string]counted
	var one counted
	if json.Unmarshal(truth.Recorded, &sides) == nil {
		for side, c := range sides {
			found, _ := filepath.Glob(filepath.Join(folder, side+".*.zst"))
			for _, path := range found {
				out[path] = c.Spans
			}
		}
	} else if json.Unmarshal(truth.Recorded, &one) == nil {
		out[filepath.Join(folder, "recording.otlp.jsonl.zst")] = one.Spans
	}
	return out
}

func TestEveryRunReadsToTheLastSpanAndAddsUp(t *testing.T) {
	readsAll(t)
	files, _ := filepath.Glob(filepath.Join(recordings, "*", "*", "truth.json"))
	files = append(files, filepath.Join(recordings, "runs", "truth.json"))
	read, requests := 0, 0
	for _, file := range files {
		if strings.HasPrefix(file, filepath.Join(recordings, "lab")) {
			continue // other tests read these
		}
		relative, err := filepath.Rel(recordings, file)
		if err != nil {
			t.Fatal(err)
		}
		for path, spans := range spansOf(t, relative) {
			read++
			requests += addsUp(t, path, spans)
		}
	}
	t.Logf("%d recordings with %d requests", read, requests)
	if read < 40 {
		t.Errorf("only %d recordings were read", read)
	}
}

// addsUp checks one recording and says how many requests it has.
func addsUp(t *testing.T, path string, spans int) int {
	t.Helper()
	var page struct {
		Read         int `json:"spans_read"`
		Rejected     int `json:"spans_rejected"`
		Observations int
		Journeys     []struct {
			Name        string
			Percentiles []struct {
				Level       string
				Composition struct {
					Total int64 `json:"total_ns"`
					By    map[string]struct{ Shares []share }
				}
			}
		}
	}
	outputJSON(t, &page, "report", path, "--budget", "none", "--journeys", "all", "-o", "json")
	if page.Read != spans || page.Rejected > 0 || len(page.Journeys) == 0 {
		t.Errorf("%s: %d of %d spans read, %d rejected, %d journeys", path, page.Read, spans, page.Rejected, len(page.Journeys))
	}
	for _, j := range page.Journeys {
		for _, p := range j.Percentiles {
			for by, parts := range p.Composition.By {
				sum := int64(0)
				for _, s := range parts.Shares {
					sum += s.NS
				}
				if sum != p.Composition.Total {
					t.Errorf("%s: %s %s by %s is %d, not %d", path, j.Name, p.Level, by, sum, p.Composition.Total)
				}
			}
		}
	}
	return page.Observations
}
