package compare_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/internal/testkit"
)

// settings are the switches of the lab's services, by service.
type settings map[string]map[string]string

// with returns s with what others set on top. What happens for 0 ms is what happens without the switch.
func (s settings) with(others ...settings) settings {
	out := settings{}
	for _, o := range append([]settings{s}, others...) {
		for service, set := range o {
			if out[service] == nil {
				out[service] = map[string]string{}
			}
			maps.Copy(out[service], set)
			maps.DeleteFunc(out[service], func(_, value string) bool { return strings.HasPrefix(value, "0@") })
		}
	}
	maps.DeleteFunc(out, func(_ string, set map[string]string) bool { return len(set) == 0 })
	return out
}

// A truth says with which load and settings the recordings beside it were made.
type truth struct {
	Load     map[string]string
	Both     settings `json:"settings_on_both_sides"`
	Faulty   settings `json:"settings_of_faulty"`
	All      settings `json:"settings_of_all"`
	Fault    settings `json:"settings_of_fault"`
	Exporter map[string]string
	Cures    []struct {
		Name   string
		Change settings
	}
}

// recorded returns the settings of each recording that a truth is about. A fault that no setting made is left out.
func (t *truth) recorded() map[string]settings {
	out := map[string]settings{}
	if t.Exporter != nil {
		out["healthy"] = t.Both.with()
	}
	if len(t.Faulty) > 0 {
		out["faulty"] = t.Both.with(t.Faulty)
	}
	if len(t.Fault) > 0 {
		out["fault"] = t.All.with(t.Fault)
	}
	for _, c := range t.Cures {
		out[c.Name] = t.All.with(t.Fault, c.Change)
	}
	return out
}

// equalRuns returns the recordings of equal load and settings: of twins and of cures, and those of which there are several runs.
func equalRuns(t *testing.T) (groups map[string][]string) {
	t.Helper()
	groups = map[string][]string{}
	for _, room := range []string{"lab", "cures", "consumers", "tracing"} {
		files, _ := filepath.Glob(filepath.Join(lab, "..", room, "*", "truth.json"))
		for _, file := range files {
			var of truth
			text, err := os.ReadFile(file)
			if err != nil || json.Unmarshal(text, &of) != nil {
				t.Fatalf("%s cannot be read: %v", file, err)
			}
			for name, set := range of.recorded() {
				recording, _ := filepath.Glob(filepath.Join(filepath.Dir(file), name+".otlp.*"))
				if len(recording) == 0 { // made in another format
					recording, _ = filepath.Glob(filepath.Join(filepath.Dir(file), name+".*"))
				}
				same := fmt.Sprint(of.Load, set, cmp.Or(of.Exporter[name], "every trace"))
				groups[same] = append(groups[same], recording...)
			}
		}
	}
	runs, _ := filepath.Glob(filepath.Join(lab, "../runs/*-[0-9].otlp.jsonl.zst"))
	for _, file := range runs {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		same := "runs of " + strings.TrimRight(name, "-0123456789")
		groups[same] = append(groups[same], file)
	}
	maps.DeleteFunc(groups, func(_ string, group []string) bool { return len(group) < 2 })
	return groups
}

// A tally counts what is said of journeys of equal runs.
type tally struct {
	pairs, separable int
	said             [3]int
}

func (t *tally) add(r *compare.Result) {
	t.pairs++
	for n := range r.Journeys {
		j := &r.Journeys[n]
		t.said[j.Said]++
		if j.Said == compare.Different && j.Spread.Separable() {
			t.separable++
		}
	}
}

func (t *tally) row(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d |\n", name, t.pairs, t.said[0]+t.said[1]+t.said[2], t.said[compare.Unproven], t.said[compare.Different], t.separable, t.said[compare.Proven])
}

func TestEqualRunsAreNotProvenToDiffer(t *testing.T) {
	var runs, others, all tally
	for same, group := range equalRuns(t) {
		slices.Sort(group)
		for k, after := range group {
			for _, before := range group[:k] {
				r := compare.Of(collected(t, before), collected(t, after), nil, compare.Settings{})
				all.add(r)
				if strings.HasPrefix(same, "runs of ") {
					runs.add(r)
				} else {
					others.add(r)
				}
				for n := range r.Journeys {
					if j := &r.Journeys[n]; j.Said == compare.Proven {
						t.Errorf("%s %s: %s %v, %+v, %+v, %+v", short(before), short(after), j.Name, j.Headline.Change(), j.Interval, j.Spread, j.Top())
					}
				}
			}
		}
	}
	testkit.Block(t, "../../docs/statistics.md", "equal runs", "| recordings | pairs | journeys | unproven | different | like one of a program | proven |\n|---|---:|---:|---:|---:|---:|---:|\n"+
		runs.row("runs one after the other")+others.row("twins, faults, cures")+all.row("all"))
	if all.pairs < 40 {
		t.Errorf("only %d pairs were compared", all.pairs)
	}
}

// short names a recording by its folder and file.
func short(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return filepath.Base(filepath.Dir(file)) + "/" + name
}
