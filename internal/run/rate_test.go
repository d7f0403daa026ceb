package run_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// rated analyses n requests whose roots carry attributes.
func rated(t *testing.T, n int, attrs func(i int) string) *analyze.Result {
	t.Helper()
	var all [][]trace.Span
	for i := range n {
		spans := testkit.Draw(t, "GET server  ====\n  call client  ==")
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		for _, kv := range strings.Fields(attrs(i)) {
			key, value, _ := strings.Cut(kv, "=")
			spans[0].Sig.Attrs = append(spans[0].Sig.Attrs, trace.Attr{Key: key, Value: value}).Sort()
		}
		all = append(all, spans)
	}
	var file strings.Builder
	otlp := export.OTLP
	if err := otlp.Write(&file, slices.Values(all)); err != nil {
		t.Fatal(err)
	}
	a := run.With(nil, trace.Options{}, attribute.Options{})
	read := func(o ingest.Options) (*ingest.Spans, error) {
		return ingest.ReadBytes("traces", []byte(file.String()), o)
	}
	c, _, err := run.Early(t.Context(), a, a.Reading(), read, func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, a.Options) })
	if err != nil {
		t.Fatal(err)
	}
	return c.Result(analyze.Settings{})
}

func TestRatesOfKnownSamplersWeighWhereEveryRootHasAUsableOne(t *testing.T) {
	for what, c := range map[string]struct {
		attrs    func(i int) string
		requests float64
		rated    int
	}{
		"a count":                       {func(i int) string { return fmt.Sprintf("SampleRate=%d", 1+i%2) }, 15, 0},
		"a probability":                 {func(int) string { return "sampler.type=probabilistic sampler.param=0.1" }, 100, 0},
		"another sampler's parameter":   {func(int) string { return "sampler.type=ratelimiting sampler.param=0.1" }, 10, 0},
		"a percentage":                  {func(int) string { return "microsoft.sample_rate=25" }, 40, 0},
		"different samplers":            {func(i int) string { return []string{"_dd.agent_psr=0.5", "SampleRate=2"}[i%2] }, 20, 0},
		"a share above the whole":       {func(int) string { return "_dd.agent_psr=1.5" }, 10, 0},
		"one root without":              {func(i int) string { return []string{"SampleRate=4", ""}[i/9] }, 10, 9},
		"one with what nobody can read": {func(i int) string { return []string{"SampleRate=4", "SampleRate=many"}[i/9] }, 10, 9},
		"all that were kept":            {func(int) string { return "SampleRate=1" }, 10, 0},
	} {
		res := rated(t, 10, c.attrs)
		if got := res.Journeys[0].Requests; got != c.requests || res.Weights.Rated != c.rated {
			t.Errorf("%s: %v requests, %d not weighed, want %v and %d", what, got, res.Weights.Rated, c.requests, c.rated)
		}
	}
}

func TestWhoseRequestsWereSlowIsAskedWithoutAPlan(t *testing.T) {
	res := rated(t, 10, func(i int) string { return fmt.Sprintf("enduser.id=user%d", i%2) })
	for _, s := range res.Journeys[0].Slices {
		if s.Name == "tenant" && len(s.Rows) == 2 && s.Rows[0].Observations == 5 {
			return
		}
	}
	t.Errorf("no slice is of two users: %+v", res.Journeys[0].Slices)
}

// A user is asked for where a request begins or enters a service, whatever stands first in a span.
func TestUsersOfSpansInsideOfAProcessAreNotKept(t *testing.T) {
	spans := testkit.Draw(t, `
		order server            ==========   enduser.id=ann
		  check                  ===         enduser.id=bob
		  POST client               ====     enduser.id=eve
		    pay server in=bank       ==      enduser.id=dan`)
	for _, as := range []export.Format{export.OTLP, export.OTLPProto, export.Jaeger, export.JaegerProto, export.Zipkin} {
		var file bytes.Buffer
		if err := as.Write(&file, slices.Values([][]trace.Span{spans})); err != nil {
			t.Fatal(err)
		}
		read, err := ingest.ReadBytes("orders", file.Bytes(), run.With(nil, trace.Options{}, attribute.Options{}).Reading())
		if err != nil {
			t.Fatal(err)
		}
		var users []string
		for tr := range read.Traces() {
			for i := range tr {
				if user, ok := tr[i].Attr("enduser.id"); ok {
					users = append(users, user)
				}
			}
		}
		slices.Sort(users)
		if !slices.Equal(users, []string{"ann", "dan"}) {
			t.Errorf("%s: users %v", as.Name, users)
		}
	}
}
