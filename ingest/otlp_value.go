package ingest

import (
	"strconv"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// maxNesting bounds lists in lists in an attribute's value.
const maxNesting = 100

// eachAttr walks a list of {key, value} or, as some hand-made files have it, a plain
// object. The raw value is in f.val.b when each is called.
func (f *file) eachAttr(c *jsontext.Cursor, each func(key []byte)) {
	if c.Peek() == '{' {
		for c.Open('{'); c.Key(); {
			key := c.Name
			f.val.Reset(c.Raw())
			each(key)
		}
		return
	}
	for c.Open('['); c.Elem(); {
		key, value := c.Pair("key", "value", (*jsontext.Cursor).Raw)
		if key == nil {
			f.draft.doubt |= attrDoubt
			continue
		}
		f.val.Reset(value)
		each(key)
	}
}

func (f *file) otlpAttrs(c *jsontext.Cursor) {
	f.eachAttr(c, func(key []byte) {
		if k := f.Interner.Key(key); k.Keep && string(f.val.Bytes) != "null" {
			f.attr(k, f.anyValue(f.val.Bytes))
		}
	})
}

// anyValue spells an OTLP AnyValue as text; a value that is written bare, as itself.
func (f *file) anyValue(v []byte) []byte {
	out, ok := f.appendAny(nil, v, 0, false)
	if !ok {
		f.draft.doubt |= attrDoubt
	}
	return out
}

// appendAny adds the value v. Inside of a list or map, text is quoted as in JSON. Of several
// values the last counts, and that is not in order. It calls itself for lists, no deeper than
// maxNesting.
func (f *file) appendAny(out, v []byte, depth int, quoted bool) ([]byte, bool) {
	var c jsontext.Cursor
	c.Reset(v)
	if depth > maxNesting {
		return out, false
	}
	if b := c.Peek(); b != '{' {
		return appendBare(out, &c, quoted), b != '['
	}
	ok, values, from := true, 0, len(out)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "stringValue", "string_value", "bytesValue", "bytes_value":
			out = appendText(out[:from], c.Text(), quoted)
		case "boolValue", "bool_value":
			out = append(out[:from], c.Scalar()...)
		case "intValue", "int_value":
			out, ok = appendInt(out[:from], c.Scalar())
		case "doubleValue", "double_value":
			out, ok = appendDouble(out[:from], c.Scalar())
		case "arrayValue", "array_value":
			out, ok = appendValues(append(out[:from], '['), &c, func(out []byte) ([]byte, bool) {
				return f.appendAny(out, c.Raw(), depth+1, true)
			})
			out = append(out, ']')
		case "kvlistValue", "kvlist_value":
			out, ok = appendValues(append(out[:from], '{'), &c, func(out []byte) ([]byte, bool) {
				key, value := c.Pair("key", "value", (*jsontext.Cursor).Raw)
				return f.appendAny(append(appendText(out, key, true), ':'), value, depth+1, true)
			})
			out = append(out, '}')
		case "stringValueStrindex", "string_value_strindex": // into a dictionary that only profiles have
			out, ok = out[:from], false
			c.Skip()
		default:
			c.Skip()
			continue
		}
		values++
	}
	return out, ok && values <= 1 && c.Bad == ""
}

// appendValues adds the elements of an ArrayValue or KeyValueList, with a comma between them.
func appendValues(out []byte, c *jsontext.Cursor, each func(out []byte) ([]byte, bool)) ([]byte, bool) {
	ok, first := true, true
	for c.Open('{'); c.Key(); {
		if string(c.Name) != "values" {
			c.Skip()
			continue
		}
		for c.Open('['); c.Elem(); first = false {
			if !first {
				out = append(out, ',')
			}
			var fine bool
			out, fine = each(out)
			ok = ok && fine
		}
	}
	return out, ok
}

// appendBare adds a value without the AnyValue around it.
func appendBare(out []byte, c *jsontext.Cursor, quoted bool) []byte {
	if c.Peek() == '"' {
		return appendText(out, c.Text(), quoted)
	}
	return append(out, c.Raw()...)
}

func appendText(out, text []byte, quoted bool) []byte {
	if !quoted {
		return append(out, text...)
	}
	return jsontext.AppendQuoted(out, text)
}

func appendInt(out, v []byte) ([]byte, bool) {
	n, ok := jsontext.Decimal(v, 0)
	if !ok {
		return append(out, v...), false
	}
	return strconv.AppendInt(out, n, 10), true
}

func appendDouble(out, v []byte) ([]byte, bool) {
	x, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return append(out, v...), false
	}
	return formatDouble(out, x), true
}

// formatDouble spells x in the fewest digits that give x again.
func formatDouble(out []byte, x float64) []byte {
	return strconv.AppendFloat(out, x, 'g', -1, 64)
}

// link keeps a link of the drafted span, unless it points nowhere.
func (f *file) link(l trace.Link) {
	if l.Trace.IsZero() && l.Span == 0 {
		return
	}
	f.draft.Links = append(f.draft.Links, l)
}

// into returns what adds to r what is kept of a resource's attributes.
func (f *file) into(r *spanstore.ResourceDraft) func(key, value []byte) {
	return func(key, value []byte) {
		if k := f.Interner.Key(key); spanstore.WantsInResource(k, key) {
			r.Add(f.Interner, k, key, value)
		}
	}
}

// resourceOf returns the resource that fill makes of v, unless the same bytes made one before.
func (f *file) resourceOf(v []byte, fill func(c *jsontext.Cursor, r *spanstore.ResourceDraft)) uint32 {
	if id, ok := f.Interner.KnownResource(v); ok {
		return id
	}
	var r spanstore.ResourceDraft
	before := f.draft.doubt // of the span that the resource may stand in
	f.draft.doubt = 0
	f.val.Reset(v)
	fill(&f.val, &r)
	sound := f.draft.doubt&attrDoubt == 0 && f.val.Bad == ""
	f.draft.doubt = before
	return f.drafted(v, &r, sound)
}

// drafted returns the resource that was made of raw. One that is not sound is noted, and not
// remembered, so that it is noted wherever it stands.
func (f *file) drafted(raw []byte, r *spanstore.ResourceDraft, sound bool) uint32 {
	if sound {
		return f.Interner.RememberResource(raw, r.Resource(f.Interner))
	}
	f.noteAt(BadAttribute, f.w.Offset(), []byte(r.Service))
	return f.Interner.AddResource(r.Resource(f.Interner))
}
