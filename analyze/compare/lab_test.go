package compare_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const lab = "../../testdata/recordings/lab"

// labTruth is what the lab knows of a pair of recordings.
type labTruth struct {
	Fault, Journey string
	Both           bool `json:"injected_on_both_sides"`
	Expect         struct {
		Layer, Place string
		AlsoAllowed  []string `json:"also_allowed"`
		Slice        map[string]string
	}
}

// otherRequests are the faults that make requests do other things; all others make the same ones slower.
var otherRequests = []string{"cache-flushed", "cold-start", "n-plus-one", "retry-once", "retry-storm", "sync-audit", "tls-no-reuse"}

func TestTheLabsFaultsComeFirstInTheirDifference(t *testing.T) {
	var table strings.Builder
	table.WriteString("| fault | change | where most of it went | | same requests slower | other requests | who |\n|---|---:|---|---:|---:|---:|---|\n")
	for _, truth := range testkit.Some(labTruths(t), 6) {
		before, after := pairOf(t, truth.Fault)
		d := compare.Of(before, after, nil, compare.Settings{})
		j := &d.Journeys[0]
		if !strings.HasSuffix(j.Name, " "+truth.Journey) {
			t.Errorf("%s: %s comes first", truth.Fault, j.Name)
			continue
		}
		wantRight(t, &truth, j)
		table.WriteString(labRow(&truth, j))
	}
	if testkit.Whole() {
		testkit.Block(t, "../../docs/diff.md", "differences of the lab", table.String())
	}
}

func wantRight(t *testing.T, truth *labTruth, j *compare.Journey) {
	t.Helper()
	top, change := j.Top(), j.Headline.Change()
	layers := append([]string{truth.Expect.Layer}, truth.Expect.AlsoAllowed...)
	if top == nil || !top.Proven || !slices.Contains(layers, top.Layer) || !slices.Contains(strings.Split(truth.Expect.Place, ", "), top.Place) {
		t.Errorf("%s: most went to %+v", truth.Fault, top)
	}
	side := j.Headline.Slower
	if slices.Contains(otherRequests, truth.Fault) {
		side = j.Headline.Mix
	}
	if side*10 < change*9 || j.Said != compare.Proven {
		t.Errorf("%s: %s, %v of %v on the right side", truth.Fault, j.Said, side, change)
	}
	for key, value := range truth.Expect.Slice {
		found := j.Only != nil && (j.Only.Key == key && j.Only.Value == value || slices.ContainsFunc(j.Only.With, func(tag attribute.Tag) bool { return tag.Key == key && tag.Value == value }))
		if !found {
			t.Errorf("%s: %s %s is not in %v", truth.Fault, key, value, j.Only)
		}
	}
	if len(truth.Expect.Slice) == 0 && j.Only != nil {
		t.Errorf("%s: %v has nothing to do with it", truth.Fault, j.Only)
	}
}

func labRow(truth *labTruth, j *compare.Journey) string {
	top, h := j.Top(), &j.Headline
	who := ""
	if j.Only != nil {
		who = j.Only.Key + " " + j.Only.Value
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Round(100*time.Microsecond))/1e6) }
	return fmt.Sprintf("| %s | %s | %s, %s | %s | %s | %s | %s |\n", truth.Fault, ms(h.Change()), top.Layer, top.Place, ms(top.Change()), ms(h.Slower), ms(h.Mix), who)
}

// labTruths returns those of the pairs that differ in what was injected.
func labTruths(t *testing.T) (all []labTruth) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(lab, "*", "truth.json"))
	for _, file := range files {
		var truth labTruth
		text, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(text, &truth) != nil {
			t.Fatalf("%s cannot be read: %v", file, err)
		}
		if !truth.Both {
			all = append(all, truth)
		}
	}
	if len(all) != 19 {
		t.Fatalf("there are %d pairs, not 19", len(all))
	}
	return all
}

func pairOf(t *testing.T, fault string) (before, after *analyze.Data) {
	t.Helper()
	return collected(t, filepath.Join(lab, fault, "healthy.otlp.jsonl.zst")), collected(t, filepath.Join(lab, fault, "faulty.otlp.jsonl.zst"))
}

// collected reads files as the command does.
func collected(t testing.TB, files ...string) *analyze.Data {
	t.Helper()
	n := run.With(nil, trace.Options{MaxSkew: trace.MaxSkew}, attribute.Options{Structures: true})
	read := func(o ingest.Options) (*ingest.Spans, error) { return ingest.Read(context.Background(), files, o) }
	c, ledger, err := run.Early(context.Background(), n, n.Reading(), read, func(e *attribute.Explainer) *analyze.Collector {
		return analyze.NewCollector(e, n.Options)
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Account(ledger)
	return c.Data
}
