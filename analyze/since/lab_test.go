package since_test

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
	"github.com/longpole/longpole/analyze/timeline"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const lab = "../../testdata/recordings/lab"

func requests(t testing.TB, file, journey string) (out []timeline.Request) {
	t.Helper()
	n := run.With(nil, trace.Options{MaxSkew: trace.MaxSkew}, attribute.Options{})
	read := func(o ingest.Options) (*ingest.Spans, error) {
		return ingest.Read(context.Background(), []string{file}, o)
	}
	c, _, err := run.Early(context.Background(), n, n.Reading(), read, func(e *attribute.Explainer) *analyze.Collector {
		return analyze.NewCollector(e, n.Options)
	})
	if err != nil {
		t.Fatal(err)
	}
	res := c.Result(analyze.Settings{})
	for i := range res.Journeys {
		if strings.HasSuffix(res.Journeys[i].Name, journey) {
			all := c.RequestsOf(&res.Journeys[i]).All()
			for k := range all {
				out = append(out, timeline.Request{Start: all[k].Start, Duration: all[k].Duration, Weight: all[k].Weight})
			}
		}
	}
	return out
}

// journeys are what the faults of the lab are about.
func journeyOf(fault string) string {
	switch fault {
	case "cache-flushed", "cache-slow", "caller-timeout", "hot-instance", "n-plus-one", "slow-build":
		return "GET /product/{id}"
	case "slow-shard":
		return "GET /search"
	}
	return "POST /checkout"
}

// TestAFaultThatBeginsAndIsMendedIsFound reads five minutes in which one request in eight is slow for a third of them.
func TestAFaultThatBeginsAndIsMendedIsFound(t *testing.T) {
	all := requests(t, "../../testdata/recordings/halftime/payment-slow/recording.otlp.jsonl.zst", "POST /checkout")
	found := since.Find(all, drawing)
	if len(found) == 0 || found[0].Level != quantile.P95 || found[0].Before > found[0].After {
		t.Errorf("%+v", found)
	}
}

// TestTheInstantOfAFaultLiesInTheInterval reads the recordings in which a fault begins within five minutes, and ends in two.
func TestTheInstantOfAFaultLiesInTheInterval(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/recordings/halftime/*/recording.otlp.jsonl.zst")
	for _, file := range testkit.Some(files, 4) {
		var truth struct {
			Fault, Journey string
			Since          trace.Time `json:"since_unix_nano"`
			Until          trace.Time `json:"until_unix_nano"`
		}
		text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "truth.json"))
		if err != nil || json.Unmarshal(text, &truth) != nil {
			t.Fatal(err, truth)
		}
		found := since.Find(requests(t, file, truth.Journey), drawing)
		for _, at := range []trace.Time{truth.Since, truth.Until} {
			holds := func(c since.Change) bool { return c.Low <= at && at <= c.High && c.High.Sub(c.Low) < 30*time.Second }
			if at > 0 && !slices.ContainsFunc(found, holds) {
				t.Errorf("%s: %+v, not %v", truth.Fault, found, at)
			}
		}
	}
	if len(files) != 6 {
		t.Errorf("%d recordings", len(files))
	}
}

// TestTheSeamOfTwoRecordingsIsFound lays the faulty recording of each pair behind the healthy one. They
// are of 16 seconds each, which is short: what is told must be large, and some faults come too rarely.
func TestTheSeamOfTwoRecordingsIsFound(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(lab, "*", "healthy.otlp.jsonl.zst"))
	found, alarms := 0, 0
	files = testkit.Some(files, 7)
	for _, file := range files {
		fault := filepath.Base(filepath.Dir(file))
		all := requests(t, file, journeyOf(fault))
		if len(since.Find(slices.Clone(all), drawing)) > 0 {
			alarms++
		}
		seam := all[0].Start
		for _, r := range all {
			seam = max(seam, r.Start)
		}
		later := requests(t, strings.Replace(file, "healthy", "faulty", 1), journeyOf(fault))
		shift := seam.Sub(slices.MinFunc(later, func(a, b timeline.Request) int { return cmp.Compare(a.Start, b.Start) }).Start) + 1
		for _, r := range later {
			r.Start = r.Start.Add(shift)
			all = append(all, r)
		}
		for _, c := range since.Find(all, drawing) {
			if c.Low.Sub(seam) <= 2*time.Second && c.High >= seam {
				found++
				break
			}
		}
	}
	t.Logf("%d of %d seams found, %d healthy recordings have a change", found, len(files), alarms)
	if found*22 < 14*len(files) || alarms > 1 {
		t.Errorf("%d of %d seams found, %d healthy recordings have a change", found, len(files), alarms)
	}
}
