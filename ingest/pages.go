package ingest

import (
	"iter"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// What browsers say of their pages.
var (
	// PageRecords are log records that were read.
	PageRecords = trace.Code{ID: "page-records", What: "log records of browsers, read",
		Do: "nothing: web vitals and timings say how long pages took, and why"}
	// Unplaced are those of which nobody can tell the page.
	Unplaced = trace.Code{ID: "page-records-unplaced", What: "log records of browsers of which nobody can tell the page", Loss: true,
		Do: "give records a session.id, or let web vitals be exported beside timings: they say when their page began"}
	// Restored are vitals of pages that were shown again.
	Restored = trace.Code{ID: "page-shown-again", What: "web vitals of pages that were shown again without being loaded",
		Do: "nothing: nobody waited for them to be loaded, so they are in no percentile"}
	// Unpainted are pages of which nobody knows when they were there.
	Unpainted = trace.Code{ID: "page-unpainted", What: "page loads without a largest contentful paint",
		Do: "they were in a background tab, or were left before: nobody knows when they were there, so they are in no percentile of pages"}
)

// gather makes pages of the records that were read.
func (s *Spans) gather(records []page.Record) {
	if len(records) == 0 {
		return
	}
	s.pages = page.Gather(records)
	service := records[0].Service
	for i := range records {
		service = min(service, records[i].Service)
	}
	count := func(code trace.Code, n int) {
		if n > 0 {
			s.Ledger.Count(code, n, trace.Example{Offset: -1, Text: service})
		}
	}
	restored, unpainted := 0, 0
	for _, p := range s.pages.All {
		restored += p.Restored
		if p.Vitals["lcp"] == nil {
			unpainted++
		}
	}
	count(PageRecords, len(records))
	count(Unplaced, s.pages.Unplaced)
	count(Restored, restored)
	count(Unpainted, unpainted)
}

// Empty reports whether nothing usable was read.
func (s *Spans) Empty() bool { return s.Spans.Empty() && s.pages.IsEmpty() }

// Traces is that of the spans that were read, with those of the pages that browsers told of.
func (s *Spans) Traces() iter.Seq[[]trace.Span] {
	return s.TracesIn(func(n int) []trace.Span { return make([]trace.Span, 0, n) })
}

// TracesIn is Traces with memory of the caller's. Spans of pages that need more stand elsewhere.
func (s *Spans) TracesIn(room func(n int) []trace.Span) iter.Seq[[]trace.Span] {
	if s.pages.IsEmpty() {
		return s.Spans.TracesIn(room)
	}
	return func(yield func([]trace.Span) bool) {
		s.pages.Begin(s.Spans.Traces())
		for t := range s.Spans.TracesIn(room) {
			if !yield(s.pages.Weave(t)) {
				return
			}
		}
		if s.Err() != nil {
			return
		}
		s.pages.Rest(func(t []trace.Span) bool { return yield(append(room(len(t)), t...)) })
	}
}

// HavePages reports whether browsers told of pages in log records, which a Parting does not take.
func (s *Spans) HavePages() bool { return !s.pages.IsEmpty() }
