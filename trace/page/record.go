package page

import (
	"math"
	"time"

	"github.com/longpole/longpole/trace"
)

// A Kind is what a record is about.
type Kind uint8

// The kinds of records.
const (
	Vital      Kind = iota // a web vital: how long, or how much
	Navigation             // the timing of the document
	Resource               // the timing of one resource
	Aside                  // a navigation within the page, or a click: read, and of no use to any sum
)

// A Source is what sent a record: one page of one browser sends all records of a batch.
type Source struct {
	Service, Host string
	Resource      trace.Attrs
	Batch         uint64 // tells batches apart; records of one batch are of one page
}

// SourceOf returns the source of a batch.
func SourceOf(service, host string, resource trace.Attrs, batch uint64) *Source {
	if service == "" {
		service = trace.UnknownService
	}
	return &Source{Service: service, Host: host, Resource: resource, Batch: batch}
}

// A Record is what a browser said of one page, as far as anything here rests on it.
type Record struct {
	*Source
	Kind    Kind
	At      trace.Time // when it was made, by the browser's clock
	Loose   bool       // that is when it was sent, not when what it tells was
	Trace   trace.ID   // the trace that was active then; zero for most
	Session string
	URL     string // of the page, if it says so

	// Of a vital.
	Name       string // "lcp", "inp", "ttfb", "fcp", "cls"
	ID         string // tells reports of one vital from those of another page load
	Navigation string // "navigate", "reload", "back-forward-cache", "prerender" ...
	Rating     string // "good", "needs-improvement", "poor"
	Value      time.Duration
	Score      string // as it stands; a layout shift is no time
	Parts      Parts

	Timing Timing // of a document or a resource; of a vital, those of the document and of what was painted
	Paints Timing
}

// fixedBytes is what a record takes without its texts, with what finding its page takes.
const fixedBytes = 1000

// Bytes returns about how much memory a record takes.
func (r *Record) Bytes() int64 {
	p := &r.Parts
	return int64(fixedBytes + len(r.URL) + len(r.Session) + len(r.ID) + len(r.Score) + len(p.URL) + len(p.Target) + len(p.Script) + len(r.Timing.URL) + len(r.Paints.URL))
}

// Unknown stands for a time that nobody said.
const Unknown = time.Duration(math.MinInt64)

// Parts are what a vital says of itself.
type Parts struct {
	URL, Target, Event string // what was painted, or acted on; which event that was
	Script             string // that ran longest within the interaction

	TTFB, LoadDelay, LoadDuration, RenderDelay time.Duration // of LCP
	InputDelay, Processing, Presentation       time.Duration // of INP
	Interaction                                time.Duration // when it began
	Waiting, Cache, DNS, Connection, Request   time.Duration // of TTFB
}

func noParts() Parts {
	return Parts{
		TTFB: Unknown, LoadDelay: Unknown, LoadDuration: Unknown, RenderDelay: Unknown,
		InputDelay: Unknown, Processing: Unknown, Presentation: Unknown, Interaction: Unknown,
		Waiting: Unknown, Cache: Unknown, DNS: Unknown, Connection: Unknown, Request: Unknown,
	}
}

// A Moment is an instant in the loading of a document or a resource, in the words of the browsers.
type Moment uint8

// The moments, in the order in which they come.
const (
	Activation Moment = iota
	RedirectStart
	RedirectEnd
	WorkerStart
	FetchStart
	DomainLookupStart
	DomainLookupEnd
	ConnectStart
	SecureConnectionStart
	ConnectEnd
	RequestStart
	ResponseStart
	ResponseEnd
	DomInteractive
	DomComplete
	LoadEventStart
	LoadEventEnd
	moments
)

// momentNames are those of events of spans, and of the browser's own entries.
var momentNames = [moments]string{
	"activationStart", "redirectStart", "redirectEnd", "workerStart", "fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart",
	"secureConnectionStart", "connectEnd", "requestStart", "responseStart", "responseEnd", "domInteractive", "domComplete", "loadEventStart", "loadEventEnd",
}

// String returns the browsers' name.
func (m Moment) String() string { return momentNames[m] }

// A Timing is when a document or a resource was loaded, in time since the navigation began.
type Timing struct {
	URL, Initiator string
	Blocking       bool // the page could not be painted before it was there
	Redirects      int
	Transferred    int64 // bytes on the way; -1 if nobody said
	Encoded        int64 // bytes of the body on the way
	Decoded        int64 // bytes of the body
	at             [moments]time.Duration
	known          bool
}

// NoTiming returns a timing of which nothing is known.
func NoTiming() Timing {
	t := Timing{Transferred: -1, Encoded: -1, Decoded: -1}
	for i := range t.at {
		t.at[i] = Unknown
	}
	return t
}

// Known reports whether anything is.
func (t *Timing) Known() bool { return t.known }

// At returns when a moment was. Browsers write 0 for what did not happen, and for what they hide of
// other origins: neither is a time.
func (t *Timing) At(m Moment) (at time.Duration, ok bool) {
	at = t.at[m]
	if at == Unknown || !t.known || (at == 0 && m != FetchStart && m != Activation) {
		return 0, false
	}
	return at, true
}

// Or returns a moment, or the other time where it is not known.
func (t *Timing) Or(m Moment, other time.Duration) time.Duration {
	if at, ok := t.At(m); ok {
		return at
	}
	return other
}

// Set sets a moment.
func (t *Timing) Set(m Moment, at time.Duration) {
	t.at[m], t.known = at, true
}

// IsHidden reports whether a resource of another origin told only when it began and ended.
func (t *Timing) IsHidden() bool {
	_, began := t.At(RequestStart)
	_, ended := t.At(ResponseEnd)
	return t.known && ended && !began
}

// millis returns a time that stands in milliseconds.
func millis(ms float64) time.Duration {
	if math.IsNaN(ms) || math.Abs(ms) > 1e12 {
		return Unknown
	}
	return time.Duration(math.Round(ms * 1e6))
}
