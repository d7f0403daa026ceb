package page

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
)

// A Said is a log record, or a span that is one in all but name, as an exporter wrote it. Values are text.
type Said struct {
	Event string // the name of the event; "" if an attribute has it
	At    trace.Time
	Trace trace.ID
	Attrs trace.Attrs
	Body  string
}

// MayBe reports whether a record with this event name, or with an attribute of this key, may be of a browser: a
// cheap look before anything is kept of it.
func MayBe(event string) bool {
	return strings.HasPrefix(event, "browser.")
}

// MarkKeys are the attributes by which a log record shows that it is of a browser where its event has no name.
var MarkKeys = []string{"measurement.type", "event.name"}

// Read makes a record of what was said. ok is false if it is nothing that a page is made of.
func Read(s *Said, from *Source) (r Record, ok bool) {
	r = Record{Source: from, At: s.At, Trace: s.Trace, Timing: NoTiming(), Paints: NoTiming(), Parts: noParts()}
	r.Session = first(s.Attrs, "session.id")
	r.URL = first(s.Attrs, "url.full", "page.url", "browser.page.url", "http.url")
	switch event := s.Event; {
	case event == "":
		s.Event = first(s.Attrs, "event.name")
		if s.Event == "" && first(s.Attrs, "measurement.type") == "web-vitals" {
			return r, readFaro(s, &r)
		}
		return r, s.Event != "" && readEvent(s, &r)
	default:
		return r, readEvent(s, &r)
	}
}

func readEvent(s *Said, r *Record) bool {
	switch s.Event {
	case "browser.web_vital":
		return readVital(s, r)
	case "browser.navigation_timing":
		r.Kind = Navigation
		readTiming(s.Attrs, &r.Timing)
		readDocument(s.Attrs, &r.Timing)
		r.Timing.URL = r.URL
		return r.Timing.Known()
	case "browser.resource_timing":
		r.Kind = Resource
		readTiming(s.Attrs, &r.Timing)
		r.Timing.URL, r.URL = r.URL, ""
		return r.Timing.Known()
	case "browser.navigation", "browser.user_action.click", "browser.user_action":
		r.Kind = Aside
		return true
	}
	return false
}

// readVital reads a vital of OpenTelemetry's conventions. Some have its attribution in the body, as JSON.
func readVital(s *Said, r *Record) bool {
	r.Name = strings.ToLower(first(s.Attrs, "browser.web_vital.name", "name"))
	r.ID = first(s.Attrs, "browser.web_vital.id", "id")
	r.Navigation = first(s.Attrs, "browser.web_vital.navigation_type", "navigation_type")
	r.Rating = first(s.Attrs, "browser.web_vital.rating", "rating")
	if !r.value(first(s.Attrs, "browser.web_vital.value", "value")) {
		return false
	}
	readAttribution(s.Body, r)
	return r.Name != ""
}

// value takes what a vital came to.
func (r *Record) value(text string) bool {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	r.Kind, r.Score = Vital, text
	if r.Name != "cls" {
		r.Value = millis(x)
	}
	return r.Value != Unknown && r.Value >= 0
}

// An attribution is what the web-vitals library says of a vital, as far as it is of use.
type attribution struct {
	Target, InteractionTarget, URL, InteractionType                                  string
	TimeToFirstByte, ResourceLoadDelay, ResourceLoadDuration, ElementRenderDelay     *float64
	InteractionTime, InputDelay, ProcessingDuration, PresentationDelay               *float64
	WaitingDuration, CacheDuration, DNSDuration, ConnectionDuration, RequestDuration *float64
	LongestScript                                                                    struct {
		Entry struct{ SourceURL, Invoker string }
	}
	NavigationEntry, LCPResourceEntry map[string]any
}

func readAttribution(body string, r *Record) {
	var a attribution
	if !strings.HasPrefix(body, "{") || json.Unmarshal([]byte(body), &a) != nil {
		return
	}
	p := &r.Parts
	p.URL, p.Target, p.Event = a.URL, a.Target, a.InteractionType
	if p.Target == "" {
		p.Target = a.InteractionTarget
	}
	if p.Script = a.LongestScript.Entry.SourceURL; p.Script == "" {
		p.Script = a.LongestScript.Entry.Invoker
	}
	for _, one := range []struct {
		to   *time.Duration
		from *float64
	}{
		{&p.TTFB, a.TimeToFirstByte}, {&p.LoadDelay, a.ResourceLoadDelay}, {&p.LoadDuration, a.ResourceLoadDuration}, {&p.RenderDelay, a.ElementRenderDelay},
		{&p.Interaction, a.InteractionTime}, {&p.InputDelay, a.InputDelay}, {&p.Processing, a.ProcessingDuration}, {&p.Presentation, a.PresentationDelay},
		{&p.Waiting, a.WaitingDuration}, {&p.Cache, a.CacheDuration}, {&p.DNS, a.DNSDuration}, {&p.Connection, a.ConnectionDuration}, {&p.Request, a.RequestDuration},
	} {
		if one.from != nil {
			*one.to = millis(*one.from)
		}
	}
	readEntry(a.NavigationEntry, &r.Timing)
	readEntry(a.LCPResourceEntry, &r.Paints)
}

// readEntry reads an entry of the browser's own timeline.
func readEntry(entry map[string]any, t *Timing) {
	if len(entry) == 0 {
		return
	}
	for m := range moments {
		if at, ok := entry[m.String()].(float64); ok {
			t.Set(m, millis(at))
		}
	}
	t.URL, _ = entry["name"].(string)
	t.Initiator, _ = entry["initiatorType"].(string)
	t.Blocking = entry["renderBlockingStatus"] == "blocking"
	if n, ok := entry["redirectCount"].(float64); ok {
		t.Redirects = int(n)
	}
	for name, to := range map[string]*int64{"transferSize": &t.Transferred, "encodedBodySize": &t.Encoded, "decodedBodySize": &t.Decoded} {
		if n, ok := entry[name].(float64); ok {
			*to = int64(n)
		}
	}
}

const (
	ofTiming   = "browser.resource_timing."
	ofDocument = "browser.navigation_timing."
)

var timingKeys = map[string]Moment{
	"redirect_start": RedirectStart, "redirect_end": RedirectEnd, "worker_start": WorkerStart, "fetch_start": FetchStart,
	"domain_lookup_start": DomainLookupStart, "domain_lookup_end": DomainLookupEnd, "connect_start": ConnectStart,
	"secure_connection_start": SecureConnectionStart, "connect_end": ConnectEnd, "request_start": RequestStart,
	"response_start": ResponseStart, "response_end": ResponseEnd,
}

var documentKeys = map[string]Moment{
	"dom_interactive": DomInteractive, "dom_complete": DomComplete, "load_event_start": LoadEventStart, "load_event_end": LoadEventEnd,
	"activation_start": Activation, "redirect_start": RedirectStart, "redirect_end": RedirectEnd, "worker_start": WorkerStart,
}

func readTiming(attrs trace.Attrs, t *Timing) {
	for _, a := range attrs {
		name, found := strings.CutPrefix(a.Key, ofTiming)
		if !found {
			continue
		}
		if m, ok := timingKeys[name]; ok {
			t.set(m, a.Value)
			continue
		}
		switch name {
		case "initiator_type":
			t.Initiator = a.Value
		case "render_blocking_status":
			t.Blocking = a.Value == "blocking"
		case "transfer_size":
			t.Transferred = number(a.Value)
		case "encoded_body_size":
			t.Encoded = number(a.Value)
		case "decoded_body_size":
			t.Decoded = number(a.Value)
		}
	}
}

func readDocument(attrs trace.Attrs, t *Timing) {
	for _, a := range attrs {
		name, found := strings.CutPrefix(a.Key, ofDocument)
		if !found {
			continue
		}
		if m, ok := documentKeys[name]; ok {
			t.set(m, a.Value)
		}
		if name == "redirect_count" {
			t.Redirects = int(max(0, number(a.Value)))
		}
	}
}

func (t *Timing) set(m Moment, text string) {
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		t.Set(m, millis(x))
	}
}

// number reads a whole number, which some write as a float; -1 if it is none.
func number(text string) int64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x < 0 || x > 1e15 {
		return -1
	}
	return int64(x)
}

// first returns the first of keys that has a value.
func first(attrs trace.Attrs, keys ...string) string {
	for _, k := range keys {
		if v, ok := attrs.Get(k); ok && v != "" {
			return v
		}
	}
	return ""
}
