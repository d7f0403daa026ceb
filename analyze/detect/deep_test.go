package detect_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A chain so deep that a walk from each span to its root would take some minutes.
func TestARequestIsLookedAtOnceHoweverDeepItIs(t *testing.T) {
	const deep = 300_000
	sig := &trace.Signature{Service: "web", Name: "work", Kind: trace.Internal}
	spans := make([]trace.Span, deep)
	for i := range spans {
		spans[i] = trace.Span{Trace: trace.ID{Lo: 1}, ID: trace.SpanID(i + 1), Parent: trace.SpanID(i), Start: trace.Time(i), End: trace.Time(2*deep - i), Sig: sig}
	}
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	begun := time.Now()
	detect.NewSurvey(attribute.NoPlan, bounded.Limits{}).Look(e.Read(trace.Assemble(spans, trace.Options{}), attribute.Options{}))
	if took := time.Since(begun); took > time.Minute {
		t.Fatalf("%d spans below each other took %v", deep, took)
	}
}
