package quality

import (
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const (
	complete = "GET server ==========\n  work  ======"
	rootless = "GET server lost ==========\n  work           ======"
	gapped   = "GET server      ==========\n  call lost      ========\n    serve        ========"
)

// judged judges so many traces of each drawing.
func judged(t *testing.T, counts map[string]int, change func(*analyze.Collector)) Fitness {
	t.Helper()
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	c, s := analyze.NewCollector(e, attribute.Options{}), NewSurvey()
	id := uint64(0)
	for drawing, n := range counts {
		for range n {
			spans := testkit.Draw(t, drawing)
			id++
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: id}
			}
			c.Ledger.Spans += len(spans)
			r := e.Read(trace.Assemble(spans, trace.Options{}), attribute.Options{})
			c.Look(r)
			s.Look(r)
		}
	}
	if change != nil {
		change(c)
	}
	return Assess(c.Result(analyze.Settings{}), s.Result())
}

func TestTheFirstLimitThatHoldsIsTold(t *testing.T) {
	reject := func(c *analyze.Collector) {
		c.Ledger.Spans += 100
		c.Ledger.Count(trace.Code{ID: "bad", Fate: trace.Rejected}, 100, trace.Example{})
	}
	for _, c := range []struct {
		name   string
		counts map[string]int
		change func(*analyze.Collector)
		want   Fitness
	}{
		{"all complete", map[string]int{complete: 80}, nil, Fitness{Grade: Fit}},
		{"too few", map[string]int{complete: 58}, nil, Fitness{FitInPart, TooFew, 58, 59, 0}},
		{"none", map[string]int{rootless: 3}, nil, Fitness{NotFit, NoRequest, 3, 3, 0}},
		{"unreadable", map[string]int{complete: 80}, reject, Fitness{NotFit, Unreadable, 100, 260, 0}},
		{"one in a hundred", map[string]int{complete: 99, rootless: 1}, nil, Fitness{FitInPart, MissingRoot, 1, 100, quantile.P95}},
		{"one in twenty", map[string]int{complete: 95, rootless: 5}, nil, Fitness{FitInPart, MissingRoot, 5, 100, quantile.P90}},
		{"one in ten", map[string]int{complete: 90, rootless: 10}, nil, Fitness{NotFit, MissingRoot, 10, 100, quantile.P50}},
		{"most", map[string]int{complete: 40, rootless: 60}, nil, Fitness{NotFit, MissingRoot, 60, 100, 0}},
	} {
		if got := judged(t, c.counts, c.change); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestTimeThatNothingExplainsLimitsTheBlame(t *testing.T) {
	got := judged(t, map[string]int{gapped: 70}, nil)
	if got.Limit != Untraced || got.Grade != FitInPart || got.Part*10 != got.Of*8 {
		t.Errorf("%+v", got)
	}
}

func TestTwoHumpsAreNoSignOfASamplerButItsMarkIsProof(t *testing.T) {
	slow := "GET server ================================================================================\n  work  ===================================================================="
	mixed := map[string]int{complete: 80, slow: 60}
	if got := judged(t, mixed, nil); got.Limit == MaybeChosen || got.Limit == Chosen {
		t.Errorf("%+v", got)
	}
	marked := "GET server ==========  tailsampling.policy=slow"
	if got := judged(t, map[string]int{marked: 80}, nil); got != (Fitness{Grade: NotFit, Limit: Chosen}) {
		t.Errorf("%+v", got)
	}
}

func TestOneMissingInAThousandLimitsNothing(t *testing.T) {
	if got := judged(t, map[string]int{complete: 1000, rootless: 1}, nil); got != (Fitness{Grade: Fit}) {
		t.Errorf("%+v", got)
	}
}

func TestEachLimitBeginsAtATenthAnd59RequestsAreEnough(t *testing.T) {
	rejected := func(n int) func(*analyze.Collector) {
		return func(c *analyze.Collector) {
			c.Ledger.Spans += n
			c.Ledger.Count(trace.Code{ID: "bad", Fate: trace.Rejected}, n, trace.Example{})
		}
	}
	for _, c := range []struct {
		name   string
		counts map[string]int
		change func(*analyze.Collector)
		want   Fitness
	}{
		{"18 of 180 spans are rejected", map[string]int{complete: 81}, rejected(18), Fitness{NotFit, Unreadable, 18, 180, 0}},
		{"17 of 179 spans are rejected", map[string]int{complete: 81}, rejected(17), Fitness{Grade: Fit}},
		{"80 of 800 ms are untraced", map[string]int{complete: 70, gapped: 10}, nil, Fitness{FitInPart, Untraced, int64(80 * ms), int64(800 * ms), 0}},
		{"80 of 810 ms are untraced", map[string]int{complete: 71, gapped: 10}, nil, Fitness{Grade: Fit}},
		{"59 requests", map[string]int{complete: 59}, nil, Fitness{Grade: Fit}},
		{"as many missing as lie above p99", map[string]int{complete: 198, rootless: 2}, nil, Fitness{FitInPart, MissingRoot, 2, 200, quantile.P95}},
		{"one fewer", map[string]int{complete: 199, rootless: 1}, nil, Fitness{Grade: Fit}},
	} {
		if got := judged(t, c.counts, c.change); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
