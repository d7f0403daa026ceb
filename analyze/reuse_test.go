package analyze

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestACollectorThatKeepsItsMemoryFindsWhatOneForEachTraceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
		merged := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
		for i := range rapid.IntRange(1, 12).Draw(t, "traces") {
			spans := testkit.Spans().Draw(t, "spans")
			for k := range spans {
				spans[k].Trace, spans[k].Sig.Number = trace.ID{Lo: uint64(i + 1)}, uint32(k%3)
			}
			if rapid.Bool().Draw(t, "forget") {
				kept.explain.ForgetSignatures()
			}
			kept.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
			one := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
			one.Add(trace.Assemble(spans, trace.Options{}))
			merged.Merge(one)
		}
		want, got := merged.Result(Settings{}), kept.Result(Settings{})
		want.Ledger, got.Ledger = nil, nil
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("one collector %+v\none for each %+v", got, want)
		}
	})
}

func TestATraceLikeOthersAllocatesNextToNothing(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		GET server            ======================
		  call client          ====   http.response.status_code=503
		  call client               =====
		  SELECT client                  ===  db.system=mysql
		  work                              ====`)
	c := NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	if n := testing.AllocsPerRun(2000, func() { c.Add(tr) }); n > 0 {
		t.Errorf("%v allocations for each", n)
	}
	r := c.Result(Settings{})
	if r.Observations != 2001 || r.Journeys[0].Tail.Slow.Total != tr.Spans[0].Duration() {
		t.Errorf("%d observations of %v", r.Observations, r.Journeys[0].Tail.Slow.Total)
	}
}
