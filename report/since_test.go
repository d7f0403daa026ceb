package report

import (
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// deployed is 400 checkouts, one a second, of a web whose version is another one from request at on, and whose
// payment takes so long before and after.
func deployed(t *testing.T, at, before, after int) *Report {
	t.Helper()
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{})
	for i := range 400 {
		pay, version := before, "2.3.0"
		if i >= at {
			pay, version = after, "2.4.0"
		}
		spans := reporttest.Later(reporttest.Checkout(t, pay+i%5, 15), i)
		for k := range spans {
			sig := *spans[k].Sig
			sig.Resource = append(trace.Attrs{{Key: "service.version", Value: version}}, sig.Resource...)
			spans[k].Sig, spans[k].Trace = &sig, trace.ID{Lo: uint64(i + 1)}
		}
		c.Add(trace.Assemble(spans, trace.Options{}))
	}
	return New(c.Result(analyze.Settings{}), Options{})
}

func TestTheFirstLineSaysSinceWhenAndWhatWasFirstSeenThen(t *testing.T) {
	r := deployed(t, 250, 40, 140)
	const want = "; since 22:17:30.0Z, service.version 2.4.0 first seen at 22:17:30Z."
	if got := r.Answer.String(); !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := deployed(t, 250, 40, 40).Answer.String(); strings.Contains(got, "since") {
		t.Errorf("a version that changes nothing is told: %s", got)
	}
}
