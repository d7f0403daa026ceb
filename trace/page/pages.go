package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
)

// Pages are the pages that records tell of.
type Pages struct {
	All      []*Page
	Unplaced int // records of which nobody can tell the page
	bySource map[string]*ofSource
	sigs     map[string]*trace.Signature
}

// IsEmpty reports whether there is no page.
func (p *Pages) IsEmpty() bool { return p == nil || len(p.All) == 0 }

// Begin forgets which pages were laid into traces.
func (p *Pages) Begin() {
	p.sigs = map[string]*trace.Signature{}
	for _, page := range p.All {
		page.used = false
	}
}

// How far the span of a document may begin from where its page says it did: SDKs correct the times of spans for how
// far the clock of the browser has run apart from that of its machine since the page began, and records not. Where
// both say how long the load took, and the same, that may be far.
const (
	near      = 5 * time.Millisecond
	far       = time.Minute
	sameLoads = 20 * time.Microsecond
)

// Weave appends, to the spans of a trace, those of the pages whose documents it has.
func (p *Pages) Weave(spans []trace.Span) []trace.Span {
	for i := range spans {
		if !spans[i].Sig.IsDocumentLoad() {
			continue
		}
		page := p.of(&spans[i])
		if page == nil {
			continue
		}
		page.used = true
		page.complete(spans, &spans[i])
		if added := p.spansOf(page, spans[i].Trace); len(added) > 0 {
			spans[i].Flags |= trace.FollowsFrom // the page tells the same time, and ends when it was painted
			spans = append(spans, added...)
		}
	}
	return spans
}

// of returns the page of a document's span: the one that began when it says.
func (p *Pages) of(document *trace.Span) (found *Page) {
	all := p.bySource[document.Sig.Service]
	if all == nil {
		return nil
	}
	if found = all.nearest(document, far, func(page *Page) bool { return page.tookAsLong(document) }); found != nil {
		return found
	}
	if found = all.nearest(document, near, func(*Page) bool { return true }); found != nil {
		return found
	}
	for _, page := range all.others { // nothing says when its fetch began, but that it was before the first byte
		off := document.Start.Sub(page.Origin)
		if off >= -near && off <= page.ttfb()+near && !page.used && samePage(document, page) {
			return page
		}
	}
	return nil
}

// nearest returns the page that began nearest to a document, not further than so far, of those that is accepts.
func (o *ofSource) nearest(document *trace.Span, most time.Duration, is func(*Page) bool) (found *Page) {
	least := most + 1
	i, _ := slices.BinarySearchFunc(o.known, document.Start.Add(-most), func(page *Page, at trace.Time) int { return cmp.Compare(page.begins(), at) })
	for ; i < len(o.known) && o.known[i].begins() <= document.Start.Add(most); i++ {
		page := o.known[i]
		if off := document.Start.Sub(page.begins()).Abs(); off < least && !page.used && is(page) && samePage(document, page) {
			found, least = page, off
		}
	}
	return found
}

// tookAsLong reports whether the timing of a page says the same of how long its load took as the span of a document.
func (page *Page) tookAsLong(document *trace.Span) bool {
	end, ok := page.Document.At(LoadEventEnd)
	return ok && (end-page.Document.Or(FetchStart, 0)-document.Duration()).Abs() <= sameLoads
}

// begins returns when the document of the page was asked for.
func (page *Page) begins() trace.Time { return page.Origin.Add(page.Document.Or(FetchStart, 0)) }

// ofSource are the pages of one service.
type ofSource struct {
	known  []*Page // whose document has a timing, in the order in which they were asked for
	others []*Page // in the order in which they began
}

func (page *Page) ttfb() time.Duration {
	if r := page.Vitals["ttfb"]; r != nil {
		return r.Value
	}
	return 0
}

// samePage reports whether nothing says that the two are of different pages.
func samePage(document *trace.Span, page *Page) bool {
	if s, ok := document.Attr("session.id"); ok && s != page.Session && page.Session != "" {
		return false
	}
	url, ok := document.Sig.First("url.full", "http.url", "location.href")
	return !ok || page.URL == "" || ResourceName(url) == ResourceName(page.URL)
}

func withoutFragment(url string) string {
	url, _, _ = strings.Cut(url, "#")
	url, _, _ = strings.Cut(url, "?")
	return url
}

// complete adds what spans of the trace tell of the document and its resources where no record did.
func (page *Page) complete(spans []trace.Span, document *trace.Span) {
	fromSpans := len(page.Resources) == 0
	for i := range spans {
		s := &spans[i]
		switch {
		case s.Parent != document.ID:
		case s.Sig.Name == "documentFetch" && !page.Document.Known():
			page.Document = page.timingOf(s)
			page.Document.Set(FetchStart, s.Start.Sub(page.Origin))
		case s.Sig.Name == "resourceFetch" && fromSpans:
			page.Resources = append(page.Resources, page.timingOf(s))
		}
	}
	if page.URL == "" {
		page.URL, _ = document.Sig.First("url.full", "http.url", "location.href")
	}
}

// timingOf reads the events of a span of a document or a resource.
func (page *Page) timingOf(s *trace.Span) Timing {
	t := NoTiming()
	t.URL, _ = s.Sig.First("url.full", "http.url")
	t.Set(FetchStart, s.Start.Sub(page.Origin))
	t.Set(ResponseEnd, s.End.Sub(page.Origin))
	for _, e := range s.Events() {
		if m := slices.Index(momentNames[:], e.Name); m >= 0 {
			t.Set(Moment(m), e.At.Sub(page.Origin))
		}
	}
	return t
}

// Rest returns the traces of pages whose documents no trace had, and of interactions.
func (p *Pages) Rest(yield func([]trace.Span) bool) {
	for _, page := range p.All {
		if !page.used {
			if spans := p.spansOf(page, page.traceID("page")); len(spans) > 0 && !yield(spans) {
				return
			}
		}
		if spans := p.interaction(page); len(spans) > 0 && !yield(spans) {
			return
		}
	}
}
