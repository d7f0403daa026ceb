package ingest

import "github.com/longpole/longpole/trace"

// Jaeger's JSON: what the UI downloads and its API answers, with and without the data
// envelope, one trace or many; and spans that carry their own process, as Elasticsearch
// holds them. The process table often comes after the spans, so spans are kept with a
// placeholder for their process and get the real one at the end of their trace.

// jaegerDepth bounds lists and envelopes around a trace.
const jaegerDepth = 4

func (f *file) jaegerJSON() { f.jaegerNode(0) }

func (f *file) jaegerNode(depth int) {
	w := f.w
	if depth == jaegerDepth {
		w.skip()
		return
	}
	if w.peek() == '[' {
		for w.open('['); w.elem(); {
			f.jaegerNode(depth + 1)
		}
		return
	}
	mark, processes := f.count, map[uint32]uint32{}
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "data":
			f.jaegerNode(depth + 1)
		case "spans":
			f.list()
			for w.open('['); w.elem(); {
				f.jaegerSpan()
			}
		case "processes":
			f.jaegerProcesses(w.value(), processes)
		case "warnings":
			f.jaegerWarnings(w.value())
		default:
			f.envelopeKey()
		}
	}
	if len(processes) > 0 {
		f.resolve(mark, func(res uint32) uint32 {
			if real, ok := processes[res]; ok {
				return real
			}
			return res
		}, 0)
	}
}

func (f *file) jaegerWarnings(v []byte) {
	c := &f.cur
	c.reset(v)
	for c.open('['); c.elem(); {
		f.noteAt(SourceWarning, f.w.offset(), c.text())
	}
}

// jaegerProcesses reads the table of a trace: placeholder to resource.
func (f *file) jaegerProcesses(v []byte, into map[uint32]uint32) {
	var c cursor
	c.reset(v)
	for c.open('{'); c.key(); {
		name := f.placeholder(c.name)
		into[name] = f.jaegerProcess(c.raw())
	}
}

func (f *file) jaegerProcess(v []byte) uint32 {
	if id, ok := f.place(v); ok {
		return id
	}
	var r resourceDraft
	c := &f.val
	c.reset(v)
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "serviceName":
			r.service = string(c.text())
		case "tags":
			f.eachTag(c, func(key, value []byte) {
				if k := f.key(key); f.wantsInResource(k, key) {
					r.add(k, key, value)
				}
			})
		default:
			c.skip()
		}
	}
	return f.newPlace(v, r.resource(f.tables))
}

// eachTag walks a list of {key, type, value}.
func (f *file) eachTag(c *cursor, each func(key, value []byte)) {
	for c.open('['); c.elem(); {
		var key, value []byte
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "key":
				key = c.text()
			case "value":
				value = c.scalar()
			default:
				c.skip()
			}
		}
		if key == nil {
			f.draft.doubt |= attrDoubt
			continue
		}
		each(key, value)
	}
}

// jaegerSpan decodes the span at the window's position.
func (f *file) jaegerSpan() {
	f.begin(0, 0)
	if next, ok := f.fastJaegerSpan(f.w.buf, f.w.pos); ok {
		f.w.pos = next
		f.commit()
		return
	}
	v := f.w.value()
	if f.w.bad != nil {
		return
	}
	f.tolerantJaegerSpan(v)
	f.commit()
}

// A jaegerTimes gathers the times of a span, microseconds as they stand.
type jaegerTimes struct {
	start, duration int64
	hasDuration, ok bool
}

func (f *file) tolerantJaegerSpan(v []byte) {
	d, c := &f.draft, &f.cur
	d.reset(d.at, 0, 0)
	c.reset(v)
	if v == nil {
		d.refuse(&TooLarge, nil)
		return
	}
	if c.peek() != '{' {
		d.refuse(&Malformed, v)
		return
	}
	times := jaegerTimes{ok: true}
	var parent []byte // of old exports, if there are no references
	var refs []byte
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "traceID":
			d.trace = f.jaegerTraceID(c.scalar())
		case "spanID":
			d.id = f.jaegerSpanID(c.scalar())
		case "parentSpanID":
			parent = c.scalar()
		case "operationName":
			d.name = c.text()
		case "references":
			refs = c.raw()
		case "startTime":
			times.start = times.micros(c.scalar())
		case "duration":
			v := c.scalar()
			times.duration, times.hasDuration = times.micros(v), v != nil
		default:
			f.rareJaegerField(c)
		}
	}
	f.jaegerParent(refs, parent)
	f.jaegerSpanTimes(times)
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

func (f *file) rareJaegerField(c *cursor) {
	d := &f.draft
	switch string(c.name) {
	case "tags":
		f.eachTag(c, f.jaegerTag)
	case "tag":
		f.jaegerFieldTags(c)
	case "logs":
		f.jaegerLogs(c)
	case "processID":
		d.res = f.placeholder(c.scalar())
	case "process":
		d.res = f.jaegerProcess(c.raw())
	case "warnings":
		for c.open('['); c.elem(); {
			c.skip()
			d.doubt |= warningDoubt
		}
	default:
		c.skip()
	}
}

// jaegerTag takes one tag of a span: facts that OpenTelemetry has fields for, and
// attributes.
func (f *file) jaegerTag(key, value []byte) {
	k := f.key(key)
	if k.role != plainKey {
		f.jaegerRole(k.role, value)
	}
	if k.keep {
		f.attr(k, value)
	}
}

func (f *file) jaegerRole(r role, value []byte) {
	d := &f.draft
	switch r {
	case kindKey:
		kind, ok := trace.KindOf(string(value))
		if !ok && len(value) > 0 {
			d.doubt |= kindDoubt
		}
		d.kind = kind
	case errorKey:
		if string(value) == "true" {
			d.flags |= trace.Failed
		}
	case statusKey:
		if string(value) == "ERROR" {
			d.flags |= trace.Failed
		}
	case scopeKey:
		d.scope = f.tables.scope(value)
	case traceStateKey:
		d.traceState(value)
	}
}

// jaegerFieldTags reads Elasticsearch's tags-as-fields: {"http@method": "GET"}.
func (f *file) jaegerFieldTags(c *cursor) {
	for c.open('{'); c.key(); {
		key := append([]byte(nil), c.name...)
		for i := range key {
			if key[i] == '@' {
				key[i] = '.'
			}
		}
		f.jaegerTag(key, c.scalar())
	}
}

// jaegerLogs reads timing events: the name is the field event, or else message.
func (f *file) jaegerLogs(c *cursor) {
	for c.open('['); c.elem(); {
		var at int64
		var name []byte
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "timestamp":
				at, _ = decimal(c.scalar(), 3)
			case "fields":
				name = f.jaegerEventName(c)
			default:
				c.skip()
			}
		}
		if name != nil {
			f.event(name, at)
		}
	}
}

func (f *file) jaegerEventName(c *cursor) []byte {
	var event, message []byte
	f.eachTag(c, func(key, value []byte) {
		switch string(key) {
		case "event":
			event = value
		case "message":
			message = value
		}
	})
	if event != nil {
		return event
	}
	return message
}

// micros reads microseconds as nanoseconds.
func (t *jaegerTimes) micros(v []byte) int64 {
	if v == nil {
		return 0
	}
	n, ok := decimal(v, 3)
	t.ok = t.ok && ok
	return n
}

func (f *file) jaegerSpanTimes(t jaegerTimes) {
	d := &f.draft
	d.start = t.start
	d.end = t.start + t.duration
	if !t.ok || t.start < 0 || (t.duration > 0 && d.end < 0) {
		d.refuse(&BadTime, d.name)
		return
	}
	if !t.hasDuration && t.start > 0 {
		d.flags |= trace.Unfinished
	}
}

// jaegerTraceID reads hex of any length; other text, which hand-made files have, is a name.
func (f *file) jaegerTraceID(v []byte) trace.ID {
	if id, ok := hexTraceID(v); ok || len(v) == 0 {
		return id
	}
	f.draft.doubt |= opaqueDoubt
	return trace.OpaqueID(string(v))
}

func (f *file) jaegerSpanID(v []byte) trace.SpanID {
	if id, ok := hexSpanID(v); ok || len(v) == 0 {
		return id
	}
	f.draft.doubt |= opaqueDoubt
	return trace.OpaqueSpanID(string(v))
}
