package analyze_test

import (
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// recorded returns a journey of a recording of the lab; side is healthy or faulty.
func recorded(t *testing.T, fault, side, name string) (*analyze.Result, *analyze.Journey) {
	t.Helper()
	file := filepath.Join("..", "testdata", "recordings", "lab", fault, side+".otlp.jsonl.zst")
	r := analyzed(t, analyze.Settings{Levels: []quantile.Level{quantile.P50, 8000, quantile.P95, quantile.P99}}, file)
	for i := range r.Journeys {
		if r.Journeys[i].Name == name {
			return r, &r.Journeys[i]
		}
	}
	t.Fatalf("%s has no journey %s", file, name)
	return nil, nil
}

func TestTheLabsSlowPlacesAreOverRepresentedInTheTail(t *testing.T) {
	for _, want := range []struct {
		fault, journey string
		tag            attribute.Tag
	}{
		{"hot-instance", "load GET /product/{id}", attribute.Tag{Service: "recommendations", Key: "service.instance.id", Value: "recommendations-2"}},
		{"slow-build", "load GET /product/{id}", attribute.Tag{Service: "recommendations", Key: "service.version", Value: "2.4.0"}},
		{"slow-region", "load POST /checkout", attribute.Tag{Service: "web", Key: "cloud.region", Value: "ap-south-1"}},
	} {
		_, j := recorded(t, want.fault, "faulty", want.journey)
		if len(j.Suspects) == 0 {
			t.Errorf("%s: nothing is over-represented", want.fault)
			continue
		}
		first := j.Suspects[0]
		if !slices.ContainsFunc(append(first.With, first.Tag), func(g attribute.Tag) bool { return g == want.tag }) {
			t.Errorf("%s: first is %+v", want.fault, first)
		}
		if _, healthy := recorded(t, want.fault, "healthy", want.journey); len(healthy.Suspects) > 0 {
			t.Errorf("%s: the healthy twin has %+v", want.fault, healthy.Suspects)
		}
	}
}

func TestPercentilesOfASampledRunAreThoseOfItsUnsampledTwin(t *testing.T) {
	head, sampled := recorded(t, "head-sampling", "faulty", "load POST /checkout")
	_, all := recorded(t, "head-sampling", "healthy", "load POST /checkout")
	if sampled.Sampling != analyze.SamplingUniform || len(head.Biases) > 0 || math.Abs(sampled.Requests-4*float64(sampled.Observations)) > 1 {
		t.Errorf("sampling %s, biases %v, %d observations stand for %v", sampled.Sampling, head.Biases, sampled.Observations, sampled.Requests)
	}
	for i, p := range sampled.Percentiles {
		if !overlap(p.Percentile, all.Percentiles[i].Percentile) {
			t.Errorf("%v: %v to %v sampled, %v to %v not", p.Level, p.Low, p.High, all.Percentiles[i].Low, all.Percentiles[i].High)
		}
	}
}

func TestPercentilesOfATailSampledRunAreNotAndSamplingIsSaidToBeUnknown(t *testing.T) {
	tail, sampled := recorded(t, "tail-sampling", "faulty", "load POST /checkout")
	_, all := recorded(t, "tail-sampling", "healthy", "load POST /checkout")
	if a, b := sampled.Percentiles[1].Percentile, all.Percentiles[1].Percentile; overlap(a, b) {
		t.Errorf("p80 is %v to %v where slow traces were kept, %v to %v where all were", a.Low, a.High, b.Low, b.High)
	}
	if tail.Sampling != analyze.SamplingUnknown || len(tail.Biases) > 0 {
		t.Errorf("sampling %s, biases %v", tail.Sampling, tail.Biases)
	}
}

func overlap(a, b quantile.Percentile) bool { return a.Low <= b.High && b.Low <= a.High }

func TestRecordingsOfAllTracesDoNotLookBiased(t *testing.T) {
	files, err := filepath.Glob("../testdata/recordings/lab/*/healthy.otlp.jsonl.zst")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, f := range testkit.Some(files, 5) {
		if r := analyzed(t, analyze.Settings{}, f); len(r.Biases) > 0 {
			t.Errorf("%s: %+v", f, r.Biases)
		}
	}
}

// inRegions gives every other request another region.
func inRegions(all [][]trace.Span, at func(i int) string) [][]trace.Span {
	for i := range all {
		all[i][0].Sig.Resource = trace.Attrs{{Key: "cloud.region", Value: at(i)}}
	}
	return all
}

func TestASliceHasARowForEachValueAndCountsTheRest(t *testing.T) {
	all := inRegions(buying(t, 60, 0), func(i int) string { return string(rune('a' + i%15)) })
	all[0][0].Sig.Resource = nil
	j := collected(all).Result(analyze.Settings{}).Journeys[0]
	if len(j.Slices) != 1 || j.Slices[0].Name != "region" {
		t.Fatalf("slices %+v", j.Slices)
	}
	s := j.Slices[0]
	if len(s.Rows) != 12 || s.More != (analyze.Others{Journeys: 4, Observations: 12}) || s.Rows[0].Value != "b" || s.Rows[0].Observations != 4 {
		t.Errorf("%d rows, more %+v, first %+v", len(s.Rows), s.More, s.Rows[0])
	}
}

func TestASliceIsLookedUpOnTheRootAndThenBelowIt(t *testing.T) {
	all := inRegions(buying(t, 60, 0), func(i int) string { return "" })
	for i := range all {
		all[i][0].Sig.Resource = nil
		all[i][1].Sig.Resource = trace.Attrs{{Key: "cloud.region", Value: []string{"eu", "us"}[i%2]}}
	}
	j := collected(all).Result(analyze.Settings{}).Journeys[0]
	if len(j.Slices) != 1 || j.Slices[0].Rows[1].Value != "us" || j.Slices[0].Rows[1].Observations != 30 {
		t.Errorf("%+v", j.Slices)
	}
}

func TestAValueThatSlowRequestsHaveMoreOftenIsSuspect(t *testing.T) {
	all := inRegions(buying(t, 400, 8), func(i int) string {
		if i%8 == 0 && i%3 != 0 {
			return "far"
		}
		return []string{"near", "far", "near", "near"}[i%4]
	})
	j := collected(all).Result(analyze.Settings{}).Journeys[0]
	if len(j.Suspects) != 1 {
		t.Fatalf("%+v", j.Suspects)
	}
	s := j.Suspects[0]
	if s.Tag != (attribute.Tag{Service: "web", Key: "cloud.region", Value: "far"}) || s.Tail+s.Rest != 133 || s.P > 1e-4 {
		t.Errorf("%+v", s)
	}
}

func TestATailThatAddsLittleIsBlamedOnNobody(t *testing.T) {
	slower := func(by time.Duration) []suspects.Suspect {
		all := inRegions(buying(t, 400, 0), func(i int) string { return []string{"far", "near", "near", "near", "near"}[i%5] })
		for i := range all {
			if i%5 == 0 {
				all[i][0].Start = all[i][0].Start.Add(-by)
			}
		}
		return collected(all).Result(analyze.Settings{}).Journeys[0].Suspects
	}
	if got := slower(5 * time.Millisecond); len(got) > 0 { // of 60
		t.Errorf("%+v", got)
	}
	if got := slower(7 * time.Millisecond); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestValuesByChanceAreNotSuspect(t *testing.T) {
	all := inRegions(buying(t, 400, 8), func(i int) string { return string(rune('a' + i*7919%11)) })
	if j := collected(all).Result(analyze.Settings{}).Journeys[0]; len(j.Suspects) > 0 {
		t.Errorf("%+v", j.Suspects)
	}
}

func TestASuddenCrowdFromARoundDurationOnLooksBiased(t *testing.T) {
	kept := func(i int) bool { return i >= 100 || i%10 == 0 } // all from 300 ms on, one in ten below
	var all [][]trace.Span
	for i := range 400 {
		if kept(i) {
			s := buying(t, 1, 0)[0]
			s[0].Trace.Lo, s[1].Trace.Lo = uint64(i+1), uint64(i+1)
			s[0].End = s[0].Start.Add(time.Duration(200+i) * time.Millisecond)
			all = append(all, s)
		}
	}
	r := collected(all).Result(analyze.Settings{})
	want := []analyze.Bias{{Kind: analyze.BiasJump, Journey: "web buy", At: 300 * time.Millisecond, Share: 300 * 1_000_000 / 310}}
	if !reflect.DeepEqual(r.Biases, want) {
		t.Errorf("%+v", r.Biases)
	}
}

func TestATraceFullOfErrorsLooksBiased(t *testing.T) {
	all := buying(t, 200, 0)
	for i := range 60 {
		all[i][0].Flags |= trace.Failed
	}
	r := collected(all).Result(analyze.Settings{})
	if len(r.Biases) != 1 || r.Biases[0].Kind != analyze.BiasErrors || r.Biases[0].Share != 300_000 {
		t.Errorf("%+v", r.Biases)
	}
}

func TestTheMarkOfATailSamplerIsSeen(t *testing.T) {
	all := buying(t, 2, 0)
	all[1][0].Sig.Attrs = trace.Attrs{{Key: "tailsampling.policy", Value: "slow"}}
	r := collected(all).Result(analyze.Settings{})
	if len(r.Biases) != 1 || r.Biases[0].Kind != analyze.BiasSampler || r.Biases[0].Key != "tailsampling.policy" {
		t.Errorf("%+v", r.Biases)
	}
}

func TestAnAttributeMaySayHowManyRequestsATraceStandsFor(t *testing.T) {
	all := buying(t, 3, 0)
	all[0][0].Sig.Attrs = trace.Attrs{{Key: "SampleRate", Value: "10"}}
	all[1][0].Sig.Attrs = trace.Attrs{{Key: "SampleRate", Value: "2.5"}}
	all[2][0].Sig.Attrs = trace.Attrs{{Key: "SampleRate", Value: "-7"}}
	c := analyze.NewCollector(explainer(), attribute.Options{WeightAttr: "SampleRate"})
	for _, spans := range all {
		c.Add(trace.Assemble(spans, trace.Options{}))
	}
	if r := c.Result(analyze.Settings{}); r.Journeys[0].Requests != 13.5 || r.Sampling != analyze.SamplingMixed {
		t.Errorf("%v requests, sampling %s; want 13.5, mixed for one says nonsense", r.Journeys[0].Requests, r.Sampling)
	}
}
