package ingest

import (
	"bytes"

	"github.com/longpole/longpole/trace"
)

// OTLP JSON, and what is OTLP inside of another envelope: Tempo's batches, Jaeger's
// api_v3, one bare ResourceSpans, lists of any of these. Outer levels stream by; a span is
// decoded by otlp_json_fast.go if it is written as exporters write it, else here.

// otlpDepth bounds envelopes in envelopes: [ {trace: {resourceSpans: [ {...} ]}} ].
const otlpDepth = 5

func (f *file) otlpJSON() { f.otlpNode(0) }

// otlpNode reads one level: a list of nodes, an envelope, a batch list or a ResourceSpans.
func (f *file) otlpNode(depth int) {
	if f.lists(depth, otlpDepth, f.otlpNode) {
		return
	}
	w := f.w
	mark, res := f.count, f.placeholder(nil)
	pending, spans := res, false
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "resourceSpans", "resource_spans", "batches":
			f.list()
			f.otlpNode(depth + 1)
		case "trace", "result":
			f.otlpNode(depth + 1)
		case "resource":
			res = f.otlpResource(f.outer())
		case "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans":
			f.list()
			for w.open('['); w.elem(); spans = true {
				f.otlpScopeSpans(res)
			}
		case "status", "message":
			f.tempoStatus(w.value())
		default:
			f.envelopeKey()
		}
	}
	if spans {
		f.settle(mark, pending, res)
	}
}

// list notes a value that is not the list, or the single node, that must stand here.
func (f *file) list() {
	if c := f.w.peek(); c != '[' && c != 'n' && c != 0 {
		f.noteAt(ListExpected, f.w.offset(), f.w.name)
	}
}

// settle gives spans that came before their resource the resource that came after them.
func (f *file) settle(mark int, pending, res uint32) {
	if res == pending {
		res = 0
	}
	f.resolve(mark, func(r uint32) uint32 {
		if r == pending {
			return res
		}
		return r
	}, 0)
}

func (f *file) tempoStatus(v []byte) {
	if string(v) == `"PARTIAL"` {
		f.noteAt(SourcePartial, f.w.offset(), v)
	}
}

func (f *file) otlpScopeSpans(res uint32) {
	w := f.w
	mark, scope := f.count, later
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "scope", "instrumentationLibrary", "instrumentation_library":
			scope = f.otlpScope(f.outer())
		case "spans":
			f.list()
			for w.open('['); w.elem(); {
				f.otlpSpan(res, scope)
			}
		default:
			w.skip()
		}
	}
	if scope == later {
		scope = 0
	}
	f.resolve(mark, func(r uint32) uint32 { return r }, scope)
}

func (f *file) otlpScope(v []byte) uint32 {
	c := &f.cur
	c.reset(v)
	var name []byte
	for c.open('{'); c.key(); {
		if string(c.name) == "name" {
			name = c.text()
		} else {
			c.skip()
		}
	}
	return f.scope(name)
}

// otlpResource decodes a resource, unless the same bytes were decoded before.
func (f *file) otlpResource(v []byte) uint32 {
	if id, ok := f.place(v); ok {
		return id
	}
	var r resourceDraft
	c := &f.cur
	c.reset(v)
	f.draft.doubt = 0
	for c.open('{'); c.key(); {
		if string(c.name) != "attributes" {
			c.skip()
			continue
		}
		f.eachAttr(c, func(key []byte) {
			if k := f.key(key); f.wantsInResource(k, key) {
				r.add(f.tables, k, key, f.anyValue(f.val.b))
			}
		})
	}
	return f.drafted(v, &r, f.draft.doubt&attrDoubt == 0 && c.bad == "")
}

// otlpSpan decodes the span at the window's position.
func (f *file) otlpSpan(res, scope uint32) {
	f.begin(res, scope)
	if next, ok := f.fastOTLPSpan(f.w.buf, f.w.pos); ok && !f.o.tolerant && f.w.pass(next) {
		f.commit()
		return
	}
	v := f.w.value()
	if f.w.bad != nil {
		return
	}
	if bytes.HasPrefix(v, docStart) { // the list was cut, and the next line taken for a span
		f.w.pos -= len(v)
		f.w.fail("a document inside of a list of spans")
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

func (f *file) tolerantOTLPSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.reset(v)
	if c.peek() != '{' {
		d.refuse(&Malformed, v)
		return
	}
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "traceId", "trace_id":
			if f.once(1 << 0) {
				f.otlpTraceID(c.scalar())
			}
		case "spanId", "span_id":
			if f.once(1 << 1) {
				f.otlpSpanID(c.scalar())
			}
		case "parentSpanId", "parent_span_id":
			if f.once(1 << 2) {
				f.otlpParentID(c.scalar())
			}
		case "name":
			if f.once(1 << 3) {
				d.name = c.text()
			}
		case "kind":
			d.kind = f.otlpKind(c.scalar())
		case "startTimeUnixNano", "start_time_unix_nano":
			if f.once(1 << 4) {
				d.start = f.nanos(c.raw())
			}
		case "endTimeUnixNano", "end_time_unix_nano":
			if f.once(1 << 5) {
				d.end = f.nanos(c.raw())
			}
		default:
			f.rareOTLPField(c)
		}
	}
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

// rareOTLPField reads what is missing from most spans, or not needed to place them.
func (f *file) rareOTLPField(c *cursor) {
	d := &f.draft
	switch string(c.name) {
	case "attributes":
		f.otlpAttrs(c)
	case "events":
		f.otlpEvents(c)
	case "links":
		f.otlpLinks(c)
	case "status":
		f.otlpStatus(c)
	case "traceState", "trace_state":
		d.traceState(c.text())
	case "flags":
		if n, ok := decimal(c.scalar(), 0); ok {
			d.parentFlags(uint64(n))
		}
	case "droppedAttributesCount", "dropped_attributes_count":
		d.dropped(attrsDropped, positive(c.scalar()))
	case "droppedEventsCount", "dropped_events_count":
		d.dropped(eventsDropped, positive(c.scalar()))
	case "droppedLinksCount", "dropped_links_count":
		d.dropped(linksDropped, positive(c.scalar()))
	default:
		c.skip()
	}
}

func positive(number []byte) bool {
	n, ok := decimal(number, 0)
	return ok && n > 0
}

// once is false, and skips the value, for a key that stands in the span a second time.
func (f *file) once(bit uint32) bool {
	d := &f.draft
	if d.seen&bit != 0 {
		d.doubt |= twiceDoubt
		f.cur.skip()
		return false
	}
	d.seen |= bit
	return true
}

func (f *file) otlpTraceID(v []byte) {
	id, ok := anyTraceID(v)
	if !ok || id.IsZero() {
		f.draft.refuse(&BadTraceID, v)
	}
	f.draft.trace = id
}

func (f *file) otlpSpanID(v []byte) {
	id, ok := anySpanID(v)
	if !ok || id == 0 {
		f.draft.refuse(&BadSpanID, v)
	}
	f.draft.id = id
}

func (f *file) otlpParentID(v []byte) {
	if len(v) == 0 {
		return
	}
	id, ok := anySpanID(v)
	if !ok {
		f.draft.refuse(&BadParentID, v)
	}
	f.draft.parent = id
}

// otlpKind reads the number, or the name that Tempo and Grafana write.
func (f *file) otlpKind(v []byte) trace.Kind {
	if n, ok := plainDigits(v); ok && n <= int64(trace.Consumer) {
		return trace.Kind(n)
	}
	k, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		f.draft.doubt |= kindDoubt
	}
	return k
}

// nanos reads a time in nanoseconds: a number, or a string of one. Null is no time.
func (f *file) nanos(raw []byte) int64 {
	v := raw
	if len(v) >= 2 && v[0] == '"' {
		v = v[1 : len(v)-1]
	}
	if string(v) == "null" || len(v) == 0 {
		return 0
	}
	n, ok := decimal(v, 0)
	if !ok || n < 0 {
		f.draft.refuse(&BadTime, raw)
		return 0
	}
	if bytes.ContainsAny(v, ".eE") {
		f.draft.doubt |= floatDoubt
	}
	return n
}

func (f *file) otlpStatus(c *cursor) {
	for c.open('{'); c.key(); {
		if string(c.name) != "code" {
			c.skip()
			continue
		}
		if v := c.scalar(); string(v) == "2" || string(v) == "STATUS_CODE_ERROR" || string(v) == "ERROR" {
			f.draft.flags |= trace.Failed
		}
	}
}

func (f *file) otlpEvents(c *cursor) {
	for c.open('['); c.elem(); {
		var name []byte
		var at int64
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "name":
				name = c.text()
			case "timeUnixNano", "time_unix_nano":
				at, _ = decimal(c.scalar(), 0)
			default:
				c.skip()
			}
		}
		f.event(name, at)
	}
}

func (f *file) otlpLinks(c *cursor) {
	for c.open('['); c.elem(); {
		var link trace.Link
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "traceId", "trace_id":
				link.Trace, _ = anyTraceID(c.scalar())
			case "spanId", "span_id":
				link.Span, _ = anySpanID(c.scalar())
			default:
				c.skip()
			}
		}
		f.link(link)
	}
}
