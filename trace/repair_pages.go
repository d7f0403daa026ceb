package trace

import "strings"

// Findings about the loading of pages.
var (
	PageAbove = Code{ID: "page-above-its-request", What: "page loads that were the child of a request that they made",
		Do: "nothing: a page names the request that it was made by in a meta tag, which makes it that one's child; the page is the journey, and the request a part of it"}
	PageAlone = Code{ID: "page-alone", What: "page loads whose request on the server has no span in their trace",
		Do: "let the server write its traceparent into a meta tag of that name in the page, or send it in Server-Timing; until then page and request are two journeys"}
	PageLater = Code{ID: "page-fetched-later", What: "resources that pages fetched after their largest paint",
		Do: "nothing: beacons, and what is loaded lazily; nobody waited for them, so they are on no path"}
	PageLonger = Code{ID: "page-fetched-longer", What: "resources that pages were still fetching at their largest paint",
		Do: "nothing: long polls, streams, and what is shown later; the paint did not wait for them, so they are on no path"}
	PageLinked = Code{ID: "page-linked", What: "page loads that were joined with the trace of the request that they name in a link, or by Server-Timing",
		Do: "nothing: the page is the journey, and the request a part of it"}
	PageApart = Code{ID: "page-linked-apart", What: "page loads that name a request in a link, or by Server-Timing, which could not be joined with them",
		Do: "give longpole the traces of the servers, too; where it has them, another page load names the same request: the page came out of a cache"}
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

// The names that OpenTelemetry's instrumentation gives to the loading of a page, and to the request for its document.
const (
	DocumentLoad  = "documentLoad"
	documentFetch = "documentFetch"
)

// IsPageLoad reports whether spans of a name may say which request a page was loaded by.
func IsPageLoad(name string) bool { return name == DocumentLoad || name == documentFetch }

// IsDocumentLoad reports whether a span is the loading of a page, as OpenTelemetry's instrumentation calls it.
func (s *Signature) IsDocumentLoad() bool { return s.Name == DocumentLoad }

func (s *Signature) isDocumentFetch() bool { return s.Name == documentFetch }

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
	if root != None && a.parent[document] == root {
		return
	}
	led := top != None && a.Spans[top].Sig.OnDevice() && !a.isTaken(top) // a page below a click that led to it, or within a page
	request, code := top, PageAbove
	if top == None || led {
		request, code = a.linked(document)
	}
	switch {
	case request != None && a.isTaken(request):
		a.note(PageShared, document, 0)
	case request != None:
		a.hang(request, a.fetchOf(document, root))
		a.note(code, document, 0)
	case !led && code.ID != "":
		a.note(code, document, 0)
	}
	if !led || root != None {
		a.hang(document, root)
	}
}

// linked returns the topmost span of the request that a document, or the fetch of it, links to, and what is to be
// noted; None if it is not in the trace, or is in the document's own tree, of which nothing is to be noted.
func (a *assembly) linked(document int32) (top int32, code Code) {
	code = PageAlone
	for i := range a.Spans {
		if s := &a.Spans[i]; int32(i) != document && (a.parent[i] != document || !s.Sig.isDocumentFetch()) {
			continue
		}
		for _, l := range a.Spans[i].Links() {
			code = PageApart
			request, is := a.first.find(l.Span)
			if l.Trace != a.ID || !is {
				continue
			}
			if top = a.highest(request); top == a.highest(document) {
				return None, Code{}
			}
			return top, PageLinked
		}
	}
	return None, code
}

// highest is topAbove, or the span itself.
func (a *assembly) highest(i int32) int32 {
	if top := a.topAbove(i); top != None {
		return top
	}
	return i
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
