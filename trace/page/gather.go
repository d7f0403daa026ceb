package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
)

// A Page is what was said of one load of a page.
type Page struct {
	*Source
	Session   string
	URL       string
	Origin    trace.Time // when its navigation began, by the browser's clock
	Document  Timing
	Resources []Timing
	Vitals    map[string]*Record // the last report of each, by name
	Restored  int                // vitals of the same page when it was shown again
	had       map[string]bool    // resources that its session had before it began; nil if no session is known
	used      bool
}

// Navigations that are no loading of a page that somebody waited for: it was there before it was asked for.
var preparedBefore = []string{"prerender", "back-forward-cache", "soft-navigation"}

// Prepared returns why the page took no time to load: it was prepared before; "" if it was not.
func (p *Page) Prepared() string {
	for _, v := range []string{"lcp", "fcp", "ttfb"} {
		if r := p.Vitals[v]; r != nil && slices.Contains(preparedBefore, r.Navigation) {
			return r.Navigation
		}
	}
	if p.Document.Or(Activation, 0) > 0 { // that is what the library calls so
		return preparedBefore[0]
	}
	return ""
}

// together is how near the beginnings of two pages must be for these to be one: browsers reckon both from the
// same number, and differ by what a float loses.
const together = 100 * time.Microsecond

// origin returns when the page of a record began, as far as that can be told from it alone.
func (r *Record) origin(loose bool) (at trace.Time, ok bool) {
	if r.Kind != Vital || r.At <= 0 || r.Loose != loose {
		return 0, false
	}
	switch r.Name {
	case "lcp", "fcp", "ttfb":
		return r.At.Add(-r.Value), true
	case "inp":
		if r.Parts.Interaction != Unknown {
			return r.At.Add(-r.Parts.Interaction), true
		}
	}
	return 0, false
}

// A unit is records that are of one page.
type unit struct {
	records []*Record
	origin  trace.Time // 0 if none of them tells
}

// Gather finds out which records are of the same page. Its result does not depend on their order.
func Gather(records []Record) *Pages {
	p := &Pages{bySource: map[string]*ofSource{}}
	sorted := make([]*Record, len(records))
	for i := range records {
		sorted[i] = &records[i]
	}
	slices.SortFunc(sorted, compareRecords)
	sorted = slices.CompactFunc(sorted, func(a, b *Record) bool { return compareRecords(a, b) == 0 })
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && sameClient(sorted[n], sorted[0]) {
			n++
		}
		p.gather(sorted[:n])
		sorted = sorted[n:]
	}
	for _, of := range p.bySource {
		for _, pages := range [][]*Page{of.known, of.others} {
			slices.SortStableFunc(pages, func(a, b *Page) int { return cmp.Compare(a.begins(), b.begins()) })
		}
	}
	return p
}

func sameClient(a, b *Record) bool { return a.Service == b.Service && a.Session == b.Session }

func compareRecords(a, b *Record) int {
	return cmp.Or(
		strings.Compare(a.Service, b.Service), strings.Compare(a.Session, b.Session), cmp.Compare(a.Batch, b.Batch),
		cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID),
		cmp.Compare(a.Value, b.Value), strings.Compare(a.URL, b.URL), strings.Compare(a.Timing.URL, b.Timing.URL),
		slices.Compare(a.Timing.at[:], b.Timing.at[:]),
	)
}

// gather makes pages of the records of one service and session, which stand batch by batch.
func (p *Pages) gather(records []*Record) {
	var dated, others []unit
	for len(records) > 0 {
		n := 1
		for n < len(records) && records[n].Batch == records[0].Batch {
			n++
		}
		for _, u := range units(records[:n]) {
			if u.origin > 0 {
				dated = append(dated, u)
			} else {
				others = append(others, u)
			}
		}
		records = records[n:]
	}
	slices.SortStableFunc(dated, func(a, b unit) int { return cmp.Compare(a.origin, b.origin) })
	var pages []unit
	for _, u := range dated {
		if last := len(pages) - 1; last >= 0 && u.origin.Sub(pages[last].origin) <= together {
			pages[last].records = append(pages[last].records, u.records...)
			continue
		}
		pages = append(pages, u)
	}
	for _, u := range others {
		if at := pageOf(pages, u); at >= 0 {
			pages[at].records = append(pages[at].records, u.records...)
		} else {
			p.Unplaced += len(u.records)
		}
	}
	first := len(p.All)
	for i := range pages {
		p.add(pages[i])
	}
	if records := p.All[first:]; len(records) > 0 && records[0].Session != "" {
		remember(records)
	}
}

// units cuts a batch where its records tell of pages that began at other times.
func units(batch []*Record) []unit {
	origins := origins(batch, false)
	if len(origins) == 0 {
		origins = firstOf(origins, batch)
	}
	if len(origins) <= 1 {
		u := unit{records: slices.Clone(batch)}
		if len(origins) == 1 {
			u.origin = origins[0]
		}
		return []unit{u}
	}
	out := make([]unit, len(origins))
	for i, at := range origins {
		out[i].origin = at
	}
	for _, r := range batch {
		at, ok := r.origin(false)
		if !ok {
			at = r.At
		}
		i, _ := slices.BinarySearchFunc(origins, at.Add(together), func(o, at trace.Time) int { return cmp.Compare(o, at) })
		i = max(0, i-1)
		out[i].records = append(out[i].records, r)
	}
	return out
}

// firstOf dates a batch whose records say only when they were sent: by its largest paint, which is sent last.
func firstOf(none []trace.Time, batch []*Record) []trace.Time {
	for _, name := range []string{"lcp", "ttfb", "fcp"} {
		for _, r := range batch {
			if at, ok := r.origin(true); ok && r.Name == name {
				return []trace.Time{at}
			}
		}
	}
	return none
}

func origins(batch []*Record, loose bool) (out []trace.Time) {
	for _, r := range batch {
		if at, ok := r.origin(loose); ok {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return slices.CompactFunc(out, func(a, b trace.Time) bool { return b.Sub(a) <= together })
}

// longest is how long after it began a page may tell of itself where no session says whose it is.
const longest = 10 * time.Minute

// pageOf returns the page that a unit without a date is of: of those of its session the last that had begun; without a
// session the only one that it can be; -1 if there is none.
func pageOf(pages []unit, u unit) int {
	at := trace.Time(0)
	for _, r := range u.records {
		at = max(at, r.At)
	}
	i, _ := slices.BinarySearchFunc(pages, at, func(p unit, at trace.Time) int { return cmp.Compare(p.origin, at) })
	i--
	if i < 0 || u.records[0].Session != "" {
		return i
	}
	if i > 0 && at.Sub(pages[i-1].origin) < longest {
		return -1
	}
	return i
}

// add makes a page of records.
func (p *Pages) add(u unit) {
	slices.SortFunc(u.records, compareRecords)
	page := &Page{Source: u.records[0].Source, Session: u.records[0].Session, Origin: u.origin, Document: NoTiming(), Vitals: map[string]*Record{}}
	main := ""
	for _, r := range u.records {
		if r.Kind == Vital && r.Name == "ttfb" {
			main = r.Navigation
		}
	}
	for _, r := range u.records {
		page.take(r, main)
	}
	for _, name := range []string{"ttfb", "fcp", "lcp"} {
		if r := page.Vitals[name]; r != nil && r.Timing.Known() && !page.Document.Known() {
			page.Document = r.Timing
		}
	}
	page.URL = cmp.Or(page.URL, page.Document.URL)
	p.All = append(p.All, page)
	of := p.bySource[page.Service]
	if of == nil {
		of = &ofSource{}
		p.bySource[page.Service] = of
	}
	if page.Document.Known() {
		of.known = append(of.known, page)
	} else {
		of.others, of.longest = append(of.others, page), max(of.longest, page.ttfb())
	}
}

// score returns a layout shift, which grows while a page is looked at.
func (r *Record) score() float64 {
	score, err := strconv.ParseFloat(r.Score, 64)
	if r.Name != "cls" || err != nil {
		return 0
	}
	return score
}

func (page *Page) take(r *Record, main string) {
	switch r.Kind {
	case Navigation:
		page.Document, page.URL = r.Timing, r.URL
	case Resource:
		page.Resources = append(page.Resources, r.Timing)
	case Vital:
		if r.Navigation != main && main != "" && slices.Contains(preparedBefore, r.Navigation) {
			page.Restored++ // the same page, shown again
			return
		}
		if page.URL == "" {
			page.URL = r.URL
		}
		if known := page.Vitals[r.Name]; known == nil || r.Value > known.Value || r.score() > known.score() {
			page.Vitals[r.Name] = r
		}
	}
}
