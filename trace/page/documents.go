package page

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/longpole/longpole/trace"
)

// Records do not name the span of their document, so each page is matched with the document that began when it did. Loads
// of several people begin together: then the pair that says most of itself comes first, of all that there are, so that the order in which
// traces are read never shows.
//
//	documents   d1 |--------      d2  |---------
//	pages        p1 |               p2|
//
// d2 is nearer to p1 than d1 is, but nearer still to p2, which takes it.

// A loadID is the place of the span of a document.
type loadID struct {
	trace trace.ID
	span  trace.SpanID
}

// A document is the loading of a page, as far as it tells which one.
type document struct {
	id           loadID
	service      string
	start        trace.Time
	took         time.Duration
	session, url string // "" where nothing says it
}

func documentsOf(traces iter.Seq[[]trace.Span]) (out []document) {
	for spans := range traces {
		for i := range spans {
			if s := &spans[i]; s.Sig.IsDocumentLoad() {
				d := document{id: loadID{s.Trace, s.ID}, service: s.Sig.Service, start: s.Start, took: s.Duration()}
				d.session, _ = s.Attr("session.id")
				d.url, _ = s.Sig.First("url.full", "http.url", "location.href")
				out = append(out, d)
			}
		}
	}
	return out
}

// How far the span of a document may begin from where its page says it did: SDKs correct the times of spans for how
// far the clock of the browser has run apart from that of its machine since the page began, and records not. Where
// both say how long the load took, and the same, that may be far.
const (
	near      = 5 * time.Millisecond
	far       = time.Minute
	sameLoads = 20 * time.Microsecond
)

// A pair is a document and a page that may be its own.
type pair struct {
	says     int // how much they say of that; the less, the more
	off      time.Duration
	document *document
	at       int // of the page among those of its service
	page     *Page
}

// What pairs say.
const (
	takeAsLong  = iota // and begin far from each other at most
	beginWith          // each other, near enough
	beginBefore        // the first byte: nothing says when the fetch of the page began
)

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.says, b.says), cmp.Compare(a.off, b.off), cmp.Compare(a.document.start, b.document.start),
		a.document.id.trace.Compare(b.document.id.trace), cmp.Compare(a.document.id.span, b.document.id.span), cmp.Compare(a.at, b.at))
}

// match gives each document its page.
func (p *Pages) match(documents []document) {
	var pairs []pair
	for i := range documents {
		if of := p.bySource[documents[i].service]; of != nil {
			pairs = of.pairs(pairs, &documents[i])
		}
	}
	slices.SortFunc(pairs, comparePairs)
	p.documents = make(map[loadID]*Page, len(documents))
	for _, pair := range pairs {
		if id := pair.document.id; !pair.page.used && p.documents[id] == nil {
			pair.page.used, p.documents[id] = true, pair.page
		}
	}
}

// pairs appends those of a document.
func (o *ofSource) pairs(out []pair, d *document) []pair {
	for i := firstSince(o.known, d.start.Add(-far)); i < len(o.known) && o.known[i].begins() <= d.start.Add(far); i++ {
		page := o.known[i]
		a := pair{beginWith, d.start.Sub(page.begins()).Abs(), d, i, page}
		if d.tookAsLong(page) {
			a.says = takeAsLong
		}
		if (a.says == takeAsLong || a.off <= near) && d.isOf(page) {
			out = append(out, a)
		}
	}
	for i := firstSince(o.others, d.start.Add(-o.longest-near)); i < len(o.others) && o.others[i].begins() <= d.start.Add(near); i++ {
		page := o.others[i]
		if off := d.start.Sub(page.begins()); off <= page.ttfb()+near && d.isOf(page) {
			out = append(out, pair{beginBefore, off.Abs(), d, i, page})
		}
	}
	return out
}

// firstSince returns the first of pages that did not begin before a time.
func firstSince(pages []*Page, at trace.Time) int {
	i, _ := slices.BinarySearchFunc(pages, at, func(page *Page, at trace.Time) int { return cmp.Compare(page.begins(), at) })
	return i
}

// tookAsLong reports whether the timing of a page says the same of how long its load took.
func (d *document) tookAsLong(page *Page) bool {
	end, ok := page.Document.At(LoadEventEnd)
	return ok && (end-page.Document.Or(FetchStart, 0)-d.took).Abs() <= sameLoads
}

// isOf reports whether nothing says that the two are of different pages.
func (d *document) isOf(page *Page) bool {
	if d.session != "" && page.Session != "" && d.session != page.Session {
		return false
	}
	return d.url == "" || page.URL == "" || ResourceName(d.url) == ResourceName(page.URL)
}
