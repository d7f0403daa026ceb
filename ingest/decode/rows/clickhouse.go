package rows

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Rows of the table otel_traces, into which the collector's ClickHouse exporter writes, as
// ClickHouse prints them: FORMAT JSONEachRow, or JSON with the rows under data.

// IsClickHouse claims rows of otel_traces.
func IsClickHouse(s *jsontext.Outline) bool {
	return anyDocument(s, "SpanName") && anyDocument(s, "TraceId")
}

// ClickHouse decodes the value at the window's position.
func ClickHouse(f *decode.Decoder) {
	r := clickHouseReader{documentReader: &documentReader{Decoder: f}}
	r.span, r.end = r.column, r.pairColumns
	r.node(0)
}

// A clickHouseReader reads rows of otel_traces.
type clickHouseReader struct {
	*documentReader
	events, moments [][]byte // names and times, which are columns of their own
	traces, spans   [][]byte // of links, likewise
}

func (f *clickHouseReader) column(c *jsontext.Cursor, name string) {
	d := &f.Draft
	switch name {
	case "TraceId":
		d.ReadTraceID(c.Scalar())
	case "SpanId":
		d.ReadSpanID(c.Scalar())
	case "ParentSpanId":
		d.ReadParentID(c.Scalar())
	case "TraceState":
		d.TraceState(c.Text())
	case "SpanName":
		d.Name = c.Text()
	case "SpanKind":
		d.Kind = d.ReadKind(c.Scalar())
	case "Timestamp":
		d.Start = f.moment(c.Scalar())
	case "Duration":
		f.duration(c.Scalar())
	case "StatusCode":
		f.failed(c.Scalar())
	case "ServiceName":
		f.service(c.Text())
	case "ScopeName":
		d.Scope = f.Interner.Scope(c.Text())
	case "ResourceAttributes":
		eachAttr(c, f.resourceAttr)
	case "SpanAttributes":
		eachAttr(c, f.PlainAttr)
	default:
		f.list(c, name)
	}
}

// list reads a column that holds a list: of events and links, field by field or whole.
func (f *clickHouseReader) list(c *jsontext.Cursor, name string) {
	switch name {
	case "Events":
		f.EachMoment(c, "Name", "Timestamp", func() int64 { return clickHouseTime(c.Scalar()) })
	case "Links":
		f.links(c, "TraceId", "SpanId")
	case "Events.Timestamp":
		f.moments = texts(c, f.moments)
	case "Events.Name":
		f.events = texts(c, f.events)
	case "Links.TraceId":
		f.traces = texts(c, f.traces)
	case "Links.SpanId":
		f.spans = texts(c, f.spans)
	default:
		c.Skip()
	}
}

// pairColumns keeps the events and links whose fields stood in columns.
func (f *clickHouseReader) pairColumns() {
	for i := range min(len(f.events), len(f.moments)) {
		f.Event(f.events[i], clickHouseTime(f.moments[i]))
	}
	for i := range min(len(f.traces), len(f.spans)) {
		var link trace.Link
		link.Trace, _ = decode.AnyTraceID(f.traces[i])
		link.Span, _ = decode.AnySpanID(f.spans[i])
		f.Draft.Link(link)
	}
	f.events, f.moments, f.traces, f.spans = f.events[:0], f.moments[:0], f.traces[:0], f.spans[:0]
}

// texts takes the elements of a list.
func texts(c *jsontext.Cursor, into [][]byte) [][]byte {
	into = into[:0]
	for c.Open('['); c.Elem(); {
		into = append(into, c.Scalar())
	}
	return into
}

func (f *clickHouseReader) moment(v []byte) int64 {
	n := clickHouseTime(v)
	if n == 0 && v != nil {
		f.Draft.Refuse(&decode.BadTime, v)
	}
	return n
}

// clickHouseTime reads a DateTime64, which is in UTC unless a server says otherwise, in any of
// the spellings that date_time_output_format knows; 0 if it is none.
func clickHouseTime(v []byte) int64 {
	if n, ok := jsontext.Decimal(v, 9); ok {
		return n
	}
	if len(v) < len("2006-01-02 15:04:05") {
		return 0
	}
	iso := append(bytes.Clone(v[:10]), 'T')
	iso = append(iso, v[11:]...)
	if iso[len(iso)-1] != 'Z' {
		iso = append(iso, 'Z')
	}
	return decode.MomentOf(iso)
}
