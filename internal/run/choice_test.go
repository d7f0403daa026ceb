package run_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// What is not chosen shows nothing: neither in a figure, nor of who waits for whom.
func TestRequestsThatAreChosenAreJudgedAsIfTheyWereAlone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all, chosen [][]trace.Span
		for i := range rapid.IntRange(1, 12).Draw(rt, "traces") {
			spans := begunAt(testkit.Spans().Draw(rt, "trace"), i)
			all = append(all, spans)
			if hour(starts(spans))%2 == 0 {
				chosen = append(chosen, spans)
			}
		}
		even := attribute.Options{Chooses: func(q *attribute.Candidate) (bool, bool) { return hour(q.Start())%2 == 0, true }}
		got, shown := collect(all, even)
		want, wanted := collect(chosen, attribute.Options{})
		if !reflect.DeepEqual(shown, wanted) {
			rt.Fatalf("evidence chosen among others\n%+v\nalone\n%+v", shown, wanted)
		}
		unchosen := got.Unchosen
		if got.Ledger.Traces != len(all) || (unchosen == attribute.Unchosen{}) != (len(all) == len(chosen)) {
			rt.Fatalf("%d traces were read, %+v are not chosen", got.Ledger.Traces, unchosen)
		}
		got.Ledger, want.Ledger, got.Unchosen = nil, nil, attribute.Unchosen{}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("chosen among others\n%+v\nalone\n%+v", got, want)
		}
	})
}

func TestATraceWhoseRootIsMissingIsChosenByItsTopmostSpan(t *testing.T) {
	spans := testkit.Draw(t, `
		POST client lost   ==========
		  pay                ===
		  ship                  ===`)
	never := attribute.Options{Chooses: func(*attribute.Candidate) (bool, bool) { return false, true }}
	res, _ := collect([][]trace.Span{spans}, never)
	if res.LeftOut.Traces != 0 || (res.Unchosen != attribute.Unchosen{Traces: 1}) {
		t.Errorf("%+v, not chosen %+v", res.LeftOut, res.Unchosen)
	}
}

// begunAt moves a trace to hour i.
func begunAt(spans []trace.Span, i int) []trace.Span {
	spans = slices.Clone(spans)
	for k := range spans {
		s := &spans[k]
		s.Trace = trace.ID{Lo: uint64(i + 1)}
		s.Start, s.End = s.Start.Add(time.Duration(i)*time.Hour), s.End.Add(time.Duration(i)*time.Hour)
	}
	return spans
}

func starts(spans []trace.Span) trace.Time {
	return slices.MinFunc(spans, func(a, b trace.Span) int { return int(a.Start - b.Start) }).Start
}

func hour(t trace.Time) int64 {
	return int64(t+trace.Time(30*time.Minute)-testkit.Epoch) / int64(time.Hour)
}

// collect judges requests one by one, and again if all of them say otherwise.
func collect(all [][]trace.Span, o attribute.Options) (*analyze.Result, *attribute.Evidence) {
	look := func(j *attribute.Judgement) *analyze.Collector {
		e := attribute.NewExplainer(category.BuiltIn(), nil)
		e.Judging(j)
		c := analyze.NewCollector(e, o)
		for _, spans := range all {
			c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
		}
		return c
	}
	c := look(nil)
	if j := c.Evidence().Judge(); c.Evidence().Contradicts(j) {
		c = look(j)
	}
	return c.Result(analyze.Settings{}), c.Evidence()
}
