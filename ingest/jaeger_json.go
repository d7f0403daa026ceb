package ingest

import (
	"bytes"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Jaeger's JSON: what the UI downloads and its API answers, with and without the data
// envelope, one trace or many; and spans that carry their own process, as Elasticsearch
// holds them. The process table often comes after the spans, so spans are kept with a
// placeholder for their process and get the real one at the end of their trace.

// jaegerDepth bounds lists and envelopes around a trace.
const jaegerDepth = 4

// jaegerJSON decodes the value at the window's position.
func jaegerJSON(f *decoder) { jaegerJSONReader{f}.jaegerNode(0) }

// A jaegerJSONReader reads Jaeger's JSON, in all its spellings.
type jaegerJSONReader struct{ *decoder }

func (f jaegerJSONReader) jaegerNode(depth int) {
	if f.lists(depth, jaegerDepth, f.jaegerNode) {
		return
	}
	w := f.w
	from, processes, complete := f.Mark(), map[uint32]uint32{}, false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "data":
			f.jaegerNode(depth + 1)
		case "spans":
			complete = true
			f.list()
			for w.Open('['); w.Elem(); {
				f.jaegerSpan()
			}
		case "processes":
			f.jaegerProcesses(processes)
		case "warnings":
			f.jaegerWarnings(w.Value())
		default:
			f.envelopeKey()
		}
	}
	if len(processes) > 0 {
		f.resolve(from.Rows, func(res uint32) uint32 {
			real, ok := processes[res]
			if !ok && !f.Interner.Resource(res).Pending {
				return res
			}
			return real // none if the table does not have it
		}, 0)
	}
	if complete && w.Bad == nil {
		f.complete(from)
	}
}

func (f jaegerJSONReader) jaegerWarnings(v []byte) {
	c := &f.cur
	c.Reset(v)
	for c.Open('['); c.Elem(); {
		f.noteAt(SourceWarning, f.w.Offset(), c.Text())
	}
}

// jaegerProcesses reads the table of a trace: placeholder to resource.
func (f jaegerJSONReader) jaegerProcesses(into map[uint32]uint32) {
	w := f.w
	for w.Open('{'); w.Key(); {
		name := f.Interner.Placeholder(jsontext.Unescape(w.Name))
		w.Peek()
		if raw, id := f.Interner.Seen.Find(w.Rest()); raw > 0 {
			w.Pos += raw
			into[name] = id
			continue
		}
		v := f.outer()
		into[name] = f.jaegerProcess(v)
		if _, placed := f.Interner.KnownResource(v); placed && !w.BrokeLine() {
			f.Interner.Seen.Remember(v, into[name])
		}
	}
}

func (f jaegerJSONReader) jaegerProcess(v []byte) uint32 {
	return f.process(v, f.eachTag)
}

// process reads a Jaeger process whose tags each walks.
func (f jaegerJSONReader) process(v []byte, each func(c *jsontext.Cursor, add func(key, value []byte))) uint32 {
	return f.resourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "serviceName":
				r.Service = string(c.Text())
			case "tags":
				each(c, f.into(r))
			case "tag":
				f.eachFieldTag(c, f.into(r))
			default:
				c.Skip()
			}
		}
	})
}

// eachTag walks a list of {key, type, value}.
func (f jaegerJSONReader) eachTag(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('['); c.Elem(); {
		key, value := c.Pair("key", "value", (*jsontext.Cursor).Scalar)
		if key == nil {
			f.draft.doubt |= attrDoubt
			continue
		}
		each(key, value)
	}
}

// jaegerSpan decodes the span at the window's position.
func (f jaegerJSONReader) jaegerSpan() {
	f.begin(0, 0)
	if next, ok := f.fastJaegerSpan(f.w.Buf, f.w.Pos); ok && !f.o.Tolerant && f.w.Pass(next) {
		f.commit()
		return
	}
	v := f.w.Value()
	if f.w.Bad != nil {
		return
	}
	f.tolerantJaegerSpan(v)
	f.commit()
}

func (f jaegerJSONReader) tolerantJaegerSpan(v []byte) {
	d, c := &f.draft, &f.cur
	d.reset(d.at, 0, 0)
	c.Reset(v)
	if v == nil {
		d.refuse(&TooLarge, nil)
		return
	}
	if c.Peek() != '{' {
		d.refuse(&Malformed, v)
		return
	}
	times := microTimes{ok: true}
	var parent []byte // of old exports, if there are no references
	var refs []byte
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceID":
			d.Trace = f.draft.hexOrName(c.Scalar())
		case "spanID":
			d.ID = f.draft.hexOrNameSpan(c.Scalar())
		case "parentSpanID":
			parent = c.Scalar()
		case "operationName":
			d.Name = c.Text()
		case "references":
			refs = c.Raw()
		case "startTime":
			v := c.Scalar()
			times.start, times.hasStart = times.micros(v), v != nil
		case "duration":
			v := c.Scalar()
			times.duration, times.hasDuration = times.micros(v), v != nil
		default:
			f.rareJaegerField(c)
		}
	}
	f.jaegerParent(refs, parent)
	f.draft.microSpan(times)
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

func (f jaegerJSONReader) rareJaegerField(c *jsontext.Cursor) {
	d := &f.draft
	switch string(c.Name) {
	case "tags":
		f.eachTag(c, f.tag)
	case "tag":
		f.eachFieldTag(c, f.tag)
	case "logs":
		f.jaegerLogs(c)
	case "processID":
		d.Res = f.Interner.Placeholder(c.Scalar())
	case "process":
		d.Res = f.jaegerProcess(c.Raw())
	case "warnings":
		for c.Open('['); c.Elem(); {
			c.Skip()
			d.doubt |= warningDoubt
		}
	default:
		c.Skip()
	}
}

// eachFieldTag walks Elasticsearch's tags-as-fields: {"http@method": "GET"}.
func (f jaegerJSONReader) eachFieldTag(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('{'); c.Key(); {
		key := bytes.ReplaceAll(c.Name, []byte("@"), []byte("."))
		each(key, c.Scalar())
	}
}

// jaegerLogs reads timing events: the name is the field event, or else message.
func (f jaegerJSONReader) jaegerLogs(c *jsontext.Cursor) {
	for c.Open('['); c.Elem(); {
		var at int64
		var name []byte
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "timestamp":
				at, _ = jsontext.Decimal(c.Scalar(), 3)
			case "fields":
				name = f.jaegerEventName(c)
			default:
				c.Skip()
			}
		}
		if name != nil {
			f.event(name, at)
		}
	}
}

func (f jaegerJSONReader) jaegerEventName(c *jsontext.Cursor) []byte {
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

func isJaegerV3(s *jsontext.Outline) bool {
	return s.Any("result.resourceSpans", "[].result.resourceSpans")
}

func isJaegerJSON(s *jsontext.Outline) bool {
	if s.Has("data") && s.Any("data[].spans", "data[].traceID", "total", "limit", "errors") {
		return true
	}
	return s.Any("spans[].spanID", "[].spans[].spanID", "processes", "[].processes") || s.Has("traceID", "spans")
}
