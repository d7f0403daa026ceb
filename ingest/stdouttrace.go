package ingest

import (
	"bytes"

	"github.com/longpole/longpole/trace"
)

// What the OpenTelemetry SDKs print for debugging, where that can be read back: Go's
// stdouttrace (one object per span, compact or pretty, in a row or in a list) and Python's
// ConsoleSpanExporter.

func isStdouttrace(s *shape) bool { return s.any("SpanContext", "[].SpanContext") }

func isPythonConsole(s *shape) bool { return s.any("context.trace_id", "[].context.trace_id") }

func (f *file) stdouttrace() { f.eachInLists(0, f.stdoutSpan) }

func (f *file) pythonConsole() { f.eachInLists(0, f.pythonSpan) }

func (f *file) stdoutSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.reset(v)
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "Name":
			d.name = c.text()
		case "SpanContext":
			f.stdoutContext(c, true)
		case "Parent":
			f.stdoutContext(c, false)
		case "SpanKind":
			d.kind = f.otlpKind(c.scalar())
		case "StartTime":
			d.start = f.rfc3339(c.text())
		case "EndTime":
			d.end = f.rfc3339(c.text())
		case "Attributes":
			f.eachStdoutAttr(c, f.stdoutAttr)
		case "Events":
			f.stdoutEvents(c)
		case "Links":
			f.sdkLinks(c, "SpanContext", "TraceID", "SpanID")
		case "Status":
			f.stdoutStatus(c)
		case "Resource":
			d.res = f.stdoutResource(c.raw())
		case "InstrumentationScope", "InstrumentationLibrary":
			d.scope = f.stdoutScope(c)
		case "DroppedAttributes":
			d.dropped(attrsDropped, positive(c.scalar()))
		case "DroppedEvents":
			d.dropped(eventsDropped, positive(c.scalar()))
		case "DroppedLinks":
			d.dropped(linksDropped, positive(c.scalar()))
		default:
			c.skip()
		}
	}
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

// stdoutContext reads the span's own ids, or its parent's: a parent of zeros is none.
func (f *file) stdoutContext(c *cursor, own bool) {
	d := &f.draft
	for c.open('{'); c.key(); {
		switch {
		case own && string(c.name) == "TraceID":
			f.otlpTraceID(c.scalar())
		case own && string(c.name) == "SpanID":
			f.otlpSpanID(c.scalar())
		case own && string(c.name) == "TraceState":
			d.traceState(c.text())
		case string(c.name) == "SpanID":
			f.otlpParentID(c.scalar())
		case !own && string(c.name) == "Remote":
			d.parentIsRemote(string(c.scalar()) == "true")
		default:
			c.skip()
		}
	}
}

// eachStdoutAttr walks a list of {Key, Value: {Type, Value}}.
func (f *file) eachStdoutAttr(c *cursor, each func(key, value []byte)) {
	for c.open('['); c.elem(); {
		each(c.pair("Key", "Value", stdoutValue))
	}
}

func stdoutValue(c *cursor) (value []byte) {
	for c.open('{'); c.key(); {
		if string(c.name) != "Value" {
			c.skip()
		} else if c.peek() == '[' {
			value = c.raw()
		} else {
			value = c.scalar()
		}
	}
	return value
}

func (f *file) stdoutAttr(key, value []byte) {
	if k := f.key(key); k.keep {
		f.attr(k, value)
	}
}

func (f *file) stdoutEvents(c *cursor) {
	f.eachMoment(c, "Name", "Time", func() int64 { return f.rfc3339(c.text()) })
}

// sdkLinks walks a list of links, each with the context of another span.
func (f *file) sdkLinks(c *cursor, context, traceName, spanName string) {
	for c.open('['); c.elem(); {
		var link trace.Link
		for c.open('{'); c.key(); {
			if string(c.name) != context {
				c.skip()
				continue
			}
			id, span := c.pair(traceName, spanName, (*cursor).scalar)
			link.Trace, _ = hexTraceID(without0x(id))
			link.Span, _ = hexSpanID(without0x(span))
		}
		f.link(link)
	}
}

func (f *file) stdoutStatus(c *cursor) {
	for c.open('{'); c.key(); {
		if string(c.name) != "Code" {
			c.skip()
		} else if v := c.scalar(); string(v) == "Error" {
			f.draft.flags |= trace.Failed
		}
	}
}

func (f *file) stdoutScope(c *cursor) (scope uint32) {
	for c.open('{'); c.key(); {
		if string(c.name) == "Name" {
			scope = f.scope(c.text())
		} else {
			c.skip()
		}
	}
	return scope
}

func (f *file) stdoutResource(v []byte) uint32 {
	return f.resourceOf(v, func(c *cursor, r *resourceDraft) { f.eachStdoutAttr(c, f.into(r)) })
}

func (f *file) pythonSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.reset(v)
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "name":
			d.name = c.text()
		case "context":
			f.pythonContext(c)
		case "kind":
			d.kind = f.otlpKind(c.scalar())
		case "parent_id":
			f.otlpParentID(without0x(c.scalar()))
		case "start_time":
			d.start = f.pythonTime(c)
		case "end_time":
			d.end = f.pythonTime(c)
		case "status":
			f.pythonStatus(c)
		case "attributes":
			f.eachPythonAttr(c, f.stdoutAttr)
		case "events":
			f.pythonEvents(c)
		case "links":
			f.sdkLinks(c, "context", "trace_id", "span_id")
		case "resource":
			d.res = f.pythonResource(c.raw())
		default:
			c.skip()
		}
	}
	if c.bad != "" {
		d.refuse(&Malformed, []byte(c.bad))
	}
}

func without0x(v []byte) []byte { return bytes.TrimPrefix(v, []byte("0x")) }

func (f *file) pythonContext(c *cursor) {
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "trace_id":
			f.otlpTraceID(without0x(c.scalar()))
		case "span_id":
			f.otlpSpanID(without0x(c.scalar()))
		default:
			c.skip()
		}
	}
}

// pythonTime reads ISO 8601; null is a time that is not known yet.
func (f *file) pythonTime(c *cursor) int64 {
	v := c.scalar()
	if v == nil {
		return 0
	}
	return f.rfc3339(v)
}

func (f *file) pythonStatus(c *cursor) {
	for c.open('{'); c.key(); {
		if string(c.name) != "status_code" {
			c.skip()
		} else if v := c.scalar(); string(v) == "ERROR" || string(v) == "StatusCode.ERROR" {
			f.draft.flags |= trace.Failed
		}
	}
}

// eachPythonAttr walks a plain object of attributes.
func (f *file) eachPythonAttr(c *cursor, each func(key, value []byte)) {
	for c.open('{'); c.key(); {
		key := c.name
		if c.peek() == '[' {
			each(key, c.raw())
			continue
		}
		each(key, c.scalar())
	}
}

func (f *file) pythonEvents(c *cursor) {
	f.eachMoment(c, "name", "timestamp", func() int64 { return f.pythonTime(c) })
}

func (f *file) pythonResource(v []byte) uint32 {
	return f.resourceOf(v, func(c *cursor, r *resourceDraft) {
		for c.open('{'); c.key(); {
			if string(c.name) == "attributes" {
				f.eachPythonAttr(c, f.into(r))
			} else {
				c.skip()
			}
		}
	})
}
