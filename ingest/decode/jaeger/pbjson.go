package jaeger

import (
	"time"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Jaeger's protobuf model spelled as JSON (jsonpb), as gRPC tools and old fixtures have it:
// base64 ids, RFC 3339 times, durations like "0.001500s", typed tag values.

// IsProtoJSON claims Jaeger's protobuf model spelled as JSON.
func IsProtoJSON(s *jsontext.Outline) bool {
	for _, at := range []string{"", "[].", "spans[].", "result.spans[].", "[].spans[]."} {
		if s.Has(at+"traceId", at+"operationName") {
			return true
		}
	}
	return false
}

// ProtoJSON decodes the value at the window's position.
func ProtoJSON(f *decode.Decoder) { jsonReader{f}.pbJSONNode(0) }

// pbJSONNode reads a batch, a trace, a list of either, or one span.
func (f jsonReader) pbJSONNode(depth int) {
	w := f.Window
	if w.Peek() == '[' && depth < maxDepth {
		for w.Open('['); w.Elem(); {
			f.pbJSONNode(depth + 1)
		}
		return
	}
	f.Begin(0, 0)
	head := jsontext.OutlineOf(w.Rest())
	if depth == maxDepth || !head.Any("spans", "result") {
		if v := w.Value(); w.Bad == nil {
			f.Whole(v, func(v []byte) { f.pbJSONSpan(v, 0) })
		}
		return
	}
	mark, pending, process := f.Rows(), f.Interner.Placeholder(nil), uint32(0)
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "result":
			f.pbJSONNode(depth + 1)
		case "process":
			process = f.taggedProcess(f.Outer())
		case "spans":
			for w.Open('['); w.Elem(); {
				f.Begin(0, 0)
				if v := w.Value(); w.Bad == nil {
					f.Whole(v, func(v []byte) { f.pbJSONSpan(v, pending) })
				}
			}
		default:
			f.EnvelopeKey()
		}
	}
	f.Settle(mark, pending, process)
}

func (f jsonReader) pbJSONSpan(v []byte, process uint32) {
	d, c := &f.Draft, &f.Cursor
	d.Res = process
	c.Reset(v)
	var refs []byte
	var length time.Duration
	hasLength := false
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId":
			f.Draft.ReadTraceID(c.Scalar())
		case "spanId":
			f.Draft.ReadSpanID(c.Scalar())
		case "operationName":
			d.Name = c.Text()
		case "references":
			refs = c.Raw()
		case "startTime":
			d.Start = f.Draft.RFC3339(c.Text())
		case "duration":
			length, hasLength = f.goDuration(c.Text())
		case "tags":
			f.eachPBTag(c, f.Tag)
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
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

func (f jsonReader) goDuration(v []byte) (time.Duration, bool) {
	length, err := time.ParseDuration(string(v))
	if err != nil {
		f.Draft.Refuse(&decode.BadTime, v)
	}
	return length, true
}

// eachPBTag walks a list of {key, vType, vStr | vInt64 | vBool | vFloat64 | vBinary}.
func (f jsonReader) eachPBTag(c *jsontext.Cursor, each func(key, value []byte)) {
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

func (f jsonReader) pbLogs(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var at int64
		var n eventName
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "timestamp":
				at = decode.MomentOf(c.Text())
			case "fields":
				f.eachPBTag(c, n.field)
			default:
				c.Skip()
			}
		}
		if name := n.name(); name != nil {
			f.Event(name, at)
		}
	}
}

func (f jsonReader) pbProcess(v []byte) uint32 { return f.process(v, f.eachPBTag) }

func (f jsonReader) pbReferences(raw []byte) {
	var refs []reference
	var c jsontext.Cursor
	c.Reset(raw)
	for c.Open('['); c.Elem(); {
		r := reference{trace: f.Draft.Trace}
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "traceId":
				r.trace, _ = decode.AnyTraceID(c.Scalar())
			case "spanId":
				r.span, _ = decode.AnySpanID(c.Scalar())
			case "refType":
				r.follows = string(c.Text()) == "FOLLOWS_FROM"
			default:
				c.Skip()
			}
		}
		refs = append(refs, r)
	}
	refer(&f.Draft, refs, nil)
}
