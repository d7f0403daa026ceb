package jaeger

import (
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// A reference is one reference of a span.
type reference struct {
	trace   trace.ID
	span    trace.SpanID
	follows bool
}

// parent applies Jaeger's rule: the parent is the first CHILD_OF of the same trace,
// else the first FOLLOWS_FROM of the same trace. What remains are links. A reference that
// names no trace is to the same one.
func (f jsonReader) parent(raw, old []byte) {
	var refs []reference
	var c jsontext.Cursor
	c.Reset(raw)
	for c.Open('['); c.Elem(); {
		refs = append(refs, f.reference(&c))
	}
	refer(&f.Draft, refs, old)
}

// refer makes one of refs the parent and the others links. old is the id of a parent that
// counts if there is no reference.
func refer(d *decode.Draft, refs []reference, old []byte) {
	parent := pickParent(d, refs)
	if parent < 0 && len(old) > 0 {
		d.Parent = d.HexOrNameSpan(old)
	}
	for i, r := range refs {
		if i != parent {
			d.Link(trace.Link{Trace: r.trace, Span: r.span})
		}
	}
}

// pickParent sets the parent and returns which reference it is; -1 if none.
func pickParent(d *decode.Draft, refs []reference) int {
	for _, follows := range []bool{false, true} {
		for i, r := range refs {
			if r.follows != follows || r.trace != d.Trace || r.span == 0 {
				continue
			}
			d.Parent = r.span
			if follows {
				d.Flags |= trace.FollowsFrom
			}
			return i
		}
	}
	return -1
}

func (f jsonReader) reference(c *jsontext.Cursor) reference {
	r := reference{trace: f.Draft.Trace}
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "traceID":
			if v := c.Scalar(); len(v) > 0 {
				r.trace = f.Draft.HexOrName(v)
			}
		case "spanID":
			r.span = f.Draft.HexOrNameSpan(c.Scalar())
		case "refType":
			r.follows = string(c.Text()) == "FOLLOWS_FROM"
		default:
			c.Skip()
		}
	}
	return r
}
