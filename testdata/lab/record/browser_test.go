package record

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// The recordings of the browser, judged by nothing but what they hold: no code
// of longpole has a part in it.
const browserRecordings = "../../recordings/browser"

func browserTruths(t *testing.T) map[string]truth {
	t.Helper()
	out := map[string]truth{}
	for _, f := range browserPages() {
		text, err := os.ReadFile(filepath.Join(browserRecordings, f.name, "truth.json"))
		if err != nil {
			t.Fatal(err)
		}
		var known truth
		if err := json.Unmarshal(text, &known); err != nil {
			t.Fatal(err)
		}
		out[f.name] = known
	}
	return out
}

// eachView calls do with every recording of pages.
func eachView(t *testing.T, do func(name, view string, known truth, f browserFile)) {
	t.Helper()
	for name, known := range browserTruths(t) {
		for view := range known.Recorded {
			do(name, view, known, readPages(t, filepath.Join(browserRecordings, name, view+".otlp.jsonl.zst")))
		}
	}
}

func TestEveryPageOfABrowserSaysOfItselfWhatWebVitalsSays(t *testing.T) {
	names := map[string]map[string]string{
		"ttfb": {"waiting": "waitingDuration", "cache": "cacheDuration", "dns": "dnsDuration", "connection": "connectionDuration", "request": "requestDuration"},
		"lcp":  {"load_delay": "resourceLoadDelay", "load_duration": "resourceLoadDuration", "render_delay": "elementRenderDelay"},
	}
	eachView(t, func(name, view string, known truth, f browserFile) {
		compared := 0
		for nth, p := range f.pages {
			own := p.parts()
			for v, parts := range names {
				sum := 0.0
				for part, theirs := range parts {
					said, ok := p.vitals[v].parts[theirs].(float64)
					have, known := own[v+"."+part]
					if ok && known {
						compared++
						sum += have
						if math.Abs(said-have) > 1 {
							t.Errorf("%s/%s, page %d: %s of %s is %.1f ms by the timing records and %.1f ms by web-vitals", name, view, nth, part, v, have, said)
						}
					}
				}
				if v == "lcp" {
					sum += own["ttfb"]
				}
				if _, ok := own[v]; ok && math.Abs(sum-p.vitals[v].value) > 1 {
					t.Errorf("%s/%s, page %d: parts of %s sum to %.1f ms, not %.1f", name, view, nth, v, sum, p.vitals[v].value)
				}
			}
			if inp := own["inp"]; math.Abs(own["inp.input"]+own["inp.processing"]+own["inp.presentation"]-inp) > 8 {
				t.Errorf("%s/%s, page %d: the parts of an interaction do not sum to its %.0f ms", name, view, nth, inp)
			}
		}
		if pages, _ := strconv.Atoi(known.Load["BROWSE_PAGES"]); len(f.pages) != pages || compared < 7*pages {
			t.Errorf("%s/%s: %d pages, of %d; %d parts compared", name, view, len(f.pages), pages, compared)
		}
	})
}

// middle is the median of a part over all pages that have it, and its least.
func middle(f browserFile, part string) (median, least float64, n int) {
	var all []float64
	for _, p := range f.pages {
		if v, ok := p.parts()[part]; ok {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		return 0, 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[0], len(all)
}

func TestWhatIsInjectedIntoAPageIsInItsTimingRecords(t *testing.T) {
	truths := browserTruths(t)
	for _, view := range []string{"meta", "no-meta"} {
		healthy := readPages(t, filepath.Join(browserRecordings, "healthy", view+".otlp.jsonl.zst"))
		for _, name := range names(browserPages)() {
			known := truths[name]
			if _, ok := known.Recorded[view]; !ok || len(known.Injected) == 0 {
				continue
			}
			f := readPages(t, filepath.Join(browserRecordings, name, view+".otlp.jsonl.zst"))
			for _, in := range known.Injected {
				t.Log(injected(t, name+", "+view, in, healthy, f))
			}
		}
	}
}

// injected says how far a part and its whole have moved. In every page the part
// has at least what was injected, except a render delay, of which the time passes
// in which the hero is loaded. The middle moves by less where a healthy page waits
// for something else meanwhile: it has a render delay of its own.
func injected(t *testing.T, where string, in injection, healthy, f browserFile) string {
	t.Helper()
	whole, _, _ := strings.Cut(in.Part, ".")
	if whole == "ttfb" {
		whole = "lcp"
	}
	ms := float64(in.MS)
	was, _, _ := middle(healthy, in.Part)
	is, least, n := middle(f, in.Part)
	wholeWas, _, _ := middle(healthy, whole)
	wholeIs, _, _ := middle(f, whole)
	if in.Part == "lcp.render_delay" {
		least, n = blocked(f)
	}
	if n < 25 || least < ms-1 {
		t.Errorf("%s: of %d pages one has %.1f ms of %s, %d were injected", where, n, least, in.Part, in.MS)
	}
	if moved := is - was; moved < 0.7*ms || moved > 1.5*ms {
		t.Errorf("%s: %s moves by %.1f ms, %d were injected", where, in.Part, moved, in.MS)
	}
	if moved := wholeIs - wholeWas; moved < 0.65*ms || moved > 1.5*ms {
		t.Errorf("%s: %s moves by %.1f ms, %d were injected", where, whole, moved, in.MS)
	}
	return fmt.Sprintf("| %s | %d | `%s` | %.1f | %.1f | %.1f | %s | %.0f | %.0f |", where, in.MS, in.Part, was, is, least, whole, wholeWas, wholeIs)
}

// blocked is the least time that the host of the style sheet took to answer.
func blocked(f browserFile) (least float64, n int) {
	least = math.Inf(1)
	for _, p := range f.pages {
		if r := p.resources["https://static.shop.test/css/shop.css"]; r != nil {
			least, n = min(least, r["response_start"]-r["request_start"]), n+1
		}
	}
	return least, n
}

func TestAPageIsInTheTraceOfItsServerOnlyWithTheMetaTag(t *testing.T) {
	eachView(t, func(name, view string, known truth, f browserFile) {
		loads, joined, clicks := 0, 0, 0
		for _, s := range f.spans {
			parent, hasParent := f.spans[s.ParentSpanID()]
			switch {
			case s.Name() == "documentLoad":
				loads++
				if hasParent && f.of[parent.SpanID()] == "web" && parent.Kind() == ptrace.SpanKindServer {
					joined++
				} else if s.ParentSpanID() != (pcommon.SpanID{}) {
					t.Errorf("%s/%s: a page below something else than its server", name, view)
				}
			case s.Name() == "POST /cart" && hasParent && f.of[parent.SpanID()] == "storefront":
				clicks++
			}
		}
		want := map[string]int{"meta": loads, "no-meta": 0}[view]
		if pages, _ := strconv.Atoi(known.Load["BROWSE_PAGES"]); loads != pages || joined != want || clicks != pages {
			t.Errorf("%s/%s: of %d pages %d have a trace, %d in that of their server, %d with a click that reaches the server", name, view, pages, loads, joined, clicks)
		}
	})
}

var update = flag.Bool("update", false, "write what the table expects of pages into the truths of their recordings")

func TestTheTruthOfAPageExpectsWhatTheTableDoes(t *testing.T) {
	truths := browserTruths(t)
	for _, f := range browserPages() {
		known := truths[f.name]
		same := reflect.DeepEqual(known.Expect, f.expect) && reflect.DeepEqual(known.Bare, f.bare) && known.Notes == f.notes && slices.Equal(known.MustNotBlame, f.spared)
		if same {
			continue
		}
		if !*update {
			t.Errorf("%s: the truth expects %+v, the table %+v (go test -update writes it)", f.name, known.Expect, f.expect)
			continue
		}
		known.Expect, known.Bare, known.Notes, known.MustNotBlame = f.expect, f.bare, f.notes, f.spared
		if err := writeJSON(filepath.Join(browserRecordings, f.name, "truth.json"), known); err != nil {
			t.Error(err)
		}
	}
}

func TestEachFaultOfAPageSaysWhatItDoes(t *testing.T) {
	for _, f := range browserPages() {
		if f.about == "" || f.journey == "" || len(f.spared) == 0 || slices.Contains(f.spared, f.expect.Layer) {
			t.Errorf("%s: a row is not complete: %+v", f.name, f)
		}
		if f.name != "healthy" && (len(f.faulty) == 0 || len(f.inject) == 0 || f.inject[0].Part == "" || f.expect.Place == "" || f.expect.Resource == "") {
			t.Errorf("%s: a fault is not complete: %+v", f.name, f)
		}
	}
}
