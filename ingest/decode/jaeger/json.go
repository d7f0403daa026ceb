package jaeger

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Jaeger's JSON: what the UI downloads and its API answers, with and without the data
// envelope, one trace or many; and spans that carry their own process, as Elasticsearch
// holds them. The process table often comes after the spans, so spans are kept with a
// placeholder for their process and get the real one at the end of their trace.

// maxDepth bounds lists and envelopes around a trace.
const maxDepth = 4

// JSON decodes the value at the window's position.
func JSON(f *decode.Decoder) { jsonReader{f}.node(0) }

// A jsonReader reads Jaeger's JSON, in all its spellings.
type jsonReader struct{ *decode.Decoder }

func (f jsonReader) node(depth int) {
	if f.Lists(depth, maxDepth, f.node) {
		return
	}
	w := f.Window
	from, processes, complete := f.Mark(), map[uint32]uint32{}, false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "data":
			f.node(depth + 1)
		case "spans":
			complete = true
			f.ExpectList()
			for w.Open('['); w.Elem(); {
				f.span()
			}
		case "processes":
			f.processes(processes)
		case "warnings":
			f.warnings(w.Value())
		default:
			f.EnvelopeKey()
		}
	}
	if len(processes) > 0 {
		f.Resolve(from.Rows, func(res uint32) uint32 {
			real, ok := processes[res]
			if !ok && !f.Interner.Resource(res).Pending {
				return res
			}
			return real // none if the table does not have it
		}, 0)
	}
	if complete && w.Bad == nil {
		f.Complete(from)
	}
}

func (f jsonReader) warnings(v []byte) {
	c := &f.Cursor
	c.Reset(v)
	for c.Open('['); c.Elem(); {
		f.NoteAt(decode.SourceWarning, f.Window.Offset(), c.Text())
	}
}

// processes reads the table of a trace: placeholder to resource.
func (f jsonReader) processes(into map[uint32]uint32) {
	w := f.Window
	for w.Open('{'); w.Key(); {
		name := f.Interner.Placeholder(jsontext.Unescape(w.Name))
		w.Peek()
		if raw, id := f.Interner.Seen.Find(w.Rest()); raw > 0 {
			w.Pos += raw
			into[name] = id
			continue
		}
		v := f.Outer()
		into[name] = f.taggedProcess(v)
		if _, placed := f.Interner.KnownResource(v); placed && !w.BrokeLine() {
			f.Interner.Seen.Remember(v, into[name])
		}
	}
}

func (f jsonReader) taggedProcess(v []byte) uint32 {
	return f.process(v, f.eachTag)
}

// process reads a Jaeger process whose tags each walks.
func (f jsonReader) process(v []byte, each func(c *jsontext.Cursor, add func(key, value []byte))) uint32 {
	return f.ResourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "serviceName":
				r.Service = string(c.Text())
			case "tags":
				each(c, f.Collect(r))
			case "tag":
				f.eachFieldTag(c, f.Collect(r))
			default:
				c.Skip()
			}
		}
	})
}

// eachTag walks a list of {key, type, value}.
func (f jsonReader) eachTag(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('['); c.Elem(); {
		key, value := c.Pair("key", "value", (*jsontext.Cursor).Scalar)
		if key == nil {
			f.Draft.Doubt |= decode.AttrDoubt
			continue
		}
		each(key, value)
	}
}

// span decodes the span at the window's position.
func (f jsonReader) span() {
	f.Begin(0, 0)
	if next, ok := f.fastSpan(f.Window.Buf, f.Window.Pos); ok && !f.Options.Tolerant && f.Window.Pass(next) {
		f.Commit()
		return
	}
	v := f.Window.Value()
	if f.Window.Bad != nil {
		return
	}
	f.tolerantSpan(v)
	f.Commit()
}

func (f jsonReader) tolerantSpan(v []byte) {
	d, c := &f.Draft, &f.Cursor
	d.Reset(d.At, 0, 0)
	c.Reset(v)
	if v == nil {
		d.Refuse(&decode.TooLarge, nil)
		return
	}
	if c.Peek() != '{' {
		d.Refuse(&decode.Malformed, v)
		return
	}
	times := decode.MicroTimes{Ok: true}
	var parent []byte // of old exports, if there are no references
	var refs []byte
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceID":
			d.Trace = f.Draft.HexOrName(c.Scalar())
		case "spanID":
			d.ID = f.Draft.HexOrNameSpan(c.Scalar())
		case "parentSpanID":
			parent = c.Scalar()
		case "operationName":
			d.Name = c.Text()
		case "references":
			refs = c.Raw()
		case "startTime":
			v := c.Scalar()
			times.Start, times.HasStart = times.Micros(v), v != nil
		case "duration":
			v := c.Scalar()
			times.Duration, times.HasDuration = times.Micros(v), v != nil
		default:
			f.rareField(c)
		}
	}
	f.parent(refs, parent)
	f.Draft.SetMicros(times)
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

func (f jsonReader) rareField(c *jsontext.Cursor) {
	d := &f.Draft
	switch string(c.Name) {
	case "tags":
		f.eachTag(c, f.Tag)
	case "tag":
		f.eachFieldTag(c, f.Tag)
	case "logs":
		f.logs(c)
	case "processID":
		d.Res = f.Interner.Placeholder(c.Scalar())
	case "process":
		d.Res = f.taggedProcess(c.Raw())
	case "warnings":
		for c.Open('['); c.Elem(); {
			c.Skip()
			d.Doubt |= decode.WarningDoubt
		}
	default:
		c.Skip()
	}
}

// eachFieldTag walks Elasticsearch's tags-as-fields: {"http@method": "GET"}.
func (f jsonReader) eachFieldTag(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('{'); c.Key(); {
		key := bytes.ReplaceAll(c.Name, []byte("@"), []byte("."))
		each(key, c.Scalar())
	}
}

// logs reads timing events: the name is the field event, or else message.
func (f jsonReader) logs(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var at int64
		var name []byte
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "timestamp":
				at, _ = jsontext.Decimal(c.Scalar(), 3)
			case "fields":
				name = f.logName(c)
			default:
				c.Skip()
			}
		}
		if name != nil {
			f.Event(name, at)
		}
	}
}

func (f jsonReader) logName(c *jsontext.Cursor) []byte {
	var n eventName
	f.eachTag(c, n.field)
	return n.name()
}

// An eventName is what the fields of a log call it: the event, or else the message.
type eventName struct{ event, message []byte }

func (n *eventName) field(key, value []byte) {
	switch string(key) {
	case "event":
		n.event = value
	case "message":
		n.message = value
	}
}

// name returns nil if neither is among the fields.
func (n *eventName) name() []byte {
	if n.event != nil {
		return n.event
	}
	return n.message
}

// IsV3 claims the answers of Jaeger's api_v3, which are OTLP.
func IsV3(s *jsontext.Outline) bool {
	return s.Any("result.resourceSpans", "[].result.resourceSpans")
}

// IsJSON claims what the UI downloads and the API answers.
func IsJSON(s *jsontext.Outline) bool {
	if s.Has("data") && s.Any("data[].spans", "data[].traceID", "total", "limit", "errors") {
		return true
	}
	return s.Any("spans[].spanID", "[].spans[].spanID", "processes", "[].processes") || s.Has("traceID", "spans")
}
