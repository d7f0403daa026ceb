package analyze_test

import (
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A sampled says what a root and a span below it say of sampling; a threshold of 1 is none.
type sampled struct {
	root, below uint64
	attrs       trace.Attrs
}

const half, quarter = 1 << 55, 3 << 54 // thresholds that keep one in two, and one in four

func collectSampled(all ...sampled) *analyze.Result {
	c := analyze.NewCollector(explainer(), attribute.Options{WeightAttr: "SampleRate"})
	for i, s := range all {
		root := lasting(1, msec)[0][0]
		root.Trace.Lo, root.Sig.Attrs = uint64(i+1), s.attrs
		below := root
		below.ID, below.Parent, below.Sig = 2, 1, &trace.Signature{Service: "web", Name: "work"}
		for span, th := range map[*trace.Span]uint64{&root: s.root, &below: s.below} {
			if th != 1 {
				span.Flags, span.Threshold = trace.Sampled, th
			}
		}
		c.Add(trace.Assemble([]trace.Span{root, below}, trace.Options{}))
	}
	return c.Result(analyze.Settings{})
}

func TestATraceStandsForWhatItsHighestThresholdSaysIfItsRootHasOne(t *testing.T) {
	for _, c := range []struct {
		sampled
		want float64
	}{
		{sampled{root: half, below: 0}, 2},
		{sampled{root: 0, below: half}, 2},
		{sampled{root: half, below: quarter}, 4},
		{sampled{root: half, below: 1}, 2},
		{sampled{root: 1, below: half}, 1},
		{sampled{root: half, below: half, attrs: trace.Attrs{{Key: "SampleRate", Value: "10"}}}, 10},
		{sampled{root: half, below: half, attrs: trace.Attrs{{Key: "SampleRate", Value: "none"}}}, 2},
	} {
		if got := collectSampled(c.sampled).Journeys[0].Requests; got != c.want {
			t.Errorf("%+v stands for %v requests, want %v", c.sampled, got, c.want)
		}
	}
}

func TestSamplingIsUniformWeightedMixedOrUnknown(t *testing.T) {
	rate := trace.Attrs{{Key: "SampleRate", Value: "2"}}
	for _, c := range []struct {
		want analyze.Sampling
		all  []sampled
	}{
		{analyze.SamplingUniform, []sampled{{root: half, below: half}, {root: half, below: half}}},
		{analyze.SamplingWeighted, []sampled{{root: half, below: half}, {root: half, below: quarter}}},
		{analyze.SamplingWeighted, []sampled{{root: half, below: quarter}, {root: half, below: half}}},
		{analyze.SamplingWeighted, []sampled{{root: 1, below: 1, attrs: rate}, {root: 1, below: 1, attrs: rate}}},
		{analyze.SamplingWeighted, []sampled{{root: half, below: half}, {root: 1, below: 1, attrs: rate}}},
		{analyze.SamplingMixed, []sampled{{root: half, below: half}, {root: 1, below: 1}}},
		{analyze.SamplingMixed, []sampled{{root: 1, below: 1}, {root: 1, below: 1, attrs: rate}}},
		{analyze.SamplingUnknown, []sampled{{root: 1, below: half}, {root: 1, below: 1}}},
	} {
		if got := collectSampled(c.all...).Sampling; got != c.want {
			t.Errorf("%+v is %s, want %s", c.all, got, c.want)
		}
	}
}

func TestOfSeveralMarksOfASamplerTheFirstByNameIsTold(t *testing.T) {
	first, last := trace.Attrs{{Key: "meta.refinery.reason"}}, trace.Attrs{{Key: "tailsampling.policy"}}
	for _, all := range [][]sampled{{{1, 1, first}, {1, 1, last}, {1, 1, nil}}, {{1, 1, last}, {1, 1, nil}, {1, 1, first}}} {
		if r := collectSampled(all...); len(r.Biases) != 1 || r.Biases[0].Key != "meta.refinery.reason" {
			t.Errorf("%+v", r.Biases)
		}
	}
}

func TestOnlyAHundredRequestsOfUnknownSamplingMayLookBiased(t *testing.T) {
	for _, c := range []struct{ n, known, want int }{{99, 0, 0}, {100, 0, 1}, {100, 99, 1}, {100, 100, 0}} {
		all := lasting(c.n, msec)
		for i := range all {
			all[i][0].Flags = trace.Failed
			if i < c.known {
				all[i][0].Flags |= trace.Sampled
			}
		}
		if r := collected(all).Result(analyze.Settings{}); len(r.Biases) != c.want {
			t.Errorf("%d failures, of which %d say how they were sampled: %+v", c.n, c.known, r.Biases)
		}
	}
}

// weighedBy collects 100 requests of 10 ms, of which some carry a SampleRate.
func weighedBy(t *testing.T, rate func(i int) string) (analyze.Check, *analyze.Result) {
	t.Helper()
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p95 < 1s}}")
	all := lasting(100, 10*msec)
	c := analyze.NewCollector(attribute.NewPlanExplainer(category.BuiltIn(), p), attribute.Options{WeightAttr: "SampleRate"})
	for i := range all {
		sig := *all[i][0].Sig
		if r := rate(i); r != "" {
			sig.Attrs = trace.Attrs{{Key: "SampleRate", Value: r}}
		}
		all[i][0].Sig = &sig
		c.Add(trace.Assemble(all[i], trace.Options{}))
	}
	res := c.Result(analyze.Settings{})
	return res.Verdicts[0].Checks[0], res
}

func TestRequestsOfUnknownWeightProveNothing(t *testing.T) {
	for name, c := range map[string]struct {
		rate  func(int) string
		state analyze.State
		why   string
	}{
		"all have one":  {func(int) string { return "10" }, analyze.OK, ""},
		"some have one": {func(i int) string { return map[bool]string{true: "10"}[i < 90] }, analyze.Unproven, "10 of 100 requests carry no SampleRate, so nobody knows how many they stand for"},
		"some have what is none": {func(i int) string { return map[bool]string{true: "10", false: "many"}[i < 93] }, analyze.Unproven,
			"7 of 100 requests carry a SampleRate that is no weight, so nobody knows how many they stand for"},
		"all have what is none": {func(int) string { return "-1" }, analyze.Unproven, "100 of 100 requests carry a SampleRate that is no weight, so nobody knows how many they stand for"},
	} {
		if check, _ := weighedBy(t, c.rate); check.State != c.state || check.Why != c.why {
			t.Errorf("%s: %v, %s", name, check.State, check.Why)
		}
	}
	_, res := weighedBy(t, func(i int) string { return []string{"2", "0", "", "2"}[i%4] })
	if want := (analyze.Weights{Attr: "SampleRate", Usable: 50, Unusable: 25, Missing: 25}); res.Weights != want {
		t.Errorf("%+v, want %+v", res.Weights, want)
	}
}
