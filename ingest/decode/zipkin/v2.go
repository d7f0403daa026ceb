package zipkin

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// Zipkin v2 JSON: a list of spans, a list of such lists, or spans in a row. A server that
// shares the span id of its client says shared:true and keeps the id; telling the halves
// apart is the business of assembly.

// IsJSON claims version 2.
func IsJSON(s *jsontext.Outline) bool {
	if IsV1(s) || s.Any("[].SpanContext", "SpanContext") {
		return false
	}
	return s.Has("traceId", "id") || s.Has("[].traceId", "[].id") || s.Has("[][].traceId", "[][].id")
}

// JSON decodes the value at the window's position.
func JSON(f *decode.Decoder) { f.EachInLists(0, reader{f}.span) }

// A reader reads Zipkin's JSON.
type reader struct{ *decode.Decoder }

func (f reader) span(v []byte) {
	d, c := &f.Draft, &f.Cursor
	c.Reset(v)
	times := decode.MicroTimes{Ok: true}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId":
			d.Trace = f.Draft.HexOrName(c.Scalar())
		case "id":
			d.ID = f.Draft.HexOrNameSpan(c.Scalar())
		case "parentId":
			d.Parent = f.Draft.HexOrNameSpan(c.Scalar())
		case "name":
			d.Name = c.Text()
		case "kind":
			d.Kind = f.kind(c.Text())
		case "timestamp":
			times.Start = times.Micros(c.Scalar())
		case "duration":
			v := c.Scalar()
			times.Duration, times.HasDuration = times.Micros(v), v != nil
		case "shared":
			if c.IsTrue() {
				d.Flags |= trace.Shared
			}
		default:
			f.rareField(c)
		}
	}
	f.Draft.SetMicros(times)
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

func (f reader) rareField(c *jsontext.Cursor) {
	switch string(c.Name) {
	case "localEndpoint":
		f.Draft.Res = f.endpoint(c.Raw())
	case "remoteEndpoint":
		f.remote(c)
	case "annotations":
		f.annotations(c)
	case "tags":
		for c.Open('{'); c.Key(); {
			key := c.Name
			f.tag(key, c.Scalar())
		}
	default:
		c.Skip()
	}
}

func (f reader) kind(v []byte) trace.Kind {
	kind, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		f.Draft.Doubt |= decode.KindDoubt
	}
	return kind
}

// tag takes a tag. The error tag holds a message: that it is there means failure.
func (f reader) tag(key, value []byte) {
	if string(key) == "error" && string(value) != "false" {
		f.Draft.Flags |= trace.Failed
	}
	f.Tag(key, value)
}

func (f reader) annotations(c *jsontext.Cursor) {
	f.EachMoment(c, "value", "timestamp", func() int64 {
		at, _ := jsontext.Decimal(c.Scalar(), 3)
		return at
	})
}

// endpoint reads the service and the address whose clock it was.
func (f reader) endpoint(v []byte) uint32 {
	return f.ResourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			key := c.Name
			if value := c.Scalar(); value != nil {
				f.endpointField(r, key, value)
			}
		}
	})
}

func (f reader) endpointField(r *spanstore.ResourceDraft, key, value []byte) {
	switch string(key) {
	case "serviceName":
		r.Service = string(value)
	case "ipv4", "ipv6":
		key := []byte("ip")
		r.Add(f.Interner, f.Interner.Key(key), key, value)
	}
}

// remote keeps who was called under OpenTelemetry's names.
func (f reader) remote(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		key := ""
		switch string(c.Name) {
		case "serviceName":
			key = "peer.service"
		case "ipv4", "ipv6":
			key = "network.peer.address"
		}
		if value := c.Scalar(); key != "" && len(value) > 0 {
			f.Tag([]byte(key), value)
		}
	}
}
