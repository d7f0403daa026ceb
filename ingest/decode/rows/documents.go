package rows

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// Stores give back one document for each span: as lines, in a list, as hits of a search, or under
// the key of an answer.

// documentDepth bounds lists and answers in each other: hits of hits of a list.
const documentDepth = 5

// A documentReader reads the documents of a store.
type documentReader struct {
	*decode.Decoder
	span     func(c *jsontext.Cursor, name string) // reads one member of a document
	end      func()                                // is called at the end of a document; may be nil
	resource []pair                                // what the document says of its resource
	length   *int64                                // of the span, where the document has that in place of an end
}

type pair struct{ key, value []byte }

// anyDocument reports whether a key stands in a document, whatever is around it.
func anyDocument(s *jsontext.Outline, key string) bool {
	return s.Any(key, "[]."+key, "_source."+key, "[]._source."+key, "hits.hits[]._source."+key, "[].hits.hits[]._source."+key, "data[]."+key)
}

func (f *documentReader) node(depth int) {
	w := f.Window
	if f.Lists(depth, documentDepth, f.node) {
		return
	}
	w.Need(jsontext.OutlineBytes / 16)
	if s := jsontext.OutlineOf(w.Rest()[:min(len(w.Rest()), jsontext.OutlineBytes/16)]); !s.Any("hits", "_source", "data") {
		f.document()
		return
	}
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "hits", "data":
			f.node(depth + 1)
		case "_source":
			f.document()
		default:
			f.EnvelopeKey()
		}
	}
}

func (f *documentReader) document() {
	f.Begin(0, 0)
	v := f.Window.Value()
	if f.Window.Bad != nil {
		return
	}
	f.Whole(v, func(v []byte) {
		c := &f.Cursor
		f.resource, f.length = f.resource[:0], nil
		c.Reset(v)
		for c.Open('{'); c.Key(); {
			f.span(c, string(c.Name))
		}
		if c.Bad != "" {
			f.Draft.Refuse(&decode.Malformed, []byte(c.Bad))
		}
		f.Draft.Res = f.resourceOf()
		if f.length != nil {
			f.Draft.End = f.Draft.Start + *f.length
		}
		if f.end != nil {
			f.end()
		}
	})
}

// resourceOf returns the resource that the document told of.
func (f *documentReader) resourceOf() uint32 {
	raw := []byte("document ")
	for _, p := range f.resource {
		raw = append(append(append(append(raw, p.key...), 0), p.value...), 0)
	}
	if id, ok := f.Interner.KnownResource(raw); ok {
		return id
	}
	var r spanstore.ResourceDraft
	collect := f.Collect(&r)
	for _, p := range f.resource {
		collect(p.key, p.value)
	}
	return f.NewResource(raw, &r, true)
}

func (f *documentReader) resourceAttr(key, value []byte) {
	f.resource = append(f.resource, pair{key, value})
}

// resourceObject takes a resource that is an object with its attributes.
func (f *documentReader) resourceObject(c *jsontext.Cursor) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) == "attributes" {
			eachAttr(c, f.resourceAttr)
		} else {
			c.Skip()
		}
	}
}

// service takes the name of a service that stands beside its resource.
func (f *documentReader) service(name []byte) {
	if len(name) > 0 {
		f.resource = append([]pair{{[]byte("service.name"), name}}, f.resource...)
	}
}

// eachAttr walks attributes, which may be nested at their dots.
func eachAttr(c *jsontext.Cursor, each func(key, value []byte)) { eachBelow(c, nil, 0, each) }

func eachBelow(c *jsontext.Cursor, above []byte, depth int, each func(key, value []byte)) {
	for c.Open('{'); c.Key(); {
		key := c.Name
		if len(above) > 0 {
			key = bytes.Join([][]byte{above, key}, []byte("."))
		}
		switch c.Peek() {
		case '[':
			each(key, c.Raw())
		case '{':
			if depth == documentDepth {
				c.Skip()
				continue
			}
			eachBelow(c, key, depth+1, each)
		default:
			if v := c.Scalar(); v != nil {
				each(key, v)
			}
		}
	}
}

// named returns what the member called name of an object is.
func named(c *jsontext.Cursor, name string) (value []byte) {
	for c.Open('{'); c.Key(); {
		if string(c.Name) == name {
			value = c.Scalar()
		} else {
			c.Skip()
		}
	}
	return value
}

// failed takes a status, as a number or by name.
func (f *documentReader) failed(v []byte) {
	if s := string(bytes.ToUpper(v)); s == "2" || s == "ERROR" || s == "STATUS_CODE_ERROR" {
		f.Draft.Flags |= trace.Failed
	}
}

// links walks a list of links.
func (f *documentReader) links(c *jsontext.Cursor, traceName, spanName string) {
	for c.Open('['); c.Elem(); {
		id, span := c.Pair(traceName, spanName, (*jsontext.Cursor).Scalar)
		var link trace.Link
		link.Trace, _ = decode.AnyTraceID(id)
		link.Span, _ = decode.AnySpanID(span)
		f.Draft.Link(link)
	}
}

// duration takes the length of the span in nanoseconds; without one it is not finished.
func (f *documentReader) duration(v []byte) {
	n, ok := jsontext.Decimal(v, 0)
	switch {
	case v == nil:
	case !ok || n < 0:
		f.Draft.Refuse(&decode.BadTime, v)
	default:
		f.length = &n
	}
}
