package ingest

import (
	"time"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Jaeger's protobuf model spelled as JSON (jsonpb), as gRPC tools and old fixtures have it:
// base64 ids, RFC 3339 times, durations like "0.001500s", typed tag values.

func isJaegerPBJSON(s *jsontext.Outline) bool {
	for _, at := range []string{"", "[].", "spans[].", "result.spans[].", "[].spans[]."} {
		if s.Has(at+"traceId", at+"operationName") {
			return true
		}
	}
	return false
}

// jaegerPBJSON decodes the value at the window's position.
func jaegerPBJSON(f *decoder) { jaegerJSONReader{f}.pbJSONNode(0) }

// pbJSONNode reads a batch, a trace, a list of either, or one span.
func (f jaegerJSONReader) pbJSONNode(depth int) {
	w := f.w
	if w.Peek() == '[' && depth < jaegerDepth {
		for w.Open('['); w.Elem(); {
			f.pbJSONNode(depth + 1)
		}
		return
	}
	f.begin(0, 0)
	head := jsontext.OutlineOf(w.Rest())
	if depth == jaegerDepth || !head.Any("spans", "result") {
		if v := w.Value(); w.Bad == nil {
			f.whole(v, func(v []byte) { f.pbJSONSpan(v, 0) })
		}
		return
	}
	mark, pending, process := f.Rows(), f.Interner.Placeholder(nil), uint32(0)
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "result":
			f.pbJSONNode(depth + 1)
		case "process":
			process = f.jaegerProcess(f.outer())
		case "spans":
			for w.Open('['); w.Elem(); {
				f.begin(0, 0)
				if v := w.Value(); w.Bad == nil {
					f.whole(v, func(v []byte) { f.pbJSONSpan(v, pending) })
				}
			}
		default:
			f.envelopeKey()
		}
	}
	f.settle(mark, pending, process)
}

func (f jaegerJSONReader) pbJSONSpan(v []byte, process uint32) {
	d, c := &f.draft, &f.cur
	d.Res = process
	c.Reset(v)
	var refs []byte
	var length time.Duration
	hasLength := false
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId":
			f.draft.otlpTraceID(c.Scalar())
		case "spanId":
			f.draft.otlpSpanID(c.Scalar())
		case "operationName":
			d.Name = c.Text()
		case "references":
			refs = c.Raw()
		case "startTime":
			d.Start = f.draft.rfc3339(c.Text())
		case "duration":
			length, hasLength = f.goDuration(c.Text())
		case "tags":
			f.eachPBTag(c, f.tag)
		case "logs":
			f.pbLogs(c)
		case "process":
			d.Res = f.pbProcess(c.Raw())
		default:
			c.Skip()
		}
	}
	d.End = d.Start + int64(length)
	if !hasLength && d.Start > 0 {
		d.Flags |= trace.Unfinished
	}
	f.pbReferences(refs)
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

func (f jaegerJSONReader) goDuration(v []byte) (time.Duration, bool) {
	length, err := time.ParseDuration(string(v))
	if err != nil {
		f.draft.refuse(&BadTime, v)
	}
	return length, true
}

// eachPBTag walks a list of {key, vType, vStr | vInt64 | vBool | vFloat64 | vBinary}.
func (f jaegerJSONReader) eachPBTag(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('['); c.Elem(); {
		var key, value []byte
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "key":
				key = c.Text()
			case "vType", "v_type":
				c.Skip()
			default:
				value = c.Scalar()
			}
		}
		each(key, value)
	}
}

func (f jaegerJSONReader) pbLogs(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var at int64
		var n eventName
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "timestamp":
				at = f.draft.rfc3339(c.Text())
			case "fields":
				f.eachPBTag(c, n.field)
			default:
				c.Skip()
			}
		}
		if name := n.name(); name != nil {
			f.event(name, at)
		}
	}
}

func (f jaegerJSONReader) pbProcess(v []byte) uint32 { return f.process(v, f.eachPBTag) }

func (f jaegerJSONReader) pbReferences(raw []byte) {
	var refs []jaegerRef
	var c jsontext.Cursor
	c.Reset(raw)
	for c.Open('['); c.Elem(); {
		r := jaegerRef{trace: f.draft.Trace}
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "traceId":
				r.trace, _ = anyTraceID(c.Scalar())
			case "spanId":
				r.span, _ = anySpanID(c.Scalar())
			case "refType":
				r.follows = string(c.Text()) == "FOLLOWS_FROM"
			default:
				c.Skip()
			}
		}
		refs = append(refs, r)
	}
	refer(&f.draft, refs, nil)
}
