package otlp

import (
	"strconv"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// maxNesting bounds lists in lists in an attribute's value.
const maxNesting = 100

// eachAttr walks a list of {key, value} or, as some hand-made files have it, a plain
// object. The raw value is in f.val.b when each is called.
func (f jsonReader) eachAttr(c *jsontext.Cursor, each func(key []byte)) {
	if c.Peek() == '{' {
		for c.Open('{'); c.Key(); {
			key := c.Name
			f.Inner.Reset(c.Raw())
			each(key)
		}
		return
	}
	for c.Open('['); c.Elem(); {
		key, value := c.Pair("key", "value", (*jsontext.Cursor).Raw)
		if key == nil {
			f.Draft.Doubt |= decode.AttrDoubt
			continue
		}
		f.Inner.Reset(value)
		each(key)
	}
}

func (f jsonReader) attrs(c *jsontext.Cursor) {
	f.eachAttr(c, func(key []byte) {
		if k := f.Interner.Key(key); k.Keep && string(f.Inner.Bytes) != "null" {
			f.Attr(k, f.anyValue(f.Inner.Bytes))
		}
	})
}

// anyValue spells an OTLP AnyValue as text; a value that is written bare, as itself.
func (f jsonReader) anyValue(v []byte) []byte {
	out, ok := f.appendAny(nil, v, 0, false)
	if !ok {
		f.Draft.Doubt |= decode.AttrDoubt
	}
	return out
}

// appendAny adds the value v. Inside of a list or map, text is quoted as in JSON. Of several
// values the last counts, and that is not in order. It calls itself for lists, no deeper than
// maxNesting.
func (f jsonReader) appendAny(out, v []byte, depth int, quoted bool) ([]byte, bool) {
	var c jsontext.Cursor
	c.Reset(v)
	if depth > maxNesting {
		return out, false
	}
	if b := c.Peek(); b != '{' {
		return appendBare(out, &c, quoted), b != '['
	}
	ok, values, others, from := true, 0, 0, len(out)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "Value": // around the value where Go's encoding/json wrote the message
			out, ok = f.appendAny(out[:from], c.Raw(), depth+1, quoted)
		case "stringValue", "string_value", "bytesValue", "bytes_value", "StringValue", "BytesValue":
			out = appendText(out[:from], c.Text(), quoted)
		case "boolValue", "bool_value", "BoolValue":
			out = append(out[:from], c.Scalar()...)
		case "intValue", "int_value", "IntValue":
			out, ok = appendInt(out[:from], c.Scalar())
		case "doubleValue", "double_value", "DoubleValue":
			out, ok = appendDouble(out[:from], c.Scalar())
		case "arrayValue", "array_value", "ArrayValue":
			out, ok = f.appendList(out[:from], &c, depth)
		case "kvlistValue", "kvlist_value", "KvlistValue":
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
			others++
			continue
		}
		values++
	}
	return out, ok && values <= 1 && (values == 1 || others == 0) && c.Bad == ""
}

func (f jsonReader) appendList(out []byte, c *jsontext.Cursor, depth int) ([]byte, bool) {
	out, ok := appendValues(append(out, '['), c, func(out []byte) ([]byte, bool) {
		return f.appendAny(out, c.Raw(), depth+1, true)
	})
	return append(out, ']'), ok
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
	return decode.FormatDouble(out, x), true
}
