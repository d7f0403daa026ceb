package budget

import (
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

func vitalJourney(t *testing.T, text string) *Journey {
	t.Helper()
	p, err := Load("plan", []byte("version: 1\njourneys: {j: {"+text+"}}"))
	if err != nil {
		t.Fatal(err)
	}
	return &p.Journeys[0]
}

func saidOf(j *Journey) string {
	var all []string
	if !j.Target.IsZero() {
		all = append(all, "target "+j.Target.String())
	}
	for _, l := range j.Layers {
		all = append(all, "layer "+l.Name)
	}
	for _, a := range j.Asserts {
		all = append(all, a.Text+" of "+a.Layer)
	}
	return strings.Join(all, "; ")
}

func TestLimitsOfVitalsAreATargetAssertionsAndALayerOfTheFirstByte(t *testing.T) {
	for text, want := range map[string]string{
		`lcp: p75 < 2500ms`:                                     "target lcp.p75 < 2.5s",
		`lcp: [p75 < 2500ms, p95 < 4s]`:                         "target lcp.p75 < 2.5s; lcp.p95 < 4s of ",
		`lcp: ["p75{region=eu} < 2s", p75 < 3s]`:                "target lcp.p75 < 3s; lcp.p75{region=eu} < 2s of ",
		`target: p95 < 4s, lcp: p75 < 2500ms`:                   "target p95 < 4s; lcp.p75 < 2500ms of ",
		`ttfb: [p75 < 800ms, p95 <= 1s], assert: [p95 < 4s]`:    "layer ttfb; ttfb.p75 < 800ms of ttfb; ttfb.p95 <= 1s of ttfb; p95 < 4s of ",
		`ttfb: p75 < 1s, layers: {a: {category: db}}`:           "layer ttfb; layer a; ttfb.p75 < 1s of ttfb",
		`ttfb: p75 < 1s, layers: {a: {category: db}, ttfb: {}}`: "layer a; layer ttfb; ttfb.p75 < 1s of ttfb",
		`inp: [p75 < 200ms, p95 < 500ms], owner: me`:            "target inp.p75 < 200ms; inp.p95 < 500ms of ",
	} {
		if got := saidOf(vitalJourney(t, text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestAJourneyWithLimitsOfVitalsBeginsAtItsPageOrInteraction(t *testing.T) {
	of := func(service, scope, name string) *trace.Signature {
		sig := testkit.Signature(service, name, trace.Internal)
		sig.Scope = scope
		return &sig
	}
	paint, click := of("shop", page.Scope, page.Root), of("shop", page.Scope, "click #buy")
	other, elsewhere, step := of("shop", "mine", page.Root), of("blog", page.Scope, page.Root), of("shop", page.Scope, page.FirstByte)
	for text, want := range map[string]string{
		`lcp: p75 < 2s`:                          "paint elsewhere",
		`ttfb: p75 < 2s`:                         "paint elsewhere",
		`inp: p75 < 2s`:                          "click",
		`lcp: p75 < 2s, root: {service: shop}`:   "paint",
		`lcp: p75 < 2s, root: {scope: mine}`:     "other",
		`inp: p75 < 2s, root: {name: "click *"}`: "click",
		`lcp: p75 < 2s, root: {name: ttfb}`:      "step",
	} {
		j, got := vitalJourney(t, text), []string{}
		for _, c := range []struct {
			name string
			sig  *trace.Signature
		}{{"paint", paint}, {"click", click}, {"other", other}, {"elsewhere", elsewhere}, {"step", step}} {
			if j.Root.Matches(c.sig) {
				got = append(got, c.name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s matches %q, want %s", text, got, want)
		}
	}
}
