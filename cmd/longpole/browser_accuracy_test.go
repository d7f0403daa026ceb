package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/internal/testkit"
)

const browserLab = "../../testdata/recordings/browser"

// A browserTruth is what was done to a page of the lab.
type browserTruth struct {
	Fault, Journey string
	Injected       []struct{ Ms float64 }
	Expect         browserBlame
	WithoutMeta    *browserBlame `json:"expect_without_meta"`
}

// A browserBlame is what must be named first.
type browserBlame struct {
	Layer, Place, Resource string
	AlsoAllowed            []string `json:"also_allowed"`
}

// A browserJourney is what a report says of one.
type browserJourney struct {
	Name         string
	Observations int
	Answer       struct {
		Subject string
		Places  []struct {
			Place, Layer string
			LayerTime    int64 `json:"layer_ns"`
		}
	}
}

// pagesOn returns what a report says of the page loads, and of the interactions, of a recording, and its first lines.
func pagesOn(t *testing.T, file string, journey string) (out []browserJourney, sentences []string) {
	t.Helper()
	for _, glob := range []string{"storefront page*", "storefront click #*", "storefront interaction*", "web GET /catalog/*"} {
		var text, report, complaints bytes.Buffer
		if code := execute(t.Context(), []string{"report", file, "--budget", "none", "--journey", glob, "-o", "json"}, nil, &report, &complaints); code != 0 {
			continue // no such journey
		}
		var page struct{ Journeys []browserJourney }
		if err := json.Unmarshal(report.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		execute(t.Context(), []string{"report", file, "--budget", "none", "--journey", glob}, nil, &text, &complaints)
		line, _, _ := strings.Cut(text.String(), "\n\n")
		out, sentences = append(out, page.Journeys...), append(sentences, strings.ReplaceAll(line, "\n", " "))
	}
	return out, sentences
}

// The first thing that is named is the fault, with most of what was injected, with the meta tag and without.
func TestTheFaultsOfPagesAreNamedFirst(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(browserLab, "*", "*meta.otlp.jsonl.zst"))
	if len(files) == 0 {
		t.Skip("no recordings of a browser")
	}
	for _, file := range testkit.Some(files, 3) {
		var truth browserTruth
		readTruth(t, filepath.Join(filepath.Dir(file), "truth.json"), &truth)
		if truth.WithoutMeta != nil && strings.HasPrefix(filepath.Base(file), "no-meta") {
			truth.Expect = *truth.WithoutMeta
		}
		healthy := filepath.Join(browserLab, "healthy", filepath.Base(file))
		if truth.Expect.Layer == "" || len(truth.Injected) == 0 {
			continue
		}
		usual, _ := pagesOn(t, healthy, truth.Journey)
		all, sentences := pagesOn(t, file, truth.Journey)
		t.Run(truth.Fault+" "+filepath.Base(file), func(t *testing.T) {
			if problem := truth.missedBy(all, usual); problem != "" {
				t.Errorf("%s\n%s", problem, strings.Join(sentences, "\n"))
			}
			named := slices.Contains([]string{"download", "discovery", "render"}, truth.Expect.Layer)
			if path := resourceOf(truth.Expect.Resource); named && path != "" && !slices.ContainsFunc(sentences, func(s string) bool { return strings.Contains(s, path) }) {
				t.Errorf("no sentence names %s:\n%s", path, strings.Join(sentences, "\n"))
			}
		})
	}
}

// missedBy says why a fault is not named first; "" if it is.
func (truth *browserTruth) missedBy(all, usual []browserJourney) string {
	layers := append([]string{truth.Expect.Layer}, truth.Expect.AlsoAllowed...)
	places := strings.Split(truth.Expect.Place, ", ")
	why := "no journey names it"
	for i := range all {
		for _, first := range all[i].Answer.Places[:min(1, len(all[i].Answer.Places))] {
			if !slices.Contains(layers, first.Layer) || !slices.ContainsFunc(places, func(p string) bool { return samePlace(p, first.Place) }) {
				continue
			}
			before := int64(0)
			for _, u := range usual {
				for _, p := range u.Answer.Places {
					if u.Name == all[i].Name && p.Place == first.Place && p.Layer == first.Layer {
						before = p.LayerTime
					}
				}
			}
			added := time.Duration(first.LayerTime - before)
			if injected := time.Duration(truth.Injected[0].Ms * 1e6); added < injected/5*4 {
				why = fmt.Sprintf("%v of %v are named", added, injected)
				continue
			}
			return ""
		}
	}
	return why
}

// samePlace reports whether two places are one, as far as a page tells: what it waits for is at its own service, at a host,
// or at the service that answers there.
func samePlace(a, b string) bool {
	caller, _, _ := strings.Cut(a, " -> ")
	other, _, _ := strings.Cut(b, " -> ")
	return a == b || caller == other && caller == "storefront"
}

// resourceOf returns the path of a resource up to what differs from page to page.
func resourceOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	_, path, _ := strings.Cut(rest, "/")
	path, _, _ = strings.Cut(path, "*")
	return path
}

func TestNothingIsFoundWrongWithHealthyPages(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(browserLab, "healthy", "*.otlp.jsonl.zst"))
	for _, file := range files {
		for _, f := range findingsOn(t, file) {
			isPage := strings.HasPrefix(f.Journey, "storefront page") || strings.HasPrefix(f.Journey, "storefront interaction") || strings.HasPrefix(f.Journey, "storefront click #")
			if isPage && isSure(f) {
				t.Errorf("%s: %s at %s, %s: %s", file, f.Name, f.place(), f.Level, f.Evidence)
			}
		}
	}
}

// With a meta tag a page and its request are one path, without they are two, and the first sentence says why.
func TestAPageSaysWhetherTheServersPathIsInIt(t *testing.T) {
	for file, joined := range map[string]bool{"meta": true, "no-meta": false} {
		path := filepath.Join(browserLab, "healthy", file+".otlp.jsonl.zst")
		all, sentences := pagesOn(t, path, "")
		if len(all) == 0 {
			t.Skip("no recordings of a browser")
		}
		says := strings.Contains(strings.Join(strings.Fields(sentences[0]), " "), "no meta tag")
		if says == joined || !strings.Contains(sentences[0], "backend") || !strings.Contains(sentences[0], "frontend") {
			t.Errorf("%s: %s", file, sentences[0])
		}
	}
}

// shiftBrowser returns a recording in which the clock of the browser is off by so much more.
func shiftBrowser(t *testing.T, file string, by time.Duration) string {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := zstd.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var out bytes.Buffer
	for d := json.NewDecoder(z); ; {
		var line map[string][]map[string]any
		if err := d.Decode(&line); err != nil {
			break
		}
		for _, resources := range line {
			for _, r := range resources {
				if text, _ := json.Marshal(r["resource"]); bytes.Contains(text, []byte(`"storefront"`)) {
					shiftTimes(r, by)
				}
			}
		}
		text, _ := json.Marshal(line)
		out.Write(append(text, '\n'))
	}
	path := filepath.Join(t.TempDir(), "shifted.jsonl")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func shiftTimes(v any, by time.Duration) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			shiftTimes(e, by)
		}
	case map[string]any:
		for key, e := range v {
			n, err := int64(0), error(nil)
			if text, isText := e.(string); isText && strings.HasSuffix(key, "UnixNano") {
				if n, err = strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
					v[key] = strconv.FormatInt(n+int64(by), 10)
				}
				continue
			}
			shiftTimes(e, by)
		}
	}
}

func TestAnHourOfTheBrowsersClockChangesNothingOfItsPages(t *testing.T) {
	file := filepath.Join(browserLab, "healthy", "meta.otlp.jsonl.zst")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no recordings of a browser")
	}
	want, _ := pagesOn(t, file, "")
	for _, by := range testkit.Some([]time.Duration{time.Hour, -time.Hour}, 1) {
		if got, _ := pagesOn(t, shiftBrowser(t, file, by), ""); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("off by %v:\n%v\nwant\n%v", by, got, want)
		}
	}
}

// The paint, the first byte and the interaction each have a limit of their own.
func TestAPlanHoldsThePartsOfPages(t *testing.T) {
	file := filepath.Join(browserLab, "healthy", "meta.otlp.jsonl.zst")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no recordings of a browser")
	}
	const (
		page        = "version: 1\njourneys: {page: {root: {scope: longpole/page, name: page}, "
		interaction = "version: 1\njourneys: {interaction: {root: {scope: longpole/page, name: interaction}, "
		firstByte   = "layers: {ttfb: {under: {scope: longpole/page, name: ttfb}}}, "
	)
	usual, err := os.ReadFile("../../testdata/plans/good/pages.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for plan, want := range map[string]int{
		page + "target: p75 < 2500ms}}":                   0,
		page + "target: p75 < 50ms}}":                     1,
		page + firstByte + "assert: [ttfb.p75 < 800ms]}}": 0,
		page + firstByte + "assert: [ttfb.p75 < 1ms]}}":   1,
		interaction + "target: p75 < 200ms}}":             0,
		interaction + "target: p75 < 1ms}}":               1,
		string(usual):                                     0,
		"version: 1\njourneys: {page: {lcp: [p75 < 2500ms, p95 < 4s], ttfb: [p75 < 800ms, p95 < 1800ms]}}": 0,
		"version: 1\njourneys: {page: {lcp: [p75 < 2500ms, p95 < 50ms]}}":                                  1,
		"version: 1\njourneys: {page: {ttfb: [p75 < 800ms, p95 < 1ms]}}":                                   1,
		"version: 1\njourneys: {page: {lcp: p75 < 2500ms, root: {service: storefront}}}":                   0,
		"version: 1\njourneys: {page: {lcp: p75 < 2500ms, root: {service: blog}}}":                         4,
		"version: 1\njourneys: {click: {inp: [p75 < 200ms, p95 < 500ms]}}":                                 0,
		"version: 1\njourneys: {click: {inp: [p75 < 1ms]}}":                                                1,
	} {
		path := filepath.Join(t.TempDir(), "longpole.yaml")
		if err := os.WriteFile(path, []byte(plan), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, complaints bytes.Buffer
		if code := execute(t.Context(), []string{"check", file, "--budget", path}, nil, &out, &complaints); code != want {
			t.Errorf("%s: exit code %d, want %d: %s", plan, code, want, complaints.String())
		}
	}
}

// What init drafts of pages holds on the pages that it was drafted from.
func TestThePlanThatInitDraftsOfPagesHolds(t *testing.T) {
	file := filepath.Join(browserLab, "healthy", "meta.otlp.jsonl.zst")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no recordings of a browser")
	}
	path := filepath.Join(t.TempDir(), "longpole.yaml")
	var out, complaints bytes.Buffer
	if code := execute(t.Context(), []string{"init", file, "--write", path}, nil, &out, &complaints); code != 0 {
		t.Fatal(complaints.String())
	}
	plan, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"    lcp: p75 <", "    ttfb: p75 <", "    inp: p75 <"} {
		if !bytes.Contains(plan, []byte(key)) {
			t.Errorf("no %q in\n%s", key, plan)
		}
	}
	if code := execute(t.Context(), []string{"check", file, "--budget", path, "--strict"}, nil, &out, &complaints); code != 0 {
		t.Errorf("exit code %d: %s%s\n%s", code, out.String(), complaints.String(), plan)
	}
}

func reportText(t *testing.T, file string, more ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := execute(t.Context(), append([]string{"report", file, "--budget", "none"}, more...), nil, &out, &complaints); code != 0 {
		t.Fatal(complaints.String())
	}
	return out.String()
}

// A click that nobody notices, and what its handlers do on their own, are no headline beside the loading of a page; a click that
// hesitates for a third of a second is.
func TestTheHeadlineIsAboutWhatPeopleNotice(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(browserLab, "*", "*meta.otlp.jsonl.zst"))
	for _, file := range files {
		want := "storefront page /catalog/{id}: "
		if strings.Contains(file, "busy-click") {
			want = "storefront interaction /catalog/{id}: "
		}
		if got := reportText(t, file); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", file, got[:min(len(got), 200)])
		}
	}
}

// Layout shifts and ratings stand beside the time of a page, in every form of a report.
func TestThePagesOfAReportAreRated(t *testing.T) {
	file := filepath.Join(browserLab, "healthy", "meta.otlp.jsonl.zst")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no recordings of a browser")
	}
	const rated = "Rated by the usual limits: lcp p75 232 ms, good (40 loads, 100 % good) and cls p75 0.00, good (40 loads, 100 % good)"
	for _, form := range []string{"text", "markdown", "html"} {
		got := strings.Join(strings.Fields(reportText(t, file, "--journey", "storefront page*", "-o", form)), " ")
		if !strings.Contains(got, rated) {
			t.Errorf("%s does not say how pages are rated", form)
		}
	}
	type vital struct {
		Name, P75, Rating string
		P75NS             int64 `json:"p75_ns"`
		Loads             int
		Good, Poor        float64
		Needs             float64 `json:"needs_improvement"`
	}
	var said struct {
		Journeys []struct {
			Name   string
			Vitals []vital
		}
	}
	if err := json.Unmarshal([]byte(reportText(t, file, "-o", "json")), &said); err != nil {
		t.Fatal(err)
	}
	got := map[string][]vital{}
	for _, j := range said.Journeys {
		got[j.Name] = j.Vitals
	}
	page := got["storefront page /catalog/{id}"]
	if len(page) != 2 || page[0] != (vital{"lcp", "", "good", page[0].P75NS, 40, 40, 0, 0}) || page[1] != (vital{"cls", "0.00", "good", 0, 40, 40, 0, 0}) {
		t.Errorf("pages are rated %+v", page)
	}
	if click := got["storefront interaction /catalog/{id}"]; len(click) != 1 || click[0].Name != "inp" || len(got["storefront POST /cart"]) != 0 {
		t.Errorf("interactions are rated %+v, requests %+v", click, got["storefront POST /cart"])
	}
}

// What was fetched and not waited for is counted.
func TestBeaconsAndLatePicturesOfPagesAreCounted(t *testing.T) {
	file := filepath.Join(browserLab, "healthy", "meta.otlp.jsonl.zst")
	if _, err := os.Stat(file); err != nil {
		t.Skip("no recordings of a browser")
	}
	var said struct {
		Diagnostics []struct {
			Code  string
			Count int
		}
	}
	if err := json.Unmarshal([]byte(reportText(t, file, "-o", "json")), &said); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, d := range said.Diagnostics {
		count[d.Code] = d.Count
	}
	if count["page-fetched-later"] != 114 || count["page-fetched-longer"] != 13 {
		t.Errorf("%v", count)
	}
}

// A vital that says nothing of its parts is not all rendering: the report says that nobody told.
func TestAPaintWithoutAttributionIsNotCalledRendering(t *testing.T) {
	got := reportText(t, "../../ingest/testdata/browser/sentry.json", "--journey", "*page /*")
	line, _, _ := strings.Cut(got, "\n")
	if !strings.Contains(line, "not told 75 %") || strings.Contains(line, "render") {
		t.Error(line)
	}
}
