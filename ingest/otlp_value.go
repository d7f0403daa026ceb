package ingest

import (
	"strconv"

	"github.com/longpole/longpole/trace"
)

// maxNesting bounds lists in lists in an attribute's value.
const maxNesting = 100

// eachAttr walks a list of {key, value} or, as some hand-made files have it, a plain
// object. The raw value is in f.val.b when each is called.
func (f *file) eachAttr(c *cursor, each func(key []byte)) {
	if c.peek() == '{' {
		for c.open('{'); c.key(); {
			key := c.name
			f.val.reset(c.raw())
			each(key)
		}
		return
	}
	for c.open('['); c.elem(); {
		key, value := c.pair("key", "value", (*cursor).raw)
		if key == nil {
			f.draft.doubt |= attrDoubt
			continue
		}
		f.val.reset(value)
		each(key)
	}
}

func (f *file) otlpAttrs(c *cursor) {
	f.eachAttr(c, func(key []byte) {
		if k := f.key(key); k.keep && string(f.val.b) != "null" {
			f.attr(k, f.anyValue(f.val.b))
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
	var c cursor
	c.reset(v)
	if depth > maxNesting {
		return out, false
	}
	if b := c.peek(); b != '{' {
		return appendBare(out, &c, quoted), b != '['
	}
	ok, values, from := true, 0, len(out)
	for c.open('{'); c.key(); {
		switch string(c.name) {
		case "stringValue", "string_value", "bytesValue", "bytes_value":
			out = appendText(out[:from], c.text(), quoted)
		case "boolValue", "bool_value":
			out = append(out[:from], c.scalar()...)
		case "intValue", "int_value":
			out, ok = appendInt(out[:from], c.scalar())
		case "doubleValue", "double_value":
			out, ok = appendDouble(out[:from], c.scalar())
		case "arrayValue", "array_value":
			out, ok = appendValues(append(out[:from], '['), &c, func(out []byte) ([]byte, bool) {
				return f.appendAny(out, c.raw(), depth+1, true)
			})
			out = append(out, ']')
		case "kvlistValue", "kvlist_value":
			out, ok = appendValues(append(out[:from], '{'), &c, func(out []byte) ([]byte, bool) {
				key, value := c.pair("key", "value", (*cursor).raw)
				return f.appendAny(append(appendText(out, key, true), ':'), value, depth+1, true)
			})
			out = append(out, '}')
		case "stringValueStrindex", "string_value_strindex": // into a dictionary that only profiles have
			out, ok = out[:from], false
			c.skip()
		default:
			c.skip()
			continue
		}
		values++
	}
	return out, ok && values <= 1 && c.bad == ""
}

// appendValues adds the elements of an ArrayValue or KeyValueList, with a comma between them.
func appendValues(out []byte, c *cursor, each func(out []byte) ([]byte, bool)) ([]byte, bool) {
	ok, first := true, true
	for c.open('{'); c.key(); {
		if string(c.name) != "values" {
			c.skip()
			continue
		}
		for c.open('['); c.elem(); first = false {
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
func appendBare(out []byte, c *cursor, quoted bool) []byte {
	if c.peek() == '"' {
		return appendText(out, c.text(), quoted)
	}
	return append(out, c.raw()...)
}

func appendText(out, text []byte, quoted bool) []byte {
	if !quoted {
		return append(out, text...)
	}
	return appendJSONText(out, text)
}

// appendJSONText quotes text as JSON does.
func appendJSONText(out, text []byte) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

func appendInt(out, v []byte) ([]byte, bool) {
	n, ok := decimal(v, 0)
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
	f.draft.links = append(f.draft.links, l)
}

// A resourceDraft gathers what is kept of a resource.
type resourceDraft struct {
	service string
	host    string
	rank    uint8
	pairs   []uint32
}

func (f *file) wantsInResource(k *keyInfo, key []byte) bool {
	return k.keep || k.host != 0 || string(key) == serviceKey
}

func (r *resourceDraft) add(t *tables, k *keyInfo, key, value []byte) {
	value = cutText(value, t.maxText)
	if string(key) == serviceKey && r.service == "" {
		r.service = string(value)
	}
	if k.host != 0 && len(value) > 0 && (r.rank == 0 || k.host < r.rank) {
		r.host, r.rank = string(value), k.host
	}
	if k.keep {
		r.pairs = append(r.pairs, numberPair(t, k, value, false))
	}
}

// into returns what adds to r what is kept of a resource's attributes.
func (f *file) into(r *resourceDraft) func(key, value []byte) {
	return func(key, value []byte) {
		if k := f.key(key); f.wantsInResource(k, key) {
			r.add(f.tables, k, key, value)
		}
	}
}

// resourceOf returns the resource that fill makes of v, unless the same bytes made one before.
func (f *file) resourceOf(v []byte, fill func(c *cursor, r *resourceDraft)) uint32 {
	if id, ok := f.place(v); ok {
		return id
	}
	var r resourceDraft
	before := f.draft.doubt // of the span that the resource may stand in
	f.draft.doubt = 0
	f.val.reset(v)
	fill(&f.val, &r)
	sound := f.draft.doubt&attrDoubt == 0 && f.val.bad == ""
	f.draft.doubt = before
	return f.drafted(v, &r, sound)
}

// drafted returns the resource that was made of raw. One that is not sound is noted, and not
// remembered, so that it is noted wherever it stands.
func (f *file) drafted(raw []byte, r *resourceDraft, sound bool) uint32 {
	if sound {
		return f.newPlace(raw, r.resource(f.tables))
	}
	f.noteAt(BadAttribute, f.w.offset(), []byte(r.service))
	return f.newResource(r.resource(f.tables))
}

func (r *resourceDraft) resource(t *tables) resource {
	return resource{service: t.text([]byte(r.service)), host: t.text([]byte(r.host)), attrs: t.attrs(r.pairs)}
}
