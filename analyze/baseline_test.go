package analyze_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// compared returns the verdict of a plan that asserts no regression, and its last check.
func compared(t *testing.T, before, after [][]trace.Span) (analyze.Verdict, analyze.Check) {
	t.Helper()
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p90 < 10s, assert: [regression(p95) < 5%]}}")
	v := collectedWith(p, after).Against(collectedWith(p, before).Data, p, analyze.Settings{Draws: 200}).Verdicts[0]
	return v, v.Checks[len(v.Checks)-1]
}

func TestTheSameTracesOnBothSidesSayNothingOfAChange(t *testing.T) {
	all := lasting(200, 10*msec)
	for same, want := range map[int]string{
		0: "", 2: "", 3: "3 of 200 requests are in the baseline, too: the same traces are on both sides",
		200: "200 of 200 requests are in the baseline, too: the same traces are on both sides",
	} {
		before := slices.Concat(all[:same], ofAnotherRun(all[same:]))
		v, c := compared(t, before, all)
		if v.Against.Same != same || c.Why != want || c.Unmeasured != (want != "") || (want != "") != (c.State == analyze.Unproven) {
			t.Errorf("%d the same: %+v, %v %s", same, v.Against, c.State, c.Why)
		}
	}
}

func TestABaselineIsComparedAtTheTargetsPercentileThoughNothingAsks(t *testing.T) {
	p := plan(t, "journeys: {buy: {root: {service: web}, target: p90 < 10s}, gone: {root: {service: nobody}}}")
	verdicts := collectedWith(p, lasting(30, 20*msec)).Against(collectedWith(p, ofAnotherRun(lasting(40, 10*msec))).Data, p, analyze.Settings{}).Verdicts
	if got, want := *verdicts[0].Against, (analyze.Comparison{Level: quantile.P90, Before: 10 * msec, After: 20 * msec, Baseline: 40}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := *verdicts[1].Against; got != (analyze.Comparison{Level: quantile.P95}) {
		t.Errorf("a journey that nobody has: %+v", got)
	}
	if v := collectedWith(p, lasting(30, msec)).Result(analyze.Settings{}).Verdicts[0]; v.Against != nil {
		t.Errorf("without a baseline: %+v", v.Against)
	}
}

// stages makes requests that call ten services in turn, for so many milliseconds each.
func stages(t *testing.T, each [10]int) (all [][]trace.Span) {
	t.Helper()
	for i := range 70 {
		var spans []trace.Span
		at := testkit.Epoch.Add(time.Duration(i) * time.Second)
		for k, ms := range each {
			end := at.Add(time.Duration(ms) * msec)
			sig := &trace.Signature{Service: "s" + string(rune('0'+k)), Name: "work", Kind: trace.Server}
			spans = append(spans, trace.Span{Trace: trace.ID{Lo: uint64(i + 1)}, ID: trace.SpanID(k + 2), Parent: 1, Sig: sig, Start: at, End: end})
			at = end
		}
		root := &trace.Signature{Service: "web", Name: "buy", Kind: trace.Server}
		all = append(all, append(spans, trace.Span{Trace: trace.ID{Lo: uint64(i + 1)}, ID: 1, Sig: root, Start: spans[0].Start, End: at}))
	}
	return all
}

func TestAChangeThatIsSpreadOverEverythingIsOfTheMachine(t *testing.T) {
	before := ofAnotherRun(stages(t, [10]int{100, 100, 100, 100, 100, 100, 100, 100, 100, 100}))
	for name, c := range map[string]struct {
		after [10]int
		want  analyze.State
	}{
		"all are slower":              {[10]int{120, 120, 120, 120, 120, 120, 120, 120, 120, 120}, analyze.AtRisk},
		"one has 39 % of it":          {[10]int{178, 122, 122, 122, 112, 111, 111, 111, 106, 105}, analyze.AtRisk},
		"one has 40 % of it":          {[10]int{180, 122, 122, 122, 112, 110, 110, 110, 106, 106}, analyze.Blown},
		"eight of ten are slower":     {[10]int{130, 130, 130, 130, 130, 130, 130, 130, 80, 80}, analyze.AtRisk},
		"only seven of ten are":       {[10]int{130, 130, 130, 130, 130, 130, 130, 90, 90, 90}, analyze.Blown},
		"nothing but one is slower":   {[10]int{300, 100, 100, 100, 100, 100, 100, 100, 100, 100}, analyze.Blown},
		"nothing has changed at all":  {[10]int{100, 100, 100, 100, 100, 100, 100, 100, 100, 100}, analyze.OK},
		"all are quicker than before": {[10]int{80, 80, 80, 80, 80, 80, 80, 80, 80, 80}, analyze.OK},
	} {
		if _, check := compared(t, before, stages(t, c.after)); check.State != c.want || check.Change.Different != (c.want == analyze.AtRisk) {
			t.Errorf("%s: %v, %+v", name, check.State, check.Change)
		}
	}
}

// More than the limit by the estimate alone is no difference.
func TestAChangeThatMayBeChanceIsNotCalledDifferent(t *testing.T) {
	before, after := lasting(100, 100*msec), lasting(100, 100*msec)
	for i := range after { // more than 5 % of the requests now, in few blocks of time
		if i < 8 {
			after[i][0].End = after[i][0].Start.Add(200 * msec)
		}
	}
	if _, c := compared(t, ofAnotherRun(before), after); c.State != analyze.AtRisk || c.Change.Different {
		t.Errorf("%v: %+v", c.State, c.Change)
	}
}

// The machine adds to what takes long in proportion.
func TestAPartThatHadMuchOfTheTimeMustHaveMoreOfTheChange(t *testing.T) {
	before := ofAnotherRun(stages(t, [10]int{550, 50, 50, 50, 50, 50, 50, 50, 50, 50}))
	for name, c := range map[string]struct {
		after [10]int
		want  analyze.State
	}{
		"all are slower":       {[10]int{660, 60, 60, 60, 60, 60, 60, 60, 60, 60}, analyze.AtRisk},
		"it has 69 % of that":  {[10]int{757, 61, 61, 61, 60, 60, 60, 60, 60, 60}, analyze.AtRisk},
		"it has 70 % of that":  {[10]int{760, 60, 60, 60, 60, 60, 60, 60, 60, 60}, analyze.Blown},
		"another has 39 %":     {[10]int{572, 128, 62, 62, 62, 62, 63, 63, 63, 63}, analyze.AtRisk},
		"another has 40 %":     {[10]int{570, 130, 62, 62, 62, 62, 63, 63, 63, 63}, analyze.Blown},
		"another has half":     {[10]int{605, 105, 55, 55, 55, 55, 55, 55, 55, 55}, analyze.AtRisk},
		"another has 70 %":     {[10]int{570, 190, 55, 55, 55, 55, 55, 55, 55, 55}, analyze.Blown},
		"it alone has changed": {[10]int{700, 50, 50, 50, 50, 50, 50, 50, 50, 50}, analyze.Blown},
	} {
		if _, check := compared(t, before, stages(t, c.after)); check.State != c.want {
			t.Errorf("%s: %v, %+v", name, check.State, check.Change)
		}
	}
}

func TestTheChangeOfALayerIsLookedForInTheRequestsThatHaveMostOfIt(t *testing.T) {
	paying := func(pay int) (all [][]trace.Span) {
		all = buying(t, 200, 0)
		for i := range all {
			if i%2 == 0 { // takes long, but not to pay
				all[i] = all[i][:1]
				all[i][0].End = all[i][0].Start.Add(time.Second)
				continue
			}
			for k := range all[i] {
				all[i][k].End = all[i][k].End.Add(time.Duration(pay-40) * msec)
			}
		}
		return all
	}
	const text = "journeys: {buy: {root: {service: web}, layers: {payment: {under: {service: payment}}}, assert: [regression(payment.p95) < 5%]}}"
	wantChanges(t, text, paying(40), paying(140), "regression(payment.p95) < 5%: blown")
}

func TestSetsThatAreCutAtADurationAreNotCompared(t *testing.T) {
	whole := lasting(150, 100*msec)
	cut := lasting(150, 100*msec)
	for i := range cut {
		whole[i][0].End = whole[i][0].Start.Add(time.Duration(20+i) * msec)
		cut[i][0].End = cut[i][0].Start.Add(time.Duration(200+i) * msec)
	}
	if _, c := compared(t, ofAnotherRun(whole), cut); c.State != analyze.Unproven || !strings.Contains(c.Why, "the requests are cut at 200ms") {
		t.Errorf("%v, %s", c.State, c.Why)
	}
	if _, c := compared(t, ofAnotherRun(cut), whole); c.State != analyze.Unproven || !strings.Contains(c.Why, "the baseline is cut at 200ms") {
		t.Errorf("%v, %s", c.State, c.Why)
	}
}

func TestARegressionWithinItsIntervalIsNotProvenAbsent(t *testing.T) {
	before, after := lasting(100, 100*msec), lasting(100, 100*msec)
	for i := range after { // p95 is 100 ms on both sides, or 200 if one more block of time is drawn
		if i%25 == 7 {
			before[i][0].End, after[i][0].End = before[i][0].Start.Add(200*msec), after[i][0].Start.Add(200*msec)
		}
	}
	if _, c := compared(t, ofAnotherRun(before), after); c.State != analyze.Unproven || c.Value != 0 || c.Unmeasured {
		t.Errorf("%v: %+v", c.State, c.Measured)
	}
}

func TestARoundDurationWithRequestsBelowItIsNoCut(t *testing.T) {
	pool := lasting(150, 100*msec)
	for i := range pool {
		took := (100 + time.Duration(i)/3) * msec
		if i < 5 {
			took = 85 * msec
		}
		pool[i][0].End = pool[i][0].Start.Add(took)
	}
	if _, c := compared(t, ofAnotherRun(pool), pool); c.State == analyze.Unproven && c.Change == nil {
		t.Errorf("%v, %s", c.State, c.Why)
	}
}
