package rows

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// IsPythonConsole claims what Python's ConsoleSpanExporter prints.
func IsPythonConsole(s *jsontext.Outline) bool {
	return s.Any("context.trace_id", "[].context.trace_id")
}

// PythonConsole decodes the value at the window's position.
func PythonConsole(f *decode.Decoder) { f.EachInLists(0, consoleReader{f}.pythonSpan) }

func (f consoleReader) pythonSpan(v []byte) {
	d, c := &f.Draft, &f.Cursor
	c.Reset(v)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "name":
			d.Name = c.Text()
		case "context":
			f.pythonContext(c)
		case "kind":
			d.Kind = f.Draft.ReadKind(c.Scalar())
		case "parent_id":
			f.Draft.ReadParentID(without0x(c.Scalar()))
		case "start_time":
			d.Start = f.pythonTime(c)
		case "end_time":
			d.End = f.pythonTime(c)
		case "status":
			f.pythonStatus(c)
		case "attributes":
			f.eachPythonAttr(c, f.PlainAttr)
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
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

func without0x(v []byte) []byte { return bytes.TrimPrefix(v, []byte("0x")) }

func (f consoleReader) pythonContext(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "trace_id":
			f.Draft.ReadTraceID(without0x(c.Scalar()))
		case "span_id":
			f.Draft.ReadSpanID(without0x(c.Scalar()))
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
	return f.Draft.RFC3339(v)
}

func (f consoleReader) pythonStatus(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "status_code" {
			c.Skip()
		} else if v := c.Scalar(); string(v) == "ERROR" || string(v) == "StatusCode.ERROR" {
			f.Draft.Flags |= trace.Failed
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
	f.EachMoment(c, "name", "timestamp", func() int64 { return decode.MomentOf(c.Scalar()) })
}

func (f consoleReader) pythonResource(v []byte) uint32 {
	return f.ResourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			if string(c.Name) == "attributes" {
				f.eachPythonAttr(c, f.Collect(r))
			} else {
				c.Skip()
			}
		}
	})
}
