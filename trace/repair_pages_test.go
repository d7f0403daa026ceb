package trace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// inverted is a page as its meta tag makes it: the child of the request that it was loaded by.
const inverted = `
	serve server in=api host=a        ======
	  render in=api host=a              ===
	    documentLoad in=web         ====================   telemetry.sdk.language=webjs
	      documentFetch in=web      =========              telemetry.sdk.language=webjs
	      resourceFetch in=web               ======        telemetry.sdk.language=webjs`

func parentsOf(t *trace.Trace) map[string]string {
	out := map[string]string{}
	for i := range t.Spans {
		parent := ""
		if p := t.Parent(int32(i)); p != trace.None {
			parent = t.Spans[p].Sig.Name
		}
		out[t.Spans[i].Sig.Name] = parent
	}
	return out
}

func notesOf(t *trace.Trace) (out []string) {
	for _, n := range t.Notes {
		out = append(out, n.Code.ID)
	}
	return out
}

func TestAPageIsAboveTheRequestThatItWasLoadedBy(t *testing.T) {
	for _, off := range []time.Duration{0, time.Hour, -time.Hour} {
		spans := testkit.Draw(t, inverted)
		for i := range spans {
			if spans[i].Sig.Service == "web" {
				spans[i].Start, spans[i].End = spans[i].Start.Add(off), spans[i].End.Add(off)
			}
		}
		tr := trace.Assemble(spans, trace.Options{})
		got := parentsOf(tr)
		for name, want := range map[string]string{"documentLoad": "", "documentFetch": "documentLoad", "serve": "documentFetch", "render": "serve", "resourceFetch": "documentLoad"} {
			if got[name] != want {
				t.Errorf("off by %v: %s is below %q, want %q", off, name, got[name], want)
			}
		}
		if notes := notesOf(tr); !slices.Contains(notes, "page-above-its-request") || len(tr.Roots) != 1 {
			t.Errorf("off by %v: %v, %d roots", off, notes, len(tr.Roots))
		}
	}
}

func TestAPageWithoutItsRequestIsARootAndSaysSo(t *testing.T) {
	for what, drawing := range map[string]string{
		"it names none": "documentLoad in=web ====",
		"it names one that is not there": `
			serve server in=api lost    ==
			  documentLoad in=web      ====`,
	} {
		tr := testkit.DrawTrace(t, drawing)
		if notes := notesOf(tr); len(tr.Roots) != 1 || !slices.Equal(notes, []string{"page-alone"}) {
			t.Errorf("%s: %d roots, %v", what, len(tr.Roots), notes)
		}
	}
}

// A page out of a cache names the request of whoever asked first.
func TestARequestIsThatOfOnePageOnly(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		serve server in=api host=a    ======
		  documentLoad in=web        ========               telemetry.sdk.language=webjs
		    documentFetch in=web     ========               telemetry.sdk.language=webjs
		  documentLoad in=web                   ========    telemetry.sdk.language=webjs`)
	if notes := notesOf(tr); len(tr.Roots) != 2 || !slices.Contains(notes, "page-shared") || !slices.Contains(notes, "page-above-its-request") {
		t.Errorf("%d roots, %v", len(tr.Roots), notes)
	}
}

// A click that leads to a page, in one trace, is above it.
func TestAPageBelowAClickStaysThere(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		click in=web            ==            telemetry.sdk.language=webjs
		  documentLoad in=web     ========    telemetry.sdk.language=webjs`)
	if got := parentsOf(tr)["documentLoad"]; got != "click" {
		t.Errorf("it is below %q", got)
	}
}

// Names are looked up and connections opened before a request is sent.
func TestAServerLiesWhereItsRequestWasSent(t *testing.T) {
	spans := testkit.Draw(t, `
		fetch client in=page   ====================    telemetry.sdk.language=webjs event:requestStart=12
		  serve server in=api        ====              host=a`)
	tr := trace.Assemble(spans, trace.Options{})
	if served := startOf(tr, "serve") - startOf(tr, "fetch"); served != 14*time.Millisecond {
		t.Errorf("served %v after the fetch began, want the middle of 12 to 20 ms", served)
	}
}

// A link joins what is in one trace and not of one tree; a page that a click led to stays below it, and has its request.
func TestAPageHasTheRequestThatItLinksTo(t *testing.T) {
	for what, c := range map[string]struct{ drawing, above, serve, notes string }{
		"a page": {`
			serve server in=api host=a    ====
			documentLoad in=web         ========
			  documentFetch in=web      ======`, "", "documentFetch", "[page-linked]"},
		"below a click": {`
			serve server in=api host=a    ====
			click in=web               =            telemetry.sdk.language=webjs
			  documentLoad in=web       ========
			    documentFetch in=web    ======`, "click", "documentFetch", "[page-linked]"},
		"one tree": {`
			documentLoad in=web         ========
			  documentFetch in=web      ======
			    serve server in=api       ====`, "", "documentFetch", "[]"},
		"a request that is not there": {`
			documentLoad in=web         ========
			  documentFetch in=web      ======`, "", "", "[page-linked-apart]"},
	} {
		spans := testkit.Draw(t, c.drawing)
		to := trace.Link{Trace: spans[0].Trace, Span: 4711}
		for i := range spans {
			if spans[i].Sig.Name == "serve" {
				to.Span = spans[i].ID
			}
		}
		for i := range spans {
			if spans[i].Sig.Name == "documentFetch" {
				spans[i].More = &trace.More{Links: []trace.Link{to}}
			}
		}
		tr := trace.Assemble(spans, trace.Options{})
		got, notes := parentsOf(tr), slices.DeleteFunc(notesOf(tr), func(n string) bool { return !strings.HasPrefix(n, "page-") })
		if got["documentLoad"] != c.above || got["serve"] != c.serve || fmt.Sprint(notes) != c.notes {
			t.Errorf("%s: the page is below %q, the request below %q, %v", what, got["documentLoad"], got["serve"], notes)
		}
	}
}
