package trace

import "strings"

// Findings about the loading of pages.
var (
	PageAbove = Code{ID: "page-above-its-request", What: "page loads that were the child of a request that they made",
		Do: "nothing: a page names the request that it was made by in a meta tag, which makes it that one's child; the page is the journey, and the request a part of it"}
	PageAlone = Code{ID: "page-alone", What: "page loads whose request on the server has no span in their trace",
		Do: "let the server write its traceparent into a meta tag of that name in the page; until then page and request are two journeys"}
	PageLater = Code{ID: "page-fetched-later", What: "resources that pages fetched after their largest paint",
		Do: "nothing: beacons, and what is loaded lazily; nobody waited for them, so they are on no path"}
	PageLonger = Code{ID: "page-fetched-longer", What: "resources that pages were still fetching at their largest paint",
		Do: "nothing: long polls, streams, and what is shown later; the paint did not wait for them, so they are on no path"}
	PageShared = Code{ID: "page-shared", What: "page loads that name a request which other page loads name, too",
		Do: "the page came out of a cache, with the traceparent of whoever asked first; leave the tag out of what is cached"}
)

// Names of the events of a page that say what was fetched and not waited for.
const (
	PageFollowed  = "fetched after the paint"
	PageOutlasted = "still fetched at the paint"
)

// The scope and names of spans that package page makes of what browsers say.
const (
	pageScope = "longpole/page"
	pageRoot  = "page"
	pageFetch = "ttfb"
)

// IsDocumentLoad reports whether a span is the loading of a page, as OpenTelemetry's instrumentation calls it.
func (s *Signature) IsDocumentLoad() bool { return s.Name == "documentLoad" }

func (s *Signature) isDocumentFetch() bool { return s.Name == "documentFetch" }

// turnPages puts a page above the request that it was loaded by. A header cannot say of a navigation which trace it
// is of, so the server writes its own into a meta tag, and the page becomes the child of what it waited for:
//
//	GET / server        ====                documentLoad        ================
//	  query               ==         ->       documentFetch      ========
//	  documentLoad     ================         GET / server       ====
//	    documentFetch   ========                  query              ==
func turnPages(a *assembly) {
	for i := range a.Spans {
		switch s := &a.Spans[i]; {
		case s.Sig.IsDocumentLoad():
			a.turnPage(int32(i))
		case s.Sig.Scope == pageScope && s.Sig.Name == pageRoot:
			a.notWaitedFor(int32(i))
		}
	}
}

// notWaitedFor counts what a page fetched beside what it was painted with.
func (a *assembly) notWaitedFor(page int32) {
	for _, e := range a.Spans[page].Events() {
		switch e.Name {
		case PageFollowed:
			a.note(PageLater, page, 0)
		case PageOutlasted:
			a.note(PageLonger, page, 0)
		}
	}
}

func (a *assembly) turnPage(document int32) {
	root, top := a.pageRoot(document), a.topAbove(document)
	switch {
	case root != None && a.parent[document] == root:
		return
	case top == None:
		a.note(PageAlone, document, 0)
	case a.isTaken(top):
		a.note(PageShared, document, 0)
	case a.Spans[top].Sig.OnDevice(): // a page within a page, or below a click that led to it
		if root == None {
			return
		}
	default:
		a.hang(top, a.fetchOf(document, root))
		a.note(PageAbove, document, 0)
	}
	a.hang(document, root)
}

// hang puts span i below another one, or makes it a root.
func (a *assembly) hang(i, below int32) {
	a.parent[i], a.Spans[i].Parent = below, 0
	if below != None {
		a.Spans[i].Parent = a.Spans[below].ID
	}
}

// isTaken reports whether a page that was met before is above the span: the topmost of what is above
// another page is that one's document then.
func (a *assembly) isTaken(top int32) bool {
	return a.Spans[top].Sig.IsDocumentLoad() || a.Spans[top].Sig.Scope == pageScope
}

// topAbove returns the topmost span above one; None if nothing is above it.
func (a *assembly) topAbove(i int32) int32 {
	top := None
	for p := a.parent[i]; p != None; p = a.parent[p] {
		top = p
	}
	return top
}

// pageRoot returns the span of the page that a document belongs to; None if no record told of it.
func (a *assembly) pageRoot(document int32) int32 {
	if !a.Spans[document].Flags.Has(FollowsFrom) {
		return None
	}
	for i := range a.Spans {
		if s := &a.Spans[i]; s.Sig.Scope == pageScope && s.Sig.Name == pageRoot && strings.HasPrefix(s.Sig.Service, a.Spans[document].Sig.Service) {
			return int32(i)
		}
	}
	return None
}

// fetchOf returns what the request of a page hangs below.
func (a *assembly) fetchOf(document, root int32) int32 {
	for i := range a.Spans {
		s := &a.Spans[i]
		switch {
		case root != None && a.parent[i] == root && s.Sig.Scope == pageScope && s.Sig.Name == pageFetch:
			return int32(i)
		case root == None && a.parent[i] == document && s.Sig.isDocumentFetch():
			return int32(i)
		}
	}
	if root != None {
		return root
	}
	return document
}
