package trace_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestAUsersDeviceIsToldByWhatTimedTheSpan(t *testing.T) {
	for _, c := range []struct {
		resource, attrs trace.Attrs
		want            bool
	}{
		{resource: trace.Attrs{{"telemetry.sdk.language", "webjs"}}, want: true},
		{resource: trace.Attrs{{"browser.platform", ""}}, want: true},
		{resource: trace.Attrs{{"process.runtime.name", "browser"}}, want: true},
		{resource: trace.Attrs{{"os.name", "iOS"}, {"telemetry.sdk.language", "swift"}}, want: true},
		{attrs: trace.Attrs{{"telemetry.sdk.language", "webjs"}}, want: true}, // Zipkin has no resources
		{resource: trace.Attrs{{"process.runtime.name", "nodejs"}, {"telemetry.sdk.language", "nodejs"}}},
		{resource: trace.Attrs{{"os.name", "Ubuntu"}, {"telemetry.sdk.language", "swift"}}},
		{resource: trace.Attrs{{"telemetry.sdk.language", "go"}}, attrs: trace.Attrs{{"browser.platform", ""}, {"os.name", "iOS"}}}, // who asked
	} {
		sig := trace.Signature{Resource: c.resource, Attrs: c.attrs}
		if got := sig.OnDevice(); got != c.want {
			t.Errorf("%v %v: %v", c.resource, c.attrs, got)
		}
	}
}

const page = `
	fetch client in=page       ============                telemetry.sdk.language=webjs
	  serve server in=api        ======          host=a
	    query in=api               ==            host=a
	    ask client in=api          ====          host=a
	      answer server in=db       ==           host=b`

func TestABrowserIsMovedAroundItsServersHoweverFarItsClockIsOff(t *testing.T) {
	for _, off := range []time.Duration{0, time.Millisecond, 2 * time.Second, -37 * time.Hour} {
		spans := testkit.Draw(t, page)
		spans[0].Start, spans[0].End = spans[0].Start.Add(off), spans[0].End.Add(off)
		tr := trace.Assemble(spans, trace.Options{})
		if fetched, served := startOf(tr, "fetch"), startOf(tr, "serve"); served != 2*time.Millisecond || fetched != -time.Millisecond {
			t.Errorf("off by %v: fetched from %v, served from %v", off, fetched, served)
		}
		if off.Abs() > time.Second {
			wantNotes(t, tr, fmt.Sprintf("device-clock %v", (off+time.Millisecond).Abs()))
		} else {
			wantNotes(t, tr)
		}
	}
}

func TestABrowserStaysIfAlignmentIsOff(t *testing.T) {
	tr := trace.Assemble(testkit.Draw(t, page), trace.Options{MaxSkew: -1})
	wantNotes(t, tr)
	if got := startOf(tr, "fetch"); got != 0 {
		t.Errorf("it starts at %v", got)
	}
}

func TestAPageBelowTheRequestThatLoadedItHasItsOwnClock(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		index server in=api     ====                                   host=a
		  load in=page                          ==============         telemetry.sdk.language=webjs
		    fetch client in=page                   ========            telemetry.sdk.language=webjs
		      serve server in=api      ====                            host=a`)
	wantNotes(t, tr, "device-clock 14ms")
	for name, want := range map[string]time.Duration{"index": 0, "load": 2, "fetch": 5, "serve": 7} {
		if got := startOf(tr, name); got != want*time.Millisecond {
			t.Errorf("%s starts at %v, want %d ms", name, got, want)
		}
	}
}

func TestServersThatDisagreeUnderABrowserAreAMatterOfHosts(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		click in=page             ==================                   telemetry.sdk.language=webjs
		  one client in=page       ====                                telemetry.sdk.language=webjs
		    a server in=api         ==                                 host=a
		  two client in=page           ====                            telemetry.sdk.language=webjs
		    b server in=api             ==                             host=a
		  three client in=page             ====                        telemetry.sdk.language=webjs
		    c server in=pay                              ==            host=b`)
	wantNotes(t, tr, "clock-skew 13ms")
	if got := startOf(tr, "c"); got != 10*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
}

func TestCallsThatFitByLengthSayWhereABrowserBelongs(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		one client in=page    ====                           telemetry.sdk.language=webjs
		  a server in=api            ==                      host=a
		  b server in=api      =============                 host=a
		  c server in=api       =============                host=a`)
	if got := startOf(tr, "one"); got != 6*time.Millisecond {
		t.Errorf("it starts at %v", got)
	}
}

func TestWhichServerIsMetFirstDoesNotRestOnTheBrowsersClock(t *testing.T) {
	var found [2]int
	for k, off := range []time.Duration{time.Minute, -time.Minute} {
		spans := testkit.Draw(t, `
			root client in=page           ====================         telemetry.sdk.language=webjs
			  gate server in=gate          =================           host=g
			    pass client in=gate         ===============            host=g
			      one server in=api          =============             host=a
			        ask client in=api         ====                     host=a
			          far server in=db              ==                 host=b
			  load in=page                  ================           telemetry.sdk.language=webjs
			    fetch client in=page         ====                      telemetry.sdk.language=webjs
			      near server in=db           ==                       host=b`)
		for i := range spans {
			if s := &spans[i]; s.Sig.OnDevice() {
				s.Start, s.End = s.Start.Add(off), s.End.Add(off)
			}
		}
		found[k] = len(trace.Assemble(spans, trace.Options{}).Notes)
	}
	if found[0] != found[1] {
		t.Errorf("%d notes if it is ahead, %d if it is behind", found[0], found[1])
	}
}

// withPage generates a trace whose root, and some of what is below it, ran in a browser.
func withPage(t *rapid.T) []trace.Span {
	spans := calling(t)
	onPage := map[trace.SpanID]bool{0: true}
	for i := range spans {
		s := &spans[i]
		if s.Flags.Has(trace.FollowsFrom) || !onPage[s.Parent] || (s.Parent != 0 && rapid.Bool().Draw(t, "served")) {
			continue
		}
		onPage[s.ID] = true
		s.Sig = &trace.Signature{Service: "page", Name: s.Sig.Name, Kind: trace.Client, Resource: trace.Attrs{{"telemetry.sdk.language", "webjs"}}}
	}
	return spans
}

// calling generates servers on hosts, with the calls between them.
func calling(t *rapid.T) []trace.Span {
	spans := testkit.Spans().Draw(t, "spans")
	for i := range spans {
		sig := *spans[i].Sig
		sig.Host = rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "host")
		sig.Kind = rapid.SampledFrom([]trace.Kind{trace.Client, trace.Server}).Draw(t, "kind")
		spans[i].Sig = &sig
	}
	return spans
}

func TestShiftingAWholeBrowserChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := withPage(t)
		if len(trace.Assemble(slices.Clone(spans), trace.Options{}).Roots) == 0 {
			t.Skip("no root")
		}
		shifted := slices.Clone(spans)
		by := time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "by"))
		for i := range shifted {
			if s := &shifted[i]; s.Sig.OnDevice() {
				s.Start, s.End = s.Start.Add(by), s.End.Add(by)
			}
		}
		want, got := places(trace.Assemble(spans, trace.Options{})), places(trace.Assemble(shifted, trace.Options{}))
		for id, at := range want {
			if got[id] != at {
				t.Fatalf("span %v starts %v after the first span of the page, %v if all of it is shifted by %v", id, at, got[id], by)
			}
		}
	})
}

// places returns when each span starts and ends, from the start of the root, if a server of the
// page's was recorded: else nothing says where it belongs.
func places(tr *trace.Trace) map[trace.SpanID][2]time.Duration {
	at := map[trace.SpanID][2]time.Duration{}
	calls := false
	root := tr.Spans[tr.Roots[0]].Start
	for i := range tr.Spans {
		s := &tr.Spans[i]
		at[s.ID] = [2]time.Duration{s.Start.Sub(root), s.End.Sub(root)}
		p := tr.Parent(int32(i))
		calls = calls || p != trace.None && trace.Crosses(&tr.Spans[p], s) && trace.IsFromDevice(&tr.Spans[p], s)
	}
	if !calls {
		return nil
	}
	return at
}
