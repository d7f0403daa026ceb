package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// Zipkin v2 JSON: a list of spans, a list of such lists, or spans in a row. A server that
// shares the span id of its client says shared:true and keeps the id; telling the halves
// apart is the business of assembly.

// zipkinDepth bounds lists in lists.
const zipkinDepth = 3

func isZipkin(s *jsontext.Outline) bool {
	if isZipkinV1(s) || s.Any("[].SpanContext", "SpanContext") {
		return false
	}
	return s.Has("traceId", "id") || s.Has("[].traceId", "[].id") || s.Has("[][].traceId", "[][].id")
}

func (f *file) zipkinJSON() { f.eachInLists(0, f.zipkinSpan) }

// eachInLists calls each for the objects of lists in lists.
func (f *file) eachInLists(depth int, each func(v []byte)) {
	w := f.w
	if w.Peek() != '[' {
		f.begin(0, 0)
		if v := w.Value(); w.Bad == nil {
			f.whole(v, each)
		}
		return
	}
	if depth == zipkinDepth {
		w.Skip()
		return
	}
	from := f.Mark()
	for w.Open('['); w.Elem(); {
		f.eachInLists(depth+1, each)
	}
	if depth > 0 && w.Bad == nil { // one of several lists holds a trace
		f.complete(from)
	}
}

// whole decodes the span v with each and commits it. Nil is a span over the limit.
func (f *file) whole(v []byte, each func(v []byte)) {
	switch {
	case v == nil:
		f.draft.refuse(&TooLarge, nil)
	case v[0] != '{':
		f.draft.refuse(&Malformed, v)
	default:
		each(v)
	}
	f.commit()
}

func (f *file) zipkinSpan(v []byte) {
	d, c := &f.draft, &f.cur
	c.Reset(v)
	times := microTimes{ok: true}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceId":
			d.Trace = f.hexOrName(c.Scalar())
		case "id":
			d.ID = f.hexOrNameSpan(c.Scalar())
		case "parentId":
			d.Parent = f.hexOrNameSpan(c.Scalar())
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
	f.microSpan(times)
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
}

func (f *file) rareZipkinField(c *jsontext.Cursor) {
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

func (f *file) zipkinKind(v []byte) trace.Kind {
	kind, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		f.draft.doubt |= kindDoubt
	}
	return kind
}

// zipkinTag takes a tag. The error tag holds a message: that it is there means failure.
func (f *file) zipkinTag(key, value []byte) {
	if string(key) == "error" && string(value) != "false" {
		f.draft.Flags |= trace.Failed
	}
	f.tag(key, value)
}

func (f *file) zipkinAnnotations(c *jsontext.Cursor) {
	f.eachMoment(c, "value", "timestamp", func() int64 {
		at, _ := jsontext.Decimal(c.Scalar(), 3)
		return at
	})
}

// zipkinEndpoint reads the service and the address whose clock it was.
func (f *file) zipkinEndpoint(v []byte) uint32 {
	return f.resourceOf(v, func(c *jsontext.Cursor, r *spanstore.ResourceDraft) {
		for c.Open('{'); c.Key(); {
			key := c.Name
			if value := c.Scalar(); value != nil {
				f.endpointField(r, key, value)
			}
		}
	})
}

func (f *file) endpointField(r *spanstore.ResourceDraft, key, value []byte) {
	switch string(key) {
	case "serviceName":
		r.Service = string(value)
	case "ipv4", "ipv6":
		key := []byte("ip")
		r.Add(f.Interner, f.Interner.Key(key), key, value)
	}
}

// zipkinRemote keeps who was called under OpenTelemetry's names.
func (f *file) zipkinRemote(c *jsontext.Cursor) {
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
