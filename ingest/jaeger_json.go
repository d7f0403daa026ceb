package ingest

import "bytes"

// Jaeger's JSON: what the UI downloads and its API answers, with and without the data
// envelope, one trace or many; and spans that carry their own process, as Elasticsearch
// holds them. The process table often comes after the spans, so spans are kept with a
// placeholder for their process and get the real one at the end of their trace.

// jaegerDepth bounds lists and envelopes around a trace.
const jaegerDepth = 4

func (f *file) jaegerJSON() { f.jaegerNode(0) }

func (f *file) jaegerNode(depth int) {
	if f.lists(depth, jaegerDepth, f.jaegerNode) {
		return
	}
	w := f.w
	from, processes, complete := f.mark(), map[uint32]uint32{}, false
	for w.open('{'); w.key(); {
		switch string(w.name) {
		case "data":
			f.jaegerNode(depth + 1)
		case "spans":
			complete = true
			f.list()
			for w.open('['); w.elem(); {
				f.jaegerSpan()
			}
		case "processes":
			f.jaegerProcesses(processes)
		case "warnings":
			f.jaegerWarnings(w.value())
		default:
			f.envelopeKey()
		}
	}
	if len(processes) > 0 {
		f.resolve(from.count, func(res uint32) uint32 {
			real, ok := processes[res]
			if !ok && !f.resources[res].pending {
				return res
			}
			return real // none if the table does not have it
		}, 0)
	}
	if complete && w.bad == nil {
		f.complete(from)
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
func (f *file) jaegerProcesses(into map[uint32]uint32) {
	w := f.w
	for w.open('{'); w.key(); {
		name := f.placeholder(unescape(w.name))
		w.peek()
		if raw, id := f.seen.find(w.rest()); raw > 0 {
			w.pos += raw
			into[name] = id
			continue
		}
		v := f.outer()
		into[name] = f.jaegerProcess(v)
		if _, placed := f.place(v); placed && !w.skim.broke {
			f.seen.remember(v, into[name])
		}
	}
}

func (f *file) jaegerProcess(v []byte) uint32 {
	return f.process(v, f.eachTag)
}

// process reads a Jaeger process whose tags each walks.
func (f *file) process(v []byte, each func(c *cursor, add func(key, value []byte))) uint32 {
	return f.resourceOf(v, func(c *cursor, r *resourceDraft) {
		for c.open('{'); c.key(); {
			switch string(c.name) {
			case "serviceName":
				r.service = string(c.text())
			case "tags":
				each(c, f.into(r))
			case "tag":
				f.eachFieldTag(c, f.into(r))
			default:
				c.skip()
			}
		}
	})
}

// eachTag walks a list of {key, type, value}.
func (f *file) eachTag(c *cursor, each func(key, value []byte)) {
	for c.open('['); c.elem(); {
		key, value := c.pair("key", "value", (*cursor).scalar)
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
	if next, ok := f.fastJaegerSpan(f.w.buf, f.w.pos); ok && !f.o.tolerant && f.w.pass(next) {
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
	times := microTimes{ok: true}
	var parent []byte // of old exports, if there are no references
	var refs []byte
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "traceID":
			d.trace = f.hexOrName(c.scalar())
		case "spanID":
			d.id = f.hexOrNameSpan(c.scalar())
		case "parentSpanID":
			parent = c.scalar()
		case "operationName":
			d.name = c.text()
		case "references":
			refs = c.raw()
		case "startTime":
			v := c.scalar()
			times.start, times.hasStart = times.micros(v), v != nil
		case "duration":
			v := c.scalar()
			times.duration, times.hasDuration = times.micros(v), v != nil
		default:
			f.rareJaegerField(c)
		}
	}
	f.jaegerParent(refs, parent)
	f.microSpan(times)
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

func (f *file) rareJaegerField(c *cursor) {
	d := &f.draft
	switch string(c.name) {
	case "tags":
		f.eachTag(c, f.tag)
	case "tag":
		f.eachFieldTag(c, f.tag)
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

// eachFieldTag walks Elasticsearch's tags-as-fields: {"http@method": "GET"}.
func (f *file) eachFieldTag(c *cursor, each func(key, value []byte)) {
	for c.open('{'); c.key(); {
		key := bytes.ReplaceAll(c.name, []byte("@"), []byte("."))
		each(key, c.scalar())
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
