package page

import (
	"iter"
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

	documents map[loadID]*Page // that traces have
}

// IsEmpty reports whether there is no page.
func (p *Pages) IsEmpty() bool { return p == nil || len(p.All) == 0 }

// Begin finds the pages of the documents that all traces have, before any of them is woven.
func (p *Pages) Begin(traces iter.Seq[[]trace.Span]) {
	p.sigs = map[string]*trace.Signature{}
	for _, page := range p.All {
		page.used = false
	}
	p.match(documentsOf(traces))
}

// Weave appends, to the spans of a trace, those of the pages whose documents it has.
func (p *Pages) Weave(spans []trace.Span) []trace.Span {
	for i := range spans {
		if !spans[i].Sig.IsDocumentLoad() {
			continue
		}
		page := p.documents[loadID{spans[i].Trace, spans[i].ID}]
		if page == nil {
			continue
		}
		delete(p.documents, loadID{spans[i].Trace, spans[i].ID}) // a copy of the span has no page of its own
		page.complete(spans, &spans[i])
		if added := p.spansOf(page, spans[i].Trace); len(added) > 0 {
			spans[i].Flags |= trace.FollowsFrom // the page tells the same time, and ends when it was painted
			spans = append(spans, added...)
		}
	}
	return spans
}

// begins returns when the document of the page was asked for.
func (page *Page) begins() trace.Time { return page.Origin.Add(page.Document.Or(FetchStart, 0)) }

// ofSource are the pages of one service.
type ofSource struct {
	known  []*Page // whose document has a timing, in the order in which they were asked for
	others []*Page // in the order in which they began

	longest time.Duration // that one of the others took to its first byte
}

func (page *Page) ttfb() time.Duration {
	if r := page.Vitals["ttfb"]; r != nil {
		return r.Value
	}
	return 0
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
