package zipkin

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Zipkin v1 JSON: what happened is told by annotations (cs cr: the client sends, receives;
// sr ss: the server; ms mr: a message), who it happened to by the endpoint of each. One
// span may hold both halves of a call; it becomes two, of which the server's is shared.

// IsV1 claims version 1.
func IsV1(s *jsontext.Outline) bool {
	return s.Any("binaryAnnotations", "[].binaryAnnotations", "[][].binaryAnnotations",
		"annotations[].endpoint", "[].annotations[].endpoint", "[][].annotations[].endpoint")
}

// V1 decodes the value at the window's position.
func V1(f *decode.Decoder) { f.EachInLists(0, reader{f}.v1Span) }

// A v1Half is one side of a call.
type v1Half struct {
	first, last int64 // nanoseconds; 0 if unknown
	res         uint32
	kind        trace.Kind
}

// A v1Span is what a v1 span says besides its fields.
type v1Span struct {
	client, server v1Half
	local          uint32 // resource of any other annotation
	times          decode.MicroTimes
}

func (f reader) v1Span(v []byte) {
	d, c := &f.Draft, &f.Cursor
	s := v1Span{times: decode.MicroTimes{Ok: true}}
	c.Reset(v)
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
		case "timestamp":
			s.times.Start = s.times.Micros(c.Scalar())
		case "duration":
			v := c.Scalar()
			s.times.Duration, s.times.HasDuration = s.times.Micros(v), v != nil
		case "annotations":
			f.v1Annotations(c, &s)
		case "binaryAnnotations":
			f.v1Tags(c, &s)
		default:
			c.Skip()
		}
	}
	f.v1Halves(&s)
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
}

func (f reader) v1Annotations(c *jsontext.Cursor, s *v1Span) {
	for c.Open('['); c.Elem(); {
		var at int64
		var value []byte
		var res uint32
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "timestamp":
				at, _ = jsontext.Decimal(c.Scalar(), 3)
			case "value":
				value = c.Text()
			case "endpoint":
				res = f.endpoint(c.Raw())
			default:
				c.Skip()
			}
		}
		if s.local == 0 {
			s.local = res
		}
		f.v1Moment(s, string(value), at, res)
	}
}

// v1Moment puts an annotation where it belongs; what is no side of a call is an event.
func (f reader) v1Moment(s *v1Span, value string, at int64, res uint32) {
	switch value {
	case "cs":
		s.client = v1Half{at, s.client.last, res, trace.Client}
	case "cr":
		s.client = v1Half{s.client.first, at, res, trace.Client}
	case "sr":
		s.server = v1Half{at, s.server.last, res, trace.Server}
	case "ss":
		s.server = v1Half{s.server.first, at, res, trace.Server}
	case "ms":
		s.client = v1Half{at, 0, res, trace.Producer}
	case "mr":
		s.server = v1Half{at, 0, res, trace.Consumer}
	default:
		f.Event([]byte(value), at)
	}
}

func (f reader) v1Tags(c *jsontext.Cursor, s *v1Span) {
	for c.Open('['); c.Elem(); {
		var key, value []byte
		var res uint32
		for c.Open('{'); c.Key(); {
			switch string(c.Name) {
			case "key":
				key = c.Text()
			case "value":
				value = c.Scalar()
			case "endpoint":
				res = f.endpoint(c.Raw())
			default:
				c.Skip()
			}
		}
		switch string(key) {
		case "sa", "ca", "ma": // addresses of the other side
			f.Tag([]byte("peer.service"), []byte(f.Interner.Resource(res).Service))
			continue
		}
		if s.local == 0 {
			s.local = res
		}
		f.tag(key, value)
	}
}

// v1Halves makes the drafted span the client's or the server's; if there are both, the
// server's is committed here as a span of its own.
func (f reader) v1Halves(s *v1Span) {
	d := &f.Draft
	both := s.client.kind == trace.Client && s.server.kind == trace.Server
	if both && f.Interner.Resource(s.client.res).Service != f.Interner.Resource(s.server.res).Service {
		client := *d
		d.Events, d.Links = d.Events[:0:0], nil
		d.Flags |= trace.Shared
		f.v1Half(s.server, decode.MicroTimes{Ok: true})
		f.WithoutForgetting(f.Commit) // the ids that client holds
		*d = client
		f.v1Half(s.client, s.times)
		return
	}
	half := s.client
	if half.kind == trace.Unspecified {
		half = s.server
	}
	if half.res == 0 {
		half.res = s.local
	}
	f.v1Half(half, s.times)
}

func (f reader) v1Half(h v1Half, t decode.MicroTimes) {
	d := &f.Draft
	d.Kind, d.Res = h.kind, h.res
	if t.Start == 0 {
		t.Start = h.first
	}
	if !t.HasDuration && h.last > 0 {
		t.Duration, t.HasDuration = h.last-t.Start, true
	}
	f.Draft.SetMicros(t)
}
