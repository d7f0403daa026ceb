package otlp

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// OTLP JSON, and what is OTLP inside of another envelope: Tempo's batches, Jaeger's
// api_v3, one bare ResourceSpans, lists of any of these. Outer levels stream by; a span is
// decoded by otlp_json_fast.go if it is written as exporters write it, else here.

// maxDepth bounds envelopes in envelopes: [ {trace: {resourceSpans: [ {...} ]}} ].
const maxDepth = 5

// JSON decodes the value at the window's position.
func JSON(f *decode.Decoder) { jsonReader{f}.node(0) }

// A jsonReader reads OTLP JSON.
type jsonReader struct{ *decode.Decoder }

// node reads one level: a list of nodes, an envelope, a batch list or a ResourceSpans.
func (f jsonReader) node(depth int) {
	if f.Lists(depth, maxDepth, f.node) {
		return
	}
	w := f.Window
	mark, res := f.Rows(), f.Interner.Placeholder(nil)
	pending, spans := res, false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "resourceSpans", "resource_spans", "batches":
			f.ExpectList()
			f.node(depth + 1)
		case "trace", "result":
			f.node(depth + 1)
		case "resource":
			res = f.resource(f.Outer())
		case "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans":
			f.ExpectList()
			for w.Open('['); w.Elem(); spans = true {
				f.scopeSpans(res)
			}
		case "resourceLogs", "resource_logs":
			f.logs(w.Offset())
		case "status", "message":
			f.tempoStatus(w.Value())
		default:
			f.EnvelopeKey()
		}
	}
	if spans {
		f.Settle(mark, pending, res)
	}
}

func (f jsonReader) tempoStatus(v []byte) {
	if string(v) == `"PARTIAL"` {
		f.NoteAt(decode.SourcePartial, f.Window.Offset(), v)
	}
}

func (f jsonReader) scopeSpans(res uint32) {
	w := f.Window
	mark, scope := f.Rows(), spanstore.Later
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "scope", "instrumentationLibrary", "instrumentation_library":
			scope = f.scope(f.Outer())
		case "spans":
			f.ExpectList()
			for w.Open('['); w.Elem(); {
				f.span(res, scope)
			}
		default:
			w.Skip()
		}
	}
	if scope == spanstore.Later {
		scope = 0
	}
	f.Resolve(mark, func(r uint32) uint32 { return r }, scope)
}

func (f jsonReader) scope(v []byte) uint32 {
	c := &f.Cursor
	c.Reset(v)
	var name []byte
	for c.Open('{'); c.Key(); {
		if string(c.Name) == "name" {
			name = c.Text()
		} else {
			c.Skip()
		}
	}
	return f.Interner.Scope(name)
}

// resource decodes a resource, unless the same bytes were decoded before.
func (f jsonReader) resource(v []byte) uint32 {
	if id, ok := f.Interner.KnownResource(v); ok {
		return id
	}
	var r spanstore.ResourceDraft
	c := &f.Cursor
	c.Reset(v)
	f.Draft.Doubt = 0
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "attributes" {
			c.Skip()
			continue
		}
		f.eachAttr(c, func(key []byte) {
			if k := f.Interner.Key(key); spanstore.WantsInResource(k, key) {
				r.Add(f.Interner, k, key, f.anyValue(f.Inner.Bytes))
			}
		})
	}
	return f.NewResource(v, &r, f.Draft.Doubt&decode.AttrDoubt == 0 && c.Bad == "")
}

// span decodes the span at the window's position.
func (f jsonReader) span(res, scope uint32) {
	f.Begin(res, scope)
	if next, ok := f.fastSpan(f.Window.Buf, f.Window.Pos); ok && !f.Options.Tolerant && f.Window.Pass(next) {
		f.Commit()
		return
	}
	v := f.Window.Value()
	if f.Window.Bad != nil {
		return
	}
	if bytes.HasPrefix(v, decode.DocumentStart) { // the list was cut, and the next line taken for a span
		f.Window.Pos -= len(v)
		f.Window.Fail("a document inside of a list of spans")
		return
	}
	f.Draft.Reset(f.Draft.At, res, scope)
	if v == nil {
		f.Draft.Refuse(&decode.TooLarge, nil)
	} else {
		f.tolerantSpan(v)
	}
	f.Commit()
}

func (f jsonReader) tolerantSpan(v []byte) {
	d, c := &f.Draft, &f.Cursor
	c.Reset(v)
	if c.Peek() != '{' {
		d.Refuse(&decode.Malformed, v)
		return
	}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId", "trace_id":
			if f.once(1 << 0) {
				f.Draft.ReadTraceID(c.Scalar())
			}
		case "spanId", "span_id":
			if f.once(1 << 1) {
				f.Draft.ReadSpanID(c.Scalar())
			}
		case "parentSpanId", "parent_span_id":
			if f.once(1 << 2) {
				f.Draft.ReadParentID(c.Scalar())
			}
		case "name":
			if f.once(1 << 3) {
				d.Name = c.Text()
			}
		case "kind":
			d.Kind = f.Draft.ReadKind(c.Scalar())
		case "startTimeUnixNano", "start_time_unix_nano":
			if f.once(1 << 4) {
				d.Start = f.nanos(c.Raw())
			}
		case "endTimeUnixNano", "end_time_unix_nano":
			if f.once(1 << 5) {
				d.End = f.nanos(c.Raw())
			}
		default:
			f.rareField(c)
		}
	}
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

// rareField reads what is missing from most spans, or not needed to place them.
func (f jsonReader) rareField(c *jsontext.Cursor) {
	d := &f.Draft
	switch string(c.Name) {
	case "attributes":
		f.attrs(c)
	case "events":
		f.events(c)
	case "links":
		f.links(c)
	case "status":
		f.status(c)
	case "traceState", "trace_state":
		d.TraceState(c.Text())
	case "flags":
		if n, ok := jsontext.Decimal(c.Scalar(), 0); ok {
			d.ParentFlags(uint64(n))
		}
	case "droppedAttributesCount", "dropped_attributes_count":
		d.DroppedBySource(decode.AttrsDropped, decode.Positive(c.Scalar()))
	case "droppedEventsCount", "dropped_events_count":
		d.DroppedBySource(decode.EventsDropped, decode.Positive(c.Scalar()))
	case "droppedLinksCount", "dropped_links_count":
		d.DroppedBySource(decode.LinksDropped, decode.Positive(c.Scalar()))
	default:
		c.Skip()
	}
}

// once is false, and skips the value, for a key that stands in the span a second time.
func (f jsonReader) once(bit uint32) bool {
	d := &f.Draft
	if d.Seen&bit != 0 {
		d.Doubt |= decode.TwiceDoubt
		f.Cursor.Skip()
		return false
	}
	d.Seen |= bit
	return true
}

// nanos reads a time in nanoseconds: a number, or a string of one. Null is no time.
func (f jsonReader) nanos(raw []byte) int64 {
	v := raw
	if len(v) >= 2 && v[0] == '"' {
		v = v[1 : len(v)-1]
	}
	if string(v) == "null" || len(v) == 0 {
		return 0
	}
	n, ok := jsontext.Decimal(v, 0)
	if !ok || n < 0 {
		f.Draft.Refuse(&decode.BadTime, raw)
		return 0
	}
	if bytes.ContainsAny(v, ".eE") {
		f.Draft.Doubt |= decode.FloatDoubt
	}
	return n
}

func (f jsonReader) status(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "code" {
			c.Skip()
			continue
		}
		if v := c.Scalar(); string(v) == "2" || string(v) == "STATUS_CODE_ERROR" || string(v) == "ERROR" {
			f.Draft.Flags |= trace.Failed
		}
	}
}

func (f jsonReader) events(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var name []byte
		var at int64
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "name":
				name = c.Text()
			case "timeUnixNano", "time_unix_nano":
				at, _ = jsontext.Decimal(c.Scalar(), 0)
			default:
				c.Skip()
			}
		}
		f.Event(name, at)
	}
}

func (f jsonReader) links(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var link trace.Link
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "traceId", "trace_id":
				link.Trace, _ = decode.AnyTraceID(c.Scalar())
			case "spanId", "span_id":
				link.Span, _ = decode.AnySpanID(c.Scalar())
			default:
				c.Skip()
			}
		}
		f.Draft.Link(link)
	}
}

// IsJSON claims documents of OTLP JSON, whole or a part.
func IsJSON(s *jsontext.Outline) bool {
	return s.Any("resourceSpans", "resource_spans", "[].resourceSpans", "[].resource_spans",
		"scopeSpans", "scope_spans", "instrumentationLibrarySpans", "[].scopeSpans")
}

// IsTempo claims what Tempo and Grafana wrap around it.
func IsTempo(s *jsontext.Outline) bool {
	return s.Any("batches", "[].batches", "trace.resourceSpans", "trace.batches")
}
