package page

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/trace"
)

// The shapes of web SDKs that are older than OpenTelemetry's conventions for browsers, or beside them.

// faroNames are measurements of Grafana Faro. Its OTLP transport writes the first value of a measurement as
// an attribute, and leaves the others to a body that the page may make.
var faroNames = map[string]func(*Parts) *time.Duration{
	"time_to_first_byte":     func(p *Parts) *time.Duration { return &p.TTFB },
	"resource_load_delay":    func(p *Parts) *time.Duration { return &p.LoadDelay },
	"resource_load_duration": func(p *Parts) *time.Duration { return &p.LoadDuration },
	"element_render_delay":   func(p *Parts) *time.Duration { return &p.RenderDelay },
	"input_delay":            func(p *Parts) *time.Duration { return &p.InputDelay },
	"processing_duration":    func(p *Parts) *time.Duration { return &p.Processing },
	"presentation_delay":     func(p *Parts) *time.Duration { return &p.Presentation },
	"interaction_time":       func(p *Parts) *time.Duration { return &p.Interaction },
	"waiting_duration":       func(p *Parts) *time.Duration { return &p.Waiting },
	"cache_duration":         func(p *Parts) *time.Duration { return &p.Cache },
	"dns_duration":           func(p *Parts) *time.Duration { return &p.DNS },
	"connection_duration":    func(p *Parts) *time.Duration { return &p.Connection },
	"request_duration":       func(p *Parts) *time.Duration { return &p.Request },
	// of older versions of the library
	"resource_load_time": func(p *Parts) *time.Duration { return &p.LoadDuration },
	"processing_time":    func(p *Parts) *time.Duration { return &p.Processing },
	"waiting_time":       func(p *Parts) *time.Duration { return &p.Waiting },
	"dns_time":           func(p *Parts) *time.Duration { return &p.DNS },
	"connection_time":    func(p *Parts) *time.Duration { return &p.Connection },
	"request_time":       func(p *Parts) *time.Duration { return &p.Request },
}

var vitalNames = []string{"lcp", "inp", "ttfb", "fcp", "cls"}

// readFaro reads a measurement: its name and value, what stands as JSON in its context, and what the page
// may have put into its body. It is dated when it was sent, so nothing is known of when its page began.
func readFaro(s *Said, r *Record) bool {
	for _, name := range vitalNames {
		if first(s.Attrs, "measurement.name") == name {
			r.Name = name
		}
	}
	if r.Name == "" || !r.value(first(s.Attrs, "measurement.value")) {
		return false
	}
	var context map[string]any
	if json.Unmarshal([]byte(first(s.Attrs, "faro.measurement.context")), &context) == nil {
		text := func(key string) string { v, _ := context[key].(string); return v }
		r.ID, r.Rating, r.Navigation = text("id"), text("rating"), text("navigation_type")
		r.Parts.Target, r.Parts.URL, r.Parts.Event = text("element")+text("interaction_target"), text("resource_url"), text("interaction_type")
		r.Parts.Script = text("longest_script_source_url")
	}
	var values map[string]any
	if json.Unmarshal([]byte(s.Body), &values) == nil {
		if inner, ok := values["values"].(map[string]any); ok {
			values = inner
		}
		for _, key := range slices.Sorted(maps.Keys(faroNames)) {
			if x, isNumber := values[key].(float64); isNumber {
				*faroNames[key](&r.Parts) = millis(x)
			}
		}
	}
	r.Loose = true
	return true
}

// SpanKeys are the attributes in which spans tell vitals.
func SpanKeys() (keys []string) {
	for _, v := range vitalNames {
		keys = append(keys, v+".value", v+".id", v+".rating", v+".navigation_type", "measurements."+v, "browser.web_vital."+v+".value")
	}
	for name := range faroNames {
		for _, v := range []string{"lcp.", "inp.", "ttfb."} {
			keys = append(keys, v+name)
		}
	}
	return append(keys, "lcp.url", "lcp.element", "inp.interaction_target", "inp.element", "inp.interaction_type", "inp.event_type")
}

// IsVital reports whether a span of this name may tell a vital: Honeycomb's are called as the vital is, and
// Sentry's ui.webvital.lcp, or, on the span of a page load, pageload.
func IsVital(name []byte) bool {
	switch string(name) {
	case "LCP", "INP", "TTFB", "FCP", "CLS", "pageload":
		return true
	}
	return strings.HasPrefix(string(name), "ui.webvital.")
}

// ReadSpan makes records of the vitals that a span tells.
func ReadSpan(name string, start, end trace.Time, id trace.ID, attrs trace.Attrs, from *Source) (out []Record) {
	for _, vital := range vitalNames {
		value := first(attrs, vital+".value", "browser.web_vital."+vital+".value", "measurements."+vital)
		if value == "" {
			continue
		}
		r := Record{Source: from, Trace: id, Name: vital, Timing: NoTiming(), Paints: NoTiming(), Parts: noParts()}
		r.Session, r.URL = first(attrs, "session.id"), first(attrs, "url.full", "page.url", "http.url")
		r.ID, r.Rating, r.Navigation = first(attrs, vital+".id"), first(attrs, vital+".rating"), first(attrs, vital+".navigation_type")
		if !r.value(value) {
			continue
		}
		r.Parts.URL, r.Parts.Target = first(attrs, vital+".url"), first(attrs, vital+".element", vital+".interaction_target")
		r.Parts.Event = first(attrs, vital+".interaction_type", vital+".event_type")
		for _, key := range slices.Sorted(maps.Keys(faroNames)) {
			at := faroNames[key]
			if x, err := strconv.ParseFloat(first(attrs, vital+"."+key), 64); err == nil {
				*at(&r.Parts) = millis(x)
			}
		}
		r.dateBySpan(name, start, end)
		out = append(out, r)
	}
	return out
}

// dateBySpan says when a vital was, as a record of OpenTelemetry would: a page load begins with its span, the
// other spans end with what they measure.
func (r *Record) dateBySpan(name string, start, end trace.Time) {
	switch {
	case name == "pageload" || r.Name == "ttfb" || r.Name == "fcp":
		r.At = start.Add(r.Value)
	case r.Name == "inp":
		r.At = start
	case r.Name == "lcp":
		r.At = end
	}
}
