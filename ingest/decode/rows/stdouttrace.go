package rows

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// What the OpenTelemetry SDKs print for debugging, where that can be read back: Go's
// stdouttrace (one object per span, compact or pretty, in a row or in a list) and Python's
// ConsoleSpanExporter.

// IsStdouttrace claims what Go's stdouttrace prints.
func IsStdouttrace(s *jsontext.Outline) bool { return s.Any("SpanContext", "[].SpanContext") }

// Stdouttrace decodes the value at the window's position.
func Stdouttrace(f *decode.Decoder) { f.EachInLists(0, consoleReader{f}.stdoutSpan) }

// A consoleReader reads what SDKs print.
type consoleReader struct{ *decode.Decoder }

func (f consoleReader) stdoutSpan(v []byte) {
	d, c := &f.Draft, &f.Cursor
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
			d.Kind = f.Draft.ReadKind(c.Scalar())
		case "StartTime":
			d.Start = f.Draft.RFC3339(c.Text())
		case "EndTime":
			d.End = f.Draft.RFC3339(c.Text())
		case "Attributes":
			f.eachStdoutAttr(c, f.PlainAttr)
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
			d.DroppedBySource(decode.AttrsDropped, decode.Positive(c.Scalar()))
		case "DroppedEvents":
			d.DroppedBySource(decode.EventsDropped, decode.Positive(c.Scalar()))
		case "DroppedLinks":
			d.DroppedBySource(decode.LinksDropped, decode.Positive(c.Scalar()))
		default:
			c.Skip()
		}
	}
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

// stdoutContext reads the span's own ids, or its parent's: a parent of zeros is none.
func (f consoleReader) stdoutContext(c *jsontext.Cursor, own bool) {
	d := &f.Draft
	for c.Open('{'); c.Key(); {
		switch {
		case own && string(c.Name) == "TraceID":
			f.Draft.ReadTraceID(c.Scalar())
		case own && string(c.Name) == "SpanID":
			f.Draft.ReadSpanID(c.Scalar())
		case own && string(c.Name) == "TraceState":
			d.TraceState(c.Text())
		case string(c.Name) == "SpanID":
			f.Draft.ReadParentID(c.Scalar())
		case !own && string(c.Name) == "Remote":
			d.ParentIsRemote(string(c.Scalar()) == "true")
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
	f.EachMoment(c, "Name", "Time", func() int64 { return decode.MomentOf(c.Text()) })
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
			link.Trace, _ = decode.HexTraceID(without0x(id))
			link.Span, _ = decode.HexSpanID(without0x(span))
		}
		f.Draft.Link(link)
	}
}

func (f consoleReader) stdoutStatus(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "Code" {
			c.Skip()
		} else if v := c.Scalar(); string(v) == "Error" {
			f.Draft.Flags |= trace.Failed
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
	return f.ResourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) { f.eachStdoutAttr(c, f.Collect(r)) })
}
