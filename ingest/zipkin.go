package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// Zipkin v2 JSON: a list of spans, a list of such lists, or spans in a row. A server that
// shares the span id of its client says shared:true and keeps the id; telling the halves
// apart is the business of assembly.

func isZipkin(s *jsontext.Outline) bool {
	if isZipkinV1(s) || s.Any("[].SpanContext", "SpanContext") {
		return false
	}
	return s.Has("traceId", "id") || s.Has("[].traceId", "[].id") || s.Has("[][].traceId", "[][].id")
}

// zipkinJSON decodes the value at the window's position.
func zipkinJSON(f *decoder) { f.eachInLists(0, zipkinReader{f}.zipkinSpan) }

// A zipkinReader reads Zipkin's JSON.
type zipkinReader struct{ *decoder }

func (f zipkinReader) zipkinSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.Reset(v)
	times := microTimes{ok: true}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId":
			d.Trace = f.draft.hexOrName(c.Scalar())
		case "id":
			d.ID = f.draft.hexOrNameSpan(c.Scalar())
		case "parentId":
			d.Parent = f.draft.hexOrNameSpan(c.Scalar())
		case "name":
			d.Name = c.Text()
		case "kind":
			d.Kind = f.zipkinKind(c.Text())
		case "timestamp":
			times.start = times.micros(c.Scalar())
		case "duration":
			v := c.Scalar()
			times.duration, times.hasDuration = times.micros(v), v != nil
		case "shared":
			if c.IsTrue() {
				d.Flags |= trace.Shared
			}
		default:
			f.rareZipkinField(c)
		}
	}
	f.draft.microSpan(times)
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

func (f zipkinReader) rareZipkinField(c *jsontext.Cursor) {
	switch string(c.Name) {
	case "localEndpoint":
		f.draft.Res = f.zipkinEndpoint(c.Raw())
	case "remoteEndpoint":
		f.zipkinRemote(c)
	case "annotations":
		f.zipkinAnnotations(c)
	case "tags":
		for c.Open('{'); c.Key(); {
			key := c.Name
			f.zipkinTag(key, c.Scalar())
		}
	default:
		c.Skip()
	}
}

func (f zipkinReader) zipkinKind(v []byte) trace.Kind {
	kind, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		f.draft.doubt |= kindDoubt
	}
	return kind
}

// zipkinTag takes a tag. The error tag holds a message: that it is there means failure.
func (f zipkinReader) zipkinTag(key, value []byte) {
	if string(key) == "error" && string(value) != "false" {
		f.draft.Flags |= trace.Failed
	}
	f.tag(key, value)
}

func (f zipkinReader) zipkinAnnotations(c *jsontext.Cursor) {
	f.eachMoment(c, "value", "timestamp", func() int64 {
		at, _ := jsontext.Decimal(c.Scalar(), 3)
		return at
	})
}

// zipkinEndpoint reads the service and the address whose clock it was.
func (f zipkinReader) zipkinEndpoint(v []byte) uint32 {
	return f.resourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			key := c.Name
			if value := c.Scalar(); value != nil {
				f.endpointField(r, key, value)
			}
		}
	})
}

func (f zipkinReader) endpointField(r *spanstore.ResourceDraft, key, value []byte) {
	switch string(key) {
	case "serviceName":
		r.Service = string(value)
	case "ipv4", "ipv6":
		key := []byte("ip")
		r.Add(f.Interner, f.Interner.Key(key), key, value)
	}
}

// zipkinRemote keeps who was called under OpenTelemetry's names.
func (f zipkinReader) zipkinRemote(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		key := ""
		switch string(c.Name) {
		case "serviceName":
			key = "peer.service"
		case "ipv4", "ipv6":
			key = "network.peer.address"
		}
		if value := c.Scalar(); key != "" && len(value) > 0 {
			f.tag([]byte(key), value)
		}
	}
}
