package compare_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
)

// equalRuns returns the recordings of equal settings: healthy ones of the twins, and those of which there are several runs.
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
	runs, _ := filepath.Glob(filepath.Join(lab, "../runs/*-[0-9].otlp.jsonl.zst"))
	for _, file := range runs {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		same := "runs of " + strings.TrimRight(name, "-0123456789")
		groups[same] = append(groups[same], collected(t, file))
	}
	return groups
}

func TestEqualRunsAreNotProvenToDiffer(t *testing.T) {
	said, pairs := map[compare.Said]int{}, 0
	for settings, group := range equalRuns(t) {
		for i, before := range group {
			for k, after := range group {
				if i >= k {
					continue
				}
				pairs++
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
	t.Logf("%d pairs: %v", pairs, said)
	if pairs < 31 {
		t.Errorf("only %d pairs were compared", pairs)
	}
}
