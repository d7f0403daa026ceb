package report

import (
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/analyze/since"
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

func TestTheTimeLineNamesThePercentileThatChangedUnlessItIsTheOneDrawn(t *testing.T) {
	at := trace.Time((22*time.Hour + 49*time.Minute + 56*time.Second + 800*time.Millisecond).Nanoseconds())
	for level, want := range map[quantile.Level]string{
		quantile.P95: "since 22:49:56.8Z  ",
		quantile.P50: "p50 since 22:49:56.8Z  ",
	} {
		if got := when(&analyze.Journey{Since: &since.Change{Level: level, At: at}}); got != want {
			t.Errorf("a change at %v reads %q, want %q", level, got, want)
		}
	}
}
