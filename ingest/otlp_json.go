package ingest

import (
	"bytes"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// OTLP JSON, and what is OTLP inside of another envelope: Tempo's batches, Jaeger's
// api_v3, one bare ResourceSpans, lists of any of these. Outer levels stream by; a span is
// decoded by otlp_json_fast.go if it is written as exporters write it, else here.

// otlpDepth bounds envelopes in envelopes: [ {trace: {resourceSpans: [ {...} ]}} ].
const otlpDepth = 5

// otlpJSON decodes the value at the window's position.
func otlpJSON(f *decoder) { otlpJSONReader{f}.otlpNode(0) }

// An otlpJSONReader reads OTLP JSON.
type otlpJSONReader struct{ *decoder }

// otlpNode reads one level: a list of nodes, an envelope, a batch list or a ResourceSpans.
func (f otlpJSONReader) otlpNode(depth int) {
	if f.lists(depth, otlpDepth, f.otlpNode) {
		return
	}
	w := f.w
	mark, res := f.Rows(), f.Interner.Placeholder(nil)
	pending, spans := res, false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "resourceSpans", "resource_spans", "batches":
			f.list()
			f.otlpNode(depth + 1)
		case "trace", "result":
			f.otlpNode(depth + 1)
		case "resource":
			res = f.otlpResource(f.outer())
		case "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans":
			f.list()
			for w.Open('['); w.Elem(); spans = true {
				f.otlpScopeSpans(res)
			}
		case "status", "message":
			f.tempoStatus(w.Value())
		default:
			f.envelopeKey()
		}
	}
	if spans {
		f.settle(mark, pending, res)
	}
}

func (f otlpJSONReader) tempoStatus(v []byte) {
	if string(v) == `"PARTIAL"` {
		f.noteAt(SourcePartial, f.w.Offset(), v)
	}
}

func (f otlpJSONReader) otlpScopeSpans(res uint32) {
	w := f.w
	mark, scope := f.Rows(), spanstore.Later
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "scope", "instrumentationLibrary", "instrumentation_library":
			scope = f.otlpScope(f.outer())
		case "spans":
			f.list()
			for w.Open('['); w.Elem(); {
				f.otlpSpan(res, scope)
			}
		default:
			w.Skip()
		}
	}
	if scope == spanstore.Later {
		scope = 0
	}
	f.resolve(mark, func(r uint32) uint32 { return r }, scope)
}

func (f otlpJSONReader) otlpScope(v []byte) uint32 {
	c := &f.cur
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

// otlpResource decodes a resource, unless the same bytes were decoded before.
func (f otlpJSONReader) otlpResource(v []byte) uint32 {
	if id, ok := f.Interner.KnownResource(v); ok {
		return id
	}
	var r spanstore.ResourceDraft
	c := &f.cur
	c.Reset(v)
	f.draft.doubt = 0
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "attributes" {
			c.Skip()
			continue
		}
		f.eachAttr(c, func(key []byte) {
			if k := f.Interner.Key(key); spanstore.WantsInResource(k, key) {
				r.Add(f.Interner, k, key, f.anyValue(f.val.Bytes))
			}
		})
	}
	return f.drafted(v, &r, f.draft.doubt&attrDoubt == 0 && c.Bad == "")
}

// otlpSpan decodes the span at the window's position.
func (f otlpJSONReader) otlpSpan(res, scope uint32) {
	f.begin(res, scope)
	if next, ok := f.fastOTLPSpan(f.w.Buf, f.w.Pos); ok && !f.o.Tolerant && f.w.Pass(next) {
		f.commit()
		return
	}
	v := f.w.Value()
	if f.w.Bad != nil {
		return
	}
	if bytes.HasPrefix(v, docStart) { // the list was cut, and the next line taken for a span
		f.w.Pos -= len(v)
		f.w.Fail("a document inside of a list of spans")
		return
	}
	f.draft.reset(f.draft.at, res, scope)
	if v == nil {
		f.draft.refuse(&TooLarge, nil)
	} else {
		f.tolerantOTLPSpan(v)
	}
	f.commit()
}

func (f otlpJSONReader) tolerantOTLPSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.Reset(v)
	if c.Peek() != '{' {
		d.refuse(&Malformed, v)
		return
	}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId", "trace_id":
			if f.once(1 << 0) {
				f.draft.otlpTraceID(c.Scalar())
			}
		case "spanId", "span_id":
			if f.once(1 << 1) {
				f.draft.otlpSpanID(c.Scalar())
			}
		case "parentSpanId", "parent_span_id":
			if f.once(1 << 2) {
				f.draft.otlpParentID(c.Scalar())
			}
		case "name":
			if f.once(1 << 3) {
				d.Name = c.Text()
			}
		case "kind":
			d.Kind = f.draft.otlpKind(c.Scalar())
		case "startTimeUnixNano", "start_time_unix_nano":
			if f.once(1 << 4) {
				d.Start = f.nanos(c.Raw())
			}
		case "endTimeUnixNano", "end_time_unix_nano":
			if f.once(1 << 5) {
				d.End = f.nanos(c.Raw())
			}
		default:
			f.rareOTLPField(c)
		}
	}
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

// rareOTLPField reads what is missing from most spans, or not needed to place them.
func (f otlpJSONReader) rareOTLPField(c *jsontext.Cursor) {
	d := &f.draft
	switch string(c.Name) {
	case "attributes":
		f.otlpAttrs(c)
	case "events":
		f.otlpEvents(c)
	case "links":
		f.otlpLinks(c)
	case "status":
		f.otlpStatus(c)
	case "traceState", "trace_state":
		d.traceState(c.Text())
	case "droppedAttributesCount", "dropped_attributes_count":
		d.dropped(attrsDropped, positive(c.Scalar()))
	case "droppedEventsCount", "dropped_events_count":
		d.dropped(eventsDropped, positive(c.Scalar()))
	case "droppedLinksCount", "dropped_links_count":
		d.dropped(linksDropped, positive(c.Scalar()))
	default:
		c.Skip()
	}
}

// once is false, and skips the value, for a key that stands in the span a second time.
func (f otlpJSONReader) once(bit uint32) bool {
	d := &f.draft
	if d.seen&bit != 0 {
		d.doubt |= twiceDoubt
		f.cur.Skip()
		return false
	}
	d.seen |= bit
	return true
}

// nanos reads a time in nanoseconds: a number, or a string of one. Null is no time.
func (f otlpJSONReader) nanos(raw []byte) int64 {
	v := raw
	if len(v) >= 2 && v[0] == '"' {
		v = v[1 : len(v)-1]
	}
	if string(v) == "null" || len(v) == 0 {
		return 0
	}
	n, ok := jsontext.Decimal(v, 0)
	if !ok || n < 0 {
		f.draft.refuse(&BadTime, raw)
		return 0
	}
	if bytes.ContainsAny(v, ".eE") {
		f.draft.doubt |= floatDoubt
	}
	return n
}

func (f otlpJSONReader) otlpStatus(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "code" {
			c.Skip()
			continue
		}
		if v := c.Scalar(); string(v) == "2" || string(v) == "STATUS_CODE_ERROR" || string(v) == "ERROR" {
			f.draft.Flags |= trace.Failed
		}
	}
}

func (f otlpJSONReader) otlpEvents(c *jsontext.Cursor) {
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
		f.event(name, at)
	}
}

func (f otlpJSONReader) otlpLinks(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var link trace.Link
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "traceId", "trace_id":
				link.Trace, _ = anyTraceID(c.Scalar())
			case "spanId", "span_id":
				link.Span, _ = anySpanID(c.Scalar())
			default:
				c.Skip()
			}
		}
		f.draft.link(link)
	}
}

func isOTLPJSON(s *jsontext.Outline) bool {
	return s.Any("resourceSpans", "resource_spans", "[].resourceSpans", "[].resource_spans",
		"scopeSpans", "scope_spans", "instrumentationLibrarySpans", "[].scopeSpans")
}

func isTempo(s *jsontext.Outline) bool {
	return s.Any("batches", "[].batches", "trace.resourceSpans", "trace.batches")
}
