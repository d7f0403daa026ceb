package rows

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// Spans as Data Prepper writes them into OpenSearch (otel-v1-apm-span and its successors): older
// releases put attributes beside the span, with an @ for each dot; newer ones put them into objects.

// IsDataPrepper claims documents of Data Prepper.
func IsDataPrepper(s *jsontext.Outline) bool { return anyDocument(s, "durationInNanos") }

// DataPrepper decodes the value at the window's position.
func DataPrepper(f *decode.Decoder) {
	r := dataPrepperReader{&documentReader{Decoder: f}}
	r.span = r.field
	r.node(0)
}

// A dataPrepperReader reads documents of Data Prepper.
type dataPrepperReader struct{ *documentReader }

func (f dataPrepperReader) field(c *jsontext.Cursor, name string) {
	d := &f.Draft
	switch name {
	case "traceId":
		d.ReadTraceID(c.Scalar())
	case "spanId":
		d.ReadSpanID(c.Scalar())
	case "parentSpanId":
		d.ReadParentID(c.Scalar())
	case "traceState":
		d.TraceState(c.Text())
	case "name":
		d.Name = c.Text()
	case "kind":
		d.Kind = d.ReadKind(c.Scalar())
	case "startTime":
		d.Start = f.isoTime(c)
	case "endTime":
		d.End = f.isoTime(c)
	case "serviceName":
		f.service(c.Text())
	case "status.code":
		f.failed(c.Scalar())
	case "status":
		f.failed(named(c, "code"))
	default:
		f.rareField(c, name)
	}
}

func (f dataPrepperReader) rareField(c *jsontext.Cursor, name string) {
	d := &f.Draft
	switch name {
	case "attributes":
		eachAttr(c, f.PlainAttr)
	case "resource":
		f.resourceObject(c)
	case "instrumentationScope.name", "instrumentationLibrary.name":
		d.Scope = f.Interner.Scope(c.Text())
	case "instrumentationScope", "scope":
		d.Scope = f.Interner.Scope(named(c, "name"))
	case "events":
		f.EachMoment(c, "name", "time", func() int64 { return decode.MomentOf(c.Scalar()) })
	case "links":
		f.links(c, "traceId", "spanId")
	case "droppedAttributesCount":
		d.DroppedBySource(decode.AttrsDropped, decode.Positive(c.Scalar()))
	case "droppedEventsCount":
		d.DroppedBySource(decode.EventsDropped, decode.Positive(c.Scalar()))
	case "droppedLinksCount":
		d.DroppedBySource(decode.LinksDropped, decode.Positive(c.Scalar()))
	default:
		f.flatAttr(c)
	}
}

// flatAttr reads an attribute that stands beside the span.
func (f dataPrepperReader) flatAttr(c *jsontext.Cursor) {
	each, key := f.PlainAttr, []byte(nil)
	if rest, ok := bytes.CutPrefix(c.Name, []byte("span.attributes.")); ok {
		key = rest
	} else if rest, ok := bytes.CutPrefix(c.Name, []byte("resource.attributes.")); ok {
		key, each = rest, f.resourceAttr
	}
	if key == nil {
		c.Skip()
		return
	}
	key = bytes.ReplaceAll(key, []byte("@"), []byte("."))
	if c.Peek() == '[' {
		each(key, c.Raw())
	} else if v := c.Scalar(); v != nil {
		each(key, v)
	}
}

func (f dataPrepperReader) isoTime(c *jsontext.Cursor) int64 {
	v := c.Scalar()
	if v == nil {
		return 0
	}
	return f.Draft.RFC3339(v)
}
