package ingest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

type object map[string]any

// storeSpellings write a span as the document of a store.
var storeSpellings = map[string]func(s *trace.Span) object{
	"clickhouse": func(s *trace.Span) object {
		row := object{
			"Timestamp": utc(s.Start, "2006-01-02 15:04:05.000000000"), "TraceId": s.Trace.String(), "SpanId": s.ID.String(), "ParentSpanId": hexOrNone(s.Parent),
			"SpanName": s.Sig.Name, "SpanKind": s.Sig.Kind.String(), "ServiceName": serviceOf(s), "ScopeName": s.Sig.Scope, "TraceState": stateOf(s),
			"SpanAttributes": attrsOf(s, "."), "Duration": fmt.Sprint(int64(s.Duration())), "ResourceAttributes": object{},
		}
		var names, times, traces, spans []string
		for _, e := range s.Events() {
			names, times = append(names, e.Name), append(times, utc(e.At, "2006-01-02 15:04:05.000000000"))
		}
		for _, l := range s.Links() {
			traces, spans = append(traces, l.Trace.String()), append(spans, l.Span.String())
		}
		row["Events.Name"], row["Events.Timestamp"], row["Links.TraceId"], row["Links.SpanId"] = names, times, traces, spans
		return row
	},
	"data-prepper": func(s *trace.Span) object {
		doc := object{
			"startTime": utc(s.Start, time.RFC3339Nano), "endTime": utc(s.End, time.RFC3339Nano), "durationInNanos": int64(s.Duration()),
			"traceId": s.Trace.String(), "spanId": s.ID.String(), "parentSpanId": hexOrNone(s.Parent), "name": s.Sig.Name, "kind": s.Sig.Kind.String(),
			"serviceName": serviceOf(s), "instrumentationScope.name": s.Sig.Scope, "traceState": stateOf(s),
		}
		for key, value := range attrsOf(s, "@") {
			doc["span.attributes."+key] = value
		}
		var events, links []object
		for _, e := range s.Events() {
			events = append(events, object{"name": e.Name, "time": utc(e.At, time.RFC3339Nano)})
		}
		for _, l := range s.Links() {
			links = append(links, object{"traceId": l.Trace.String(), "spanId": l.Span.String()})
		}
		doc["events"], doc["links"] = events, links
		return doc
	},
	"elastic-otel": func(s *trace.Span) object {
		doc := object{
			"@timestamp": utc(s.Start, time.RFC3339Nano), "duration": int64(s.Duration()), "trace_id": s.Trace.String(), "span_id": s.ID.String(),
			"parent_span_id": hexOrNone(s.Parent), "name": s.Sig.Name, "kind": s.Sig.Kind.String(), "attributes": attrsOf(s, "."), "trace_state": stateOf(s),
			"resource": object{"attributes": resourceOf(s)}, "scope": object{"name": s.Sig.Scope},
		}
		var links []object
		for _, l := range s.Links() {
			links = append(links, object{"trace_id": l.Trace.String(), "span_id": l.Span.String()})
		}
		doc["links"] = links
		return doc
	},
}

func resourceOf(s *trace.Span) object {
	if s.Sig.IsNameless() {
		return object{}
	}
	return object{"service.name": s.Sig.Service}
}

// serviceOf returns the name that was read, "" if there was none.
func serviceOf(s *trace.Span) string {
	if s.Sig.IsNameless() {
		return ""
	}
	return s.Sig.Service
}

func utc(t trace.Time, layout string) string { return time.Unix(0, int64(t)).UTC().Format(layout) }

func hexOrNone(id trace.SpanID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

// stateOf spells the only threshold that the generator writes.
func stateOf(s *trace.Span) string {
	if s.Flags.Has(trace.Sampled) {
		return "ot=th:8"
	}
	return ""
}

func attrsOf(s *trace.Span, dot string) object {
	attrs := object{}
	for _, a := range s.Sig.Attrs {
		attrs[strings.ReplaceAll(a.Key, ".", dot)] = a.Value
	}
	return attrs
}

func TestDocumentsOfStoresAreReadAsTheSpansThatTheyWereMadeOf(t *testing.T) {
	noEvents := regexp.MustCompile(` \*\S+`)
	rapid.Check(t, func(rt *rapid.T) {
		before := read(t, strings.Join(documents(rt), ""), Options{})
		for name, spell := range storeSpellings {
			var text strings.Builder
			for _, s := range all(before) {
				line, _ := json.Marshal(spell(&s))
				text.Write(append(line, '\n'))
			}
			after, wanted := read(t, text.String(), Options{}), draw(before)
			if name == "elastic-otel" { // events are documents of their own
				wanted = noEvents.ReplaceAllString(wanted, "")
			}
			if got := sorted(draw(after)); got != sorted(wanted) || after.Ledger.Files[0].Format != name {
				rt.Fatalf("%s:\n got %s\nwant %s", name, got, sorted(wanted))
			}
		}
	})
}

func TestAThingThatADocumentLacksCostsOnlyItsOwnSpan(t *testing.T) {
	row := func(more string) string {
		return `{"TraceId":"0af7651916cd43dd8448eb211c80319c","SpanId":"b7ad6b7169203331","SpanName":"a",` + more + "}\n"
	}
	at := `"Timestamp":"2026-05-28 20:26:40"`
	for what, c := range map[string]struct{ text, want string }{
		"no length":           {row(at), "a: 1 unfinished-span"},
		"a length below zero": {row(at+`,"Duration":-1`) + row(at+`,"Duration":1`), "a: 1 bad-time"},
		"no time":             {row(`"Duration":1`) + row(at+`,"Duration":1`), "a: 1 no-start-time"},
		"names of events, and times in the next row": {
			"[" + row(at+`,"Duration":1,"Events.Name":["x"]`) + "," + row(at+`,"Duration":2,"Events.Timestamp":["2026-05-28 20:26:40"]`) + "]", "a a: "},
		"seconds with a fraction": {row(`"Timestamp":1780000000.5,"Duration":"7"`), "a: "},
	} {
		s := read(t, c.text, Options{})
		want(t, what, names(s)+": "+found(&s.Ledger), c.want)
		if strings.Contains(draw(s), "*") {
			t.Errorf("%s: there is an event in %s", what, draw(s))
		}
	}
}
