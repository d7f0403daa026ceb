package page_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

const ms = time.Millisecond

// timing draws moments in the order in which browsers have them, some of them missing, hidden or before others.
func timing(t *rapid.T, label string) page.Timing {
	out, at := page.NoTiming(), time.Duration(0)
	for m := page.Activation; m <= page.LoadEventEnd; m++ {
		at += time.Duration(rapid.IntRange(0, 300_000_000).Draw(t, label))
		switch rapid.IntRange(0, 9).Draw(t, label) {
		case 0:
			out.Set(m, 0)
		case 1:
		case 2:
			out.Set(m, at/2)
		default:
			out.Set(m, at)
		}
	}
	if rapid.Bool().Draw(t, label) {
		out.Set(page.Activation, 0)
	}
	return out
}

func TestThePartsOfVitalsAddUpToThemWhateverTheTimingsAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document, resource := timing(t, "document"), timing(t, "resource")
		lcp := time.Duration(rapid.Int64Range(1, 5_000_000_000).Draw(t, "lcp"))
		for _, r := range []*page.Timing{nil, &resource} {
			p := page.PartsOfLCP(&document, r, lcp)
			if p.Sum() != lcp || min(p.TTFB, p.LoadDelay, p.LoadDuration, p.RenderDelay) < 0 {
				t.Fatalf("%v of %v", p, lcp)
			}
		}
		first := page.PartsOfTTFB(&document)
		want := max(0, document.Or(page.ResponseStart, max(0, document.Or(page.Activation, 0)))-max(0, document.Or(page.Activation, 0)))
		if first.Sum() != want || min(first.Waiting, first.Cache, first.DNS, first.Connection, first.Request) < 0 {
			t.Fatalf("%v of %v", first, want)
		}
	})
}

// visit says what a browser says of a page that began at an instant.
func visit(from *page.Source, session string, origin trace.Time, lcp float64, more ...page.Said) []page.Record {
	own := trace.Attr{Key: "session.id", Value: session}
	at := func(value float64) trace.Time { return origin.Add(time.Duration(value * 1e6)) }
	vital := func(name string, value float64, when float64, body string) page.Said {
		return page.Said{Event: "browser.web_vital", At: at(when), Body: body, Attrs: trace.Attrs{own,
			{Key: "browser.web_vital.name", Value: name}, {Key: "browser.web_vital.value", Value: fmt.Sprint(value)}, {Key: "browser.web_vital.navigation_type", Value: "navigate"}}}
	}
	said := append([]page.Said{
		vital("ttfb", 100, 100, ""),
		vital("lcp", lcp, lcp, `{"url":"https://img.shop/hero-7.jpg","timeToFirstByte":100,"resourceLoadDelay":50,"resourceLoadDuration":200}`),
		vital("inp", 96, 2000, `{"interactionTarget":"main>#buy","interactionType":"pointer","interactionTime":2000,"inputDelay":8,"processingDuration":60,"presentationDelay":28}`),
		vital("cls", 0.02, 300, ""),
		{Event: "browser.navigation_timing", At: at(1500), Attrs: trace.Attrs{own, {Key: "url.full", Value: "https://shop/p/1"},
			{Key: "browser.resource_timing.fetch_start", Value: "10"}, {Key: "browser.resource_timing.domain_lookup_start", Value: "12"}, {Key: "browser.resource_timing.domain_lookup_end", Value: "20"},
			{Key: "browser.resource_timing.connect_start", Value: "20"}, {Key: "browser.resource_timing.secure_connection_start", Value: "25"}, {Key: "browser.resource_timing.connect_end", Value: "40"},
			{Key: "browser.resource_timing.request_start", Value: "41"}, {Key: "browser.resource_timing.response_start", Value: "100"}, {Key: "browser.resource_timing.response_end", Value: "110"}}},
		{Event: "browser.resource_timing", At: at(1600), Attrs: trace.Attrs{own, {Key: "url.full", Value: "https://img.shop/hero-7.jpg"},
			{Key: "browser.resource_timing.fetch_start", Value: "130"}, {Key: "browser.resource_timing.request_start", Value: "150"}, {Key: "browser.resource_timing.response_end", Value: "350"}}},
		{Event: "browser.resource_timing", At: at(1600), Attrs: trace.Attrs{own, {Key: "url.full", Value: "https://shop/site.css"}, {Key: "browser.resource_timing.render_blocking_status", Value: "blocking"},
			{Key: "browser.resource_timing.fetch_start", Value: "105"}, {Key: "browser.resource_timing.response_end", Value: "380"}}},
	}, more...)
	var out []page.Record
	for i := range said {
		if r, ok := page.Read(&said[i], from); ok {
			out = append(out, r)
		}
	}
	return out
}

func source(n uint64) *page.Source { return page.SourceOf("shop-web", "", nil, n) }

const epoch = trace.Time(1_780_000_000_000_000_000)

// drawn says of every span of pages, in order, what it is called and when it was.
func drawn(p *page.Pages, zero trace.Time) (out []string) {
	p.Begin(slices.Values[[][]trace.Span](nil))
	for spans := range p.Rest {
		for _, s := range spans {
			out = append(out, fmt.Sprint(s.Sig.Name, " ", s.Start.Sub(zero), "-", s.End.Sub(zero)))
		}
	}
	return out
}

func TestAPageIsItsPartsAndAnInteractionIsToo(t *testing.T) {
	got := drawn(page.Gather(visit(source(1), "s", epoch, 400)), epoch)
	want := []string{
		"page 0s-400ms", "ttfb 0s-100ms", "load delay /hero-{id}.jpg 100ms-150ms", "load duration /hero-{id}.jpg 150ms-350ms",
		"render delay 350ms-400ms", "render blocked /site.css 350ms-380ms",
		"click #buy 2s-2.096s", "input delay 2s-2.008s", "processing 2.008s-2.068s", "presentation delay 2.068s-2.096s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestPagesAreTheSameInAnyOrderOfRecordsAndHoweverFarTheClockIsOff(t *testing.T) {
	all := func(off time.Duration) (out []page.Record) {
		for i := range 12 {
			origin := epoch.Add(off + time.Duration(i/3)*5*time.Second)
			for n, r := range visit(source(uint64(i)), fmt.Sprint("s", i%3), origin, 400+float64(i)) {
				if n%2 > 0 { // others come in a message of their own
					r.Source = source(uint64(100 + i))
				}
				out = append(out, r)
			}
		}
		return out
	}
	want := drawn(page.Gather(all(0)), epoch)
	if len(want) != 12*10 {
		t.Fatalf("%d spans: %q", len(want), want)
	}
	for seed := range int64(20) {
		off := time.Duration(seed-10) * time.Hour
		records := all(off)
		rand.New(rand.NewSource(seed)).Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if got := drawn(page.Gather(records), epoch.Add(off)); !slices.Equal(got, want) {
			t.Fatalf("off by %v\n%q\nwant\n%q", off, got, want)
		}
	}
}

func TestRecordsWithoutADateGoToThePageOfTheirSessionOrToNone(t *testing.T) {
	timings := func(session string, at trace.Time) []page.Record {
		r, _ := page.Read(&page.Said{Event: "browser.resource_timing", At: at, Attrs: trace.Attrs{{Key: "session.id", Value: session}, {Key: "url.full", Value: "x"}, {Key: "browser.resource_timing.fetch_start", Value: "1"}}}, source(9))
		return []page.Record{r}
	}
	for _, c := range []struct {
		what     string
		sessions [2]string
		at       time.Duration
		of       string
		resource [2]int
		unplaced int
	}{
		{"the second page of a session", [2]string{"s", "s"}, 12 * time.Second, "s", [2]int{2, 3}, 0},
		{"the first page of a session", [2]string{"s", "s"}, 9 * time.Second, "s", [2]int{3, 2}, 0},
		{"a session without a page", [2]string{"s", "s"}, 9 * time.Second, "other", [2]int{2, 2}, 1},
		{"two pages without a session", [2]string{"", ""}, 12 * time.Second, "", [2]int{2, 2}, 1},
		{"the only page without a session", [2]string{"", ""}, 9 * time.Second, "", [2]int{3, 2}, 0},
	} {
		records := slices.Concat(visit(source(1), c.sessions[0], epoch, 400), visit(source(2), c.sessions[1], epoch.Add(10*time.Second), 500), timings(c.of, epoch.Add(c.at)))
		p := page.Gather(records)
		if len(p.All) != 2 || p.Unplaced != c.unplaced || len(p.All[0].Resources) != c.resource[0] || len(p.All[1].Resources) != c.resource[1] {
			t.Errorf("%s: %d pages, %d unplaced", c.what, len(p.All), p.Unplaced)
		}
	}
}

// A page that was activated after it began was prepared, whether or not a vital says so.
func TestAPageThatWasPreparedSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		navigation, timing string
		want               string
	}{
		"as any":              {"navigate", "0", ""},
		"by its vitals":       {"prerender", "0", "prerender"},
		"by its timing alone": {"", "250", "prerender"},
	} {
		said := visit(source(1), "s", epoch, 400, page.Said{Event: "browser.navigation_timing", At: epoch.Add(2 * time.Second), Attrs: trace.Attrs{
			{Key: "session.id", Value: "s"}, {Key: "browser.navigation_timing.activation_start", Value: c.timing}, {Key: "browser.resource_timing.fetch_start", Value: "10"}}})
		for i := range said {
			if said[i].Kind == page.Vital {
				said[i].Navigation = c.navigation
			}
		}
		p, got := page.Gather(said), "no page"
		p.Begin(slices.Values[[][]trace.Span](nil))
		p.Rest(func(spans []trace.Span) bool {
			got, _ = spans[0].Sig.Attrs.Get("browser.web_vital.navigation_type")
			return false // the page comes first
		})
		if got != c.want {
			t.Errorf("%s: it says %q, want %q", name, got, c.want)
		}
	}
}

func TestAPageThatWasShownAgainTookNoTime(t *testing.T) {
	again := page.Said{Event: "browser.web_vital", At: epoch.Add(time.Hour), Attrs: trace.Attrs{{Key: "session.id", Value: "s"}, {Key: "browser.web_vital.name", Value: "lcp"}, {Key: "browser.web_vital.value", Value: "3600000"}, {Key: "browser.web_vital.navigation_type", Value: "back-forward-cache"}}}
	p := page.Gather(visit(source(1), "s", epoch, 400, again))
	if len(p.All) != 1 || p.All[0].Restored != 1 || p.All[0].Vitals["lcp"].Value != 400*ms {
		t.Errorf("%d pages, shown again %d times, painted after %v", len(p.All), p.All[0].Restored, p.All[0].Vitals["lcp"].Value)
	}
	if got := p.All[0].Prepared(); got != "" {
		t.Errorf("prepared by %s", got)
	}
}

func TestResourcesAreNamedWithoutWhatDiffersFromPageToPage(t *testing.T) {
	for url, want := range map[string]string{
		"https://img.shop/a/hero-17.jpg?w=9#x":         "img.shop/a/hero-{id}.jpg",
		"https://shop/assets/site.3f9ab2.css":          "shop/assets/site.{id}.css",
		"https://shop/":                                "shop/",
		"https://shop":                                 "shop/",
		"https://shop/font.woff2":                      "shop/font.woff2",
		"https://shop/products/123/large_2_photo.webp": "shop/products/{id}/large_{id}_photo.webp",
	} {
		if got := page.ResourceName(url); got != want {
			t.Errorf("%s is called %s, want %s", url, got, want)
		}
	}
}

func TestADocumentsTraceHasItsPage(t *testing.T) {
	sig := &trace.Signature{Service: "shop-web", Name: "documentLoad", Kind: trace.Internal}
	document := func(off time.Duration) []trace.Span {
		return []trace.Span{{Trace: trace.ID{Lo: 1}, ID: 1, Start: epoch.Add(10*ms + off), End: epoch.Add(time.Second), Sig: sig}}
	}
	for _, c := range []struct {
		off  time.Duration
		want int
	}{{0, 7}, {5 * ms, 7}, {-5 * ms, 7}, {5*ms + 1, 1}, {-5*ms - 1, 1}} {
		p := page.Gather(visit(source(1), "s", epoch, 400))
		p.Begin(slices.Values([][]trace.Span{document(c.off)}))
		got := p.Weave(document(c.off))
		if len(got) != c.want || got[0].Flags.Has(trace.FollowsFrom) != (c.want > 1) {
			t.Errorf("off by %v: %d spans", c.off, len(got))
		}
		for _, s := range got {
			if s.Trace != got[0].Trace {
				t.Errorf("%s is of another trace", s.Sig.Name)
			}
		}
	}
}

func TestAPageOfWhichOnlyTheFirstByteIsKnownIsThatOfTheDocumentBefore(t *testing.T) {
	sig := &trace.Signature{Service: "shop-web", Name: "documentLoad", Kind: trace.Internal}
	for off, want := range map[time.Duration]bool{0: true, 60 * ms: true, 105 * ms: true, 105*ms + 1: false, -5 * ms: true, -5*ms - 1: false} {
		p := page.Gather(visit(source(1), "s", epoch, 400)[:2])
		document := []trace.Span{{Trace: trace.ID{Lo: 1}, ID: 1, Start: epoch.Add(off), End: epoch.Add(time.Second), Sig: sig}}
		p.Begin(slices.Values([][]trace.Span{document}))
		if got := p.Weave(document); len(got) > 1 != want {
			t.Errorf("off by %v: %d spans", off, len(got))
		}
	}
}

func TestWhichDocumentHasWhichPageDependsOnNoOrderOfTraces(t *testing.T) {
	sig := &trace.Signature{Service: "shop-web", Name: "documentLoad", Kind: trace.Internal}
	document := func(n int, off time.Duration) []trace.Span {
		return []trace.Span{{Trace: trace.ID{Lo: uint64(n)}, ID: trace.SpanID(n), Start: epoch.Add(10*ms + off), End: epoch.Add(time.Second), Sig: sig}}
	}
	// Two pages begin 3 ms apart, and both documents are nearest to the first, the second one nearer.
	traces := [][]trace.Span{document(1, -2*ms), document(2, ms)}
	records := append(visit(source(1), "a", epoch, 400), visit(source(2), "b", epoch.Add(3*ms), 900)...)
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		p := page.Gather(records)
		p.Begin(func(yield func([]trace.Span) bool) {
			for _, i := range order {
				yield(traces[i])
			}
		})
		for _, i := range order {
			got, want := p.Weave(slices.Clone(traces[i])), []trace.Time{epoch.Add(3 * ms), epoch}[i]
			if n := slices.IndexFunc(got, func(s trace.Span) bool { return s.Sig.Name == page.Root }); n < 0 || got[n].Start != want {
				t.Errorf("%v: document %d has %v", order, i, got)
			}
		}
	}
}

func TestWhatAPageFetchedBesideItsPaintAndHowMuchItShiftedAreEventsAndNoTime(t *testing.T) {
	for _, c := range []struct {
		what       string
		from, to   float64
		activation float64
		want       string
	}{
		{"there at the paint", 10, 400, 0, ""},
		{"still coming at the paint", 10, 400.001, 0, trace.PageOutlasted},
		{"asked for just before", 399.999, 500, 0, trace.PageOutlasted},
		{"asked for at the paint", 400, 500, 0, trace.PageFollowed},
		{"a long poll that never ended", 10, 0, 0, ""},
	} {
		resource := page.Said{Event: "browser.resource_timing", At: epoch.Add(time.Second), Attrs: trace.Attrs{
			{Key: "session.id", Value: "s"}, {Key: "url.full", Value: "https://shop/beacon"},
			{Key: "browser.resource_timing.fetch_start", Value: fmt.Sprint(c.from)}, {Key: "browser.resource_timing.response_end", Value: fmt.Sprint(c.to)},
		}}
		shift := page.Said{Event: "browser.web_vital", At: epoch.Add(time.Second), Attrs: trace.Attrs{
			{Key: "session.id", Value: "s"}, {Key: "browser.web_vital.name", Value: "cls"}, {Key: "browser.web_vital.value", Value: "0.1249"},
		}}
		p := page.Gather(visit(source(1), "s", epoch, 400, resource, shift))
		p.Begin(slices.Values[[][]trace.Span](nil))
		for spans := range p.Rest {
			if spans[0].Sig.Name != page.Root {
				continue
			}
			got := ""
			for _, e := range spans[0].Events() {
				if e.Name == trace.PageFollowed || e.Name == trace.PageOutlasted {
					got += e.Name
				}
			}
			if shift, ok := page.ShiftOf(&spans[0]); got != c.want || spans[0].Duration() != 400*ms || !ok || shift != 12 {
				t.Errorf("%s: %q, want %q; it shifted by %d hundredths", c.what, got, c.want, shift)
			}
		}
	}
}
