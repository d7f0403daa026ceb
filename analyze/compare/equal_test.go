package compare_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
)

// equalRuns returns the healthy recordings of equal settings, two and more of them.
func equalRuns(t *testing.T) (groups map[string][]*analyze.Data) {
	t.Helper()
	groups = map[string][]*analyze.Data{}
	files, _ := filepath.Glob(filepath.Join(lab, "*", "truth.json"))
	for _, file := range files {
		var truth struct {
			Load     map[string]string
			Settings any `json:"settings_on_both_sides"`
			Exporter map[string]string
		}
		text, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(text, &truth) != nil {
			t.Fatalf("%s cannot be read: %v", file, err)
		}
		same := fmt.Sprint(truth.Load, truth.Settings, truth.Exporter["healthy"])
		groups[same] = append(groups[same], collected(t, filepath.Join(filepath.Dir(file), "healthy.otlp.jsonl.zst")))
	}
	return groups
}

func TestEqualRunsAreNotProvenToDiffer(t *testing.T) {
	said := map[compare.Said]int{}
	for settings, group := range equalRuns(t) {
		for i, before := range group {
			for k, after := range group {
				if i == k {
					continue
				}
				r := compare.Of(before, after, nil, compare.Settings{})
				for n := range r.Journeys {
					j := &r.Journeys[n]
					said[j.Said]++
					if j.Said == compare.Proven {
						t.Errorf("%s: %s %v, %+v, %+v, %+v", settings, j.Name, j.Headline.Change(), j.Interval, j.Spread, j.Top())
					}
				}
			}
		}
	}
	t.Log(said)
	if said[compare.Unproven]+said[compare.Different] < 20 {
		t.Errorf("only %v were compared", said)
	}
}
