package ingest

import (
	"bytes"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// What the OpenTelemetry SDKs print for debugging, where that can be read back: Go's
// stdouttrace (one object per span, compact or pretty, in a row or in a list) and Python's
// ConsoleSpanExporter.

func isStdouttrace(s *jsontext.Outline) bool { return s.Any("SpanContext", "[].SpanContext") }

func isPythonConsole(s *jsontext.Outline) bool {
	return s.Any("context.trace_id", "[].context.trace_id")
}

// stdouttrace decodes the value at the window's position.
func stdouttrace(f *decoder) { f.eachInLists(0, consoleReader{f}.stdoutSpan) }

// pythonConsole decodes the value at the window's position.
func pythonConsole(f *decoder) { f.eachInLists(0, consoleReader{f}.pythonSpan) }

// A consoleReader reads what SDKs print.
type consoleReader struct{ *decoder }

func (f consoleReader) stdoutSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.Reset(v)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "Name":
			d.Name = c.Text()
		case "SpanContext":
			f.stdoutContext(c, true)
		case "Parent":
			f.stdoutContext(c, false)
		case "SpanKind":
			d.Kind = f.draft.otlpKind(c.Scalar())
		case "StartTime":
			d.Start = f.draft.rfc3339(c.Text())
		case "EndTime":
			d.End = f.draft.rfc3339(c.Text())
		case "Attributes":
			f.eachStdoutAttr(c, f.plainAttr)
		case "Events":
			f.stdoutEvents(c)
		case "Links":
			f.sdkLinks(c, "SpanContext", "TraceID", "SpanID")
		case "Status":
			f.stdoutStatus(c)
		case "Resource":
			d.Res = f.stdoutResource(c.Raw())
		case "InstrumentationScope", "InstrumentationLibrary":
			d.Scope = f.stdoutScope(c)
		case "DroppedAttributes":
			d.dropped(attrsDropped, positive(c.Scalar()))
		case "DroppedEvents":
			d.dropped(eventsDropped, positive(c.Scalar()))
		case "DroppedLinks":
			d.dropped(linksDropped, positive(c.Scalar()))
		default:
			c.Skip()
		}
	}
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

// stdoutContext reads the span's own ids, or its parent's: a parent of zeros is none.
func (f consoleReader) stdoutContext(c *jsontext.Cursor, own bool) {
	d := &f.draft
	for c.Open('{'); c.Key(); {
		switch {
		case own && string(c.Name) == "TraceID":
			f.draft.otlpTraceID(c.Scalar())
		case own && string(c.Name) == "SpanID":
			f.draft.otlpSpanID(c.Scalar())
		case own && string(c.Name) == "TraceState":
			d.traceState(c.Text())
		case string(c.Name) == "SpanID":
			f.draft.otlpParentID(c.Scalar())
		default:
			c.Skip()
		}
	}
}

// eachStdoutAttr walks a list of {Key, Value: {Type, Value}}.
func (f consoleReader) eachStdoutAttr(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('['); c.Elem(); {
		each(c.Pair("Key", "Value", stdoutValue))
	}
}

func stdoutValue(c *jsontext.Cursor) (value []byte) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "Value" {
			c.Skip()
		} else if c.Peek() == '[' {
			value = c.Raw()
		} else {
			value = c.Scalar()
		}
	}
	return value
}

func (f consoleReader) stdoutEvents(c *jsontext.Cursor) {
	f.eachMoment(c, "Name", "Time", func() int64 { return f.draft.rfc3339(c.Text()) })
}

// sdkLinks walks a list of links, each with the context of another span.
func (f consoleReader) sdkLinks(c *jsontext.Cursor, context, traceName, spanName string) {
	for c.Open('['); c.Elem(); {
		var link trace.Link
		for c.Open('{'); c.Key(); {
			if string(c.Name) != context {
				c.Skip()
				continue
			}
			id, span := c.Pair(traceName, spanName, (*jsontext.Cursor).Scalar)
			link.Trace, _ = hexTraceID(without0x(id))
			link.Span, _ = hexSpanID(without0x(span))
		}
		f.draft.link(link)
	}
}

func (f consoleReader) stdoutStatus(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "Code" {
			c.Skip()
		} else if v := c.Scalar(); string(v) == "Error" {
			f.draft.Flags |= trace.Failed
		}
	}
}

func (f consoleReader) stdoutScope(c *jsontext.Cursor) (scope uint32) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) == "Name" {
			scope = f.Interner.Scope(c.Text())
		} else {
			c.Skip()
		}
	}
	return scope
}

func (f consoleReader) stdoutResource(v []byte) uint32 {
	return f.resourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) { f.eachStdoutAttr(c, f.into(r)) })
}

func (f consoleReader) pythonSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.Reset(v)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "name":
			d.Name = c.Text()
		case "context":
			f.pythonContext(c)
		case "kind":
			d.Kind = f.draft.otlpKind(c.Scalar())
		case "parent_id":
			f.draft.otlpParentID(without0x(c.Scalar()))
		case "start_time":
			d.Start = f.pythonTime(c)
		case "end_time":
			d.End = f.pythonTime(c)
		case "status":
			f.pythonStatus(c)
		case "attributes":
			f.eachPythonAttr(c, f.plainAttr)
		case "events":
			f.pythonEvents(c)
		case "links":
			f.sdkLinks(c, "context", "trace_id", "span_id")
		case "resource":
			d.Res = f.pythonResource(c.Raw())
		default:
			c.Skip()
		}
	}
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

func without0x(v []byte) []byte { return bytes.TrimPrefix(v, []byte("0x")) }

func (f consoleReader) pythonContext(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "trace_id":
			f.draft.otlpTraceID(without0x(c.Scalar()))
		case "span_id":
			f.draft.otlpSpanID(without0x(c.Scalar()))
		default:
			c.Skip()
		}
	}
}

// pythonTime reads ISO 8601; null is a time that is not known yet.
func (f consoleReader) pythonTime(c *jsontext.Cursor) int64 {
	v := c.Scalar()
	if v == nil {
		return 0
	}
	return f.draft.rfc3339(v)
}

func (f consoleReader) pythonStatus(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "status_code" {
			c.Skip()
		} else if v := c.Scalar(); string(v) == "ERROR" || string(v) == "StatusCode.ERROR" {
			f.draft.Flags |= trace.Failed
		}
	}
}

// eachPythonAttr walks a plain object of attributes.
func (f consoleReader) eachPythonAttr(c *jsontext.Cursor, each func(key, value []byte)) {
	for c.Open('{'); c.Key(); {
		key := c.Name
		if c.Peek() == '[' {
			each(key, c.Raw())
			continue
		}
		each(key, c.Scalar())
	}
}

func (f consoleReader) pythonEvents(c *jsontext.Cursor) {
	f.eachMoment(c, "name", "timestamp", func() int64 { return f.pythonTime(c) })
}

func (f consoleReader) pythonResource(v []byte) uint32 {
	return f.resourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			if string(c.Name) == "attributes" {
				f.eachPythonAttr(c, f.into(r))
			} else {
				c.Skip()
			}
		}
	})
}
