package analyze_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// analyzed reads files and analyses all their traces.
func analyzed(t *testing.T, s analyze.Settings, files ...string) *analyze.Result {
	t.Helper()
	rules := category.BuiltIn()
	spans, err := ingest.Read(t.Context(), files, ingest.Options{Keep: rules.NeedsAttr, KeepEvent: rules.NeedsEvent})
	if err != nil {
		t.Fatal(err)
	}
	c := analyze.NewCollector(attribute.NewExplainer(rules, nil), attribute.Options{})
	for tr := range spans.Traces() {
		c.Add(trace.Assemble(tr, trace.Options{}))
	}
	c.Ledger.Merge(&spans.Ledger)
	return c.Result(s)
}

// byService returns the shares of a grouping by name.
func byService(shares []analyze.Share) map[string]time.Duration {
	out := map[string]time.Duration{}
	for _, s := range shares {
		out[s.Name] = s.Time
	}
	return out
}

func within(t *testing.T, what string, got, want, tolerance time.Duration) {
	t.Helper()
	if (got - want).Abs() > tolerance {
		t.Errorf("%s is %v, want %v within %v", what, got, want, tolerance)
	}
}

var service = analyze.ByService

func TestHotRODUnderLoadWaitsForWhatItsSourceSaysItDoes(t *testing.T) {
	file := testkit.Shared(t, "traces", "hotrod-all.jaeger.json.zst")
	r := analyzed(t, analyze.Settings{Tail: 9800}, file)
	if r.Ledger.Traces != 1886 || r.Ledger.Spans != 48242 {
		t.Errorf("%d traces and %d spans are accounted for, not 1,886 and 48,242", r.Ledger.Traces, r.Ledger.Spans)
	}
	j := r.Journeys[0]
	if j.Name != "frontend HTTP GET /dispatch" || j.Observations != 938 {
		t.Fatalf("the first journey is %s with %d requests", j.Name, j.Observations)
	}
	const msec = time.Millisecond
	p50 := j.Percentiles[0]
	within(t, "p50", p50.Value, 724*msec, 2*msec)
	typical := byService(p50.By(service))
	within(t, "mysql at p50", typical["mysql"], p50.Value*43/100, p50.Value*5/100)
	within(t, "driver and redis at p50", typical["driver"]+typical["redis"], p50.Value*30/100, p50.Value*5/100)
	within(t, "route at p50", typical["route"], p50.Value*27/100, p50.Value*5/100)

	within(t, "the excess of the slowest 2 %", j.Tail.Extra, 168*msec, msec)
	excess := j.Tail.By(service)
	if excess[0].Name != "mysql" || excess[1].Name != "redis" {
		t.Errorf("the excess is first %s, then %s", excess[0].Name, excess[1].Name)
	}
	adds := byService(excess)
	for name, want := range map[string]time.Duration{"mysql": 91, "redis": 41, "frontend": 21, "route": 16} {
		within(t, name+" in the excess", adds[name], want*msec, msec)
	}
}

// hotrodTruth is what testdata/recordings/hotrod/record knows of a recording without
// longpole: HotROD's configuration, and sums over spans by name.
type hotrodTruth struct {
	Recordings []struct {
		File          string
		Traces, Spans int
		Dispatch      struct {
			Count    int
			P50Ns    time.Duration
			P95Ns    time.Duration
			Typical  struct{ TotalNs, MysqlNs, DriverNs, RouteNs time.Duration }
			Tail     struct{ TotalNs time.Duration }
			Failures int `json:"failed"`
		}
	}
}

func TestTheRecordingsOfHotRODShowWhatWasConfigured(t *testing.T) {
	const folder = "../testdata/recordings/hotrod"
	var truth hotrodTruth
	text, err := os.ReadFile(filepath.Join(folder, "truth.json"))
	if err != nil || json.Unmarshal(text, &truth) != nil || len(truth.Recordings) != 4 {
		t.Fatalf("truth.json: %v, %d recordings", err, len(truth.Recordings))
	}
	for _, want := range truth.Recordings {
		t.Run(want.File, func(t *testing.T) {
			r := analyzed(t, analyze.Settings{}, filepath.Join(folder, want.File))
			if r.Ledger.Traces != want.Traces || r.Ledger.Spans != want.Spans || r.Ledger.Total(trace.Kept) != want.Spans {
				t.Errorf("%d traces, %d spans, want %d and %d", r.Ledger.Traces, r.Ledger.Spans, want.Traces, want.Spans)
			}
			j := r.Journeys[0]
			if j.Observations != want.Dispatch.Count {
				t.Fatalf("%d requests, want %d", j.Observations, want.Dispatch.Count)
			}
			for level, value := range map[quantile.Level]time.Duration{quantile.P50: want.Dispatch.P50Ns, quantile.P95: want.Dispatch.P95Ns} {
				for _, p := range j.Percentiles {
					if p.Level == level {
						within(t, level.String(), p.Value, value, value/50)
					}
				}
			}
			// An independent sum of span durations knows no network and no clipping: 5 % of the total.
			typical := byService(j.Tail.Typical.By(service))
			slack := want.Dispatch.Typical.TotalNs / 20
			within(t, "mysql", typical["mysql"], want.Dispatch.Typical.MysqlNs, slack)
			within(t, "driver and redis", typical["driver"]+typical["redis-manual"], want.Dispatch.Typical.DriverNs, slack)
			within(t, "route", typical["route"], want.Dispatch.Typical.RouteNs, slack)
		})
	}
}
