package ingest

import (
	"time"

	"github.com/longpole/longpole/trace"
)

// Jaeger's protobuf model spelled as JSON (jsonpb), as gRPC tools and old fixtures have it:
// base64 ids, RFC 3339 times, durations like "0.001500s", typed tag values.

func isJaegerPBJSON(s *shape) bool {
	for _, at := range []string{"", "[].", "spans[].", "result.spans[].", "[].spans[]."} {
		if s.has(at+"traceId", at+"operationName") {
			return true
		}
	}
	return false
}

func (f *file) jaegerPBJSON() { f.pbJSONNode(0) }

// pbJSONNode reads a batch, a trace, a list of either, or one span.
func (f *file) pbJSONNode(depth int) {
	w := f.w
	if w.peek() == '[' && depth < jaegerDepth {
		for w.open('['); w.elem(); {
			f.pbJSONNode(depth + 1)
		}
		return
	}
	f.begin(0, 0)
	head := shapeOf(w.rest())
	if depth == jaegerDepth || !head.any("spans", "result") {
		if v := w.value(); w.bad == nil {
			f.whole(v, func(v []byte) { f.pbJSONSpan(v, 0) })
		}
		return
	}
	mark, pending, process := f.count, f.placeholder(nil), uint32(0)
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "result":
			f.pbJSONNode(depth + 1)
		case "process":
			process = f.jaegerProcess(f.outer())
		case "spans":
			for w.open('['); w.elem(); {
				f.begin(0, 0)
				if v := w.value(); w.bad == nil {
					f.whole(v, func(v []byte) { f.pbJSONSpan(v, pending) })
				}
			}
		default:
			f.envelopeKey()
		}
	}
	f.settle(mark, pending, process)
}

func (f *file) pbJSONSpan(v []byte, process uint32) {
	d, c := &f.draft, &f.cur
	d.res = process
	c.reset(v)
	var refs []byte
	var length time.Duration
	hasLength := false
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "traceId":
			f.otlpTraceID(c.scalar())
		case "spanId":
			f.otlpSpanID(c.scalar())
		case "operationName":
			d.name = c.text()
		case "references":
			refs = c.raw()
		case "startTime":
			d.start = f.clock(c.text())
		case "duration":
			length, hasLength = f.goDuration(c.text())
		case "tags":
			f.eachPBTag(c, f.tag)
		case "logs":
			f.pbLogs(c)
		case "process":
			d.res = f.pbProcess(c.raw())
		default:
			c.skip()
		}
	}
	d.end = d.start + int64(length)
	if !hasLength && d.start > 0 {
		d.flags |= trace.Unfinished
	}
	f.pbReferences(refs)
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

// clock reads the time of a span.
func (f *file) clock(v []byte) int64 {
	n, ok := rfc3339(v)
	if !ok {
		f.draft.refuse(&BadTime, v)
	}
	return n
}

// rfc3339 reads a time with its zone; the zero time of year 1 is no time.
func rfc3339(v []byte) (n int64, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, string(v))
	if err != nil {
		return 0, false
	}
	if year := t.Year(); year < 1970 || year > 2261 {
		return 0, t.IsZero()
	}
	return t.UnixNano(), true
}

// momentOf reads the time of an event, which costs nobody but the event if it is none.
func momentOf(v []byte) int64 {
	n, _ := rfc3339(v)
	return n
}

func (f *file) goDuration(v []byte) (time.Duration, bool) {
	length, err := time.ParseDuration(string(v))
	if err != nil {
		f.draft.refuse(&BadTime, v)
	}
	return length, true
}

// eachPBTag walks a list of {key, vType, vStr | vInt64 | vBool | vFloat64 | vBinary}.
func (f *file) eachPBTag(c *cursor, each func(key, value []byte)) {
	for c.open('['); c.elem(); {
		var key, value []byte
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "key":
				key = c.text()
			case "vType", "v_type":
				c.skip()
			default:
				value = c.scalar()
			}
		}
		each(key, value)
	}
}

func (f *file) pbLogs(c *cursor) {
	for c.open('['); c.elem(); {
		var at int64
		var n eventName
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "timestamp":
				at = momentOf(c.text())
			case "fields":
				f.eachPBTag(c, n.field)
			default:
				c.skip()
			}
		}
		if name := n.name(); name != nil {
			f.event(name, at)
		}
	}
}

func (f *file) pbProcess(v []byte) uint32 { return f.process(v, f.eachPBTag) }

func (f *file) pbReferences(raw []byte) {
	var refs []jaegerRef
	var c cursor
	c.reset(raw)
	for c.open('['); c.elem(); {
		r := jaegerRef{trace: f.draft.trace}
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "traceId":
				r.trace, _ = anyTraceID(c.scalar())
			case "spanId":
				r.span, _ = anySpanID(c.scalar())
			case "refType":
				r.follows = string(c.text()) == "FOLLOWS_FROM"
			default:
				c.skip()
			}
		}
		refs = append(refs, r)
	}
	f.refer(refs, nil)
}
