package rows

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// Spans as OpenTelemetry's exporter writes them into Elasticsearch in its mapping mode otel, which
// is the default of Elastic's own distributions (traces-*.otel-*). Events are documents of their own there.

// IsElastic claims documents of the mapping mode otel.
func IsElastic(s *jsontext.Outline) bool {
	return anyDocument(s, "@timestamp") && anyDocument(s, "trace_id") && anyDocument(s, "span_id") && anyDocument(s, "duration")
}

// Elastic decodes the value at the window's position.
func Elastic(f *decode.Decoder) {
	r := elasticReader{&documentReader{Decoder: f}}
	r.span = r.field
	r.node(0)
}

// An elasticReader reads documents of the mapping mode otel.
type elasticReader struct{ *documentReader }

func (f elasticReader) field(c *jsontext.Cursor, name string) {
	d := &f.Draft
	switch name {
	case "trace_id":
		d.ReadTraceID(c.Scalar())
	case "span_id":
		d.ReadSpanID(c.Scalar())
	case "parent_span_id":
		d.ReadParentID(c.Scalar())
	case "trace_state":
		d.TraceState(c.Text())
	case "name":
		d.Name = c.Text()
	case "kind":
		d.Kind = d.ReadKind(c.Scalar())
	case "@timestamp":
		d.Start = f.timestamp(c.Scalar())
	case "duration":
		f.duration(c.Scalar())
	case "status":
		f.failed(named(c, "code"))
	case "attributes":
		eachAttr(c, f.PlainAttr)
	case "resource":
		f.resourceObject(c)
	case "scope":
		d.Scope = f.Interner.Scope(named(c, "name"))
	case "links":
		f.links(c, "trace_id", "span_id")
	case "dropped_attributes_count":
		d.DroppedBySource(decode.AttrsDropped, decode.Positive(c.Scalar()))
	case "dropped_events_count":
		d.DroppedBySource(decode.EventsDropped, decode.Positive(c.Scalar()))
	case "dropped_links_count":
		d.DroppedBySource(decode.LinksDropped, decode.Positive(c.Scalar()))
	default:
		c.Skip()
	}
}

// timestamp reads a date, or milliseconds since 1970 with a fraction, as newer releases write them.
func (f elasticReader) timestamp(v []byte) int64 {
	if n, ok := jsontext.Decimal(v, 6); ok {
		return n
	}
	if v == nil {
		return 0
	}
	return f.Draft.RFC3339(v)
}
