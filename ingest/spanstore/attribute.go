package spanstore

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// maxText is how many bytes of an attribute's value are kept, unless more are asked for.
const maxText = 256

// An Attribute is an attribute as it is kept: a key, and a value in its form.
type Attribute struct {
	Key     *Key
	attr    trace.Attr
	Cut     bool        // the value was longer than what is kept
	NotUTF8 bool        // some of its text was not UTF-8
	only    *trace.More // of spans that have nothing apart but it; nil if there are none
}

// eachAttribute is about what an attribute takes besides its text.
const eachAttribute = 150

// A Numbered is what reading a span needs to know of an attribute.
type Numbered struct {
	Number  uint32 // of the attribute as it is kept
	Cut     bool   // see Attribute
	NotUTF8 bool
	Target  uint64 // the hash of what it says of what a call is about; 0 if nothing
}

// AttributeID returns the number of an attribute. Most have been met a moment ago, so that neither
// shaping nor a map is needed.
func (t *Interner) AttributeID(k *Key, value []byte) Numbered {
	near, mark := t.nearAttributes.slot(k, value)
	if near.key == k && string(near.value) == string(value) {
		return near.Numbered
	}
	n := t.numbered(k, value)
	near.offer(mark, k, value, n)
	return n
}

// EscapedAttributeID is AttributeID for a value that has escapes of JSON. They are resolved only if the
// value has not been met.
func (t *Interner) EscapedAttributeID(k *Key, value []byte) Numbered {
	near, mark := t.nearAttributes.slot(k.escaped, value)
	if near.key == k.escaped && string(near.value) == string(value) {
		return near.Numbered
	}
	t.unescaped = jsontext.AppendUnescaped(t.unescaped[:0], value)
	n := t.numbered(k, t.unescaped)
	near.offer(mark, k.escaped, value, n)
	return n
}

func (t *Interner) numbered(k *Key, value []byte) Numbered {
	n := t.formedAttributeID(k, value)
	return Numbered{n, t.attributes[n].Cut, t.attributes[n].NotUTF8, k.target.of(value)}
}

func (t *Interner) formedAttributeID(k *Key, value []byte) uint32 {
	if k.form != nil {
		t.formed = k.form(t.formed[:0], value)
		value = t.formed
	}
	kept := cutText(value, t.maxText)
	return numberAttribute(t, k, kept, len(kept) < len(value))
}

// name returns the number of a span's name.
func (t *Interner) name(text []byte) uint32 {
	near, mark := t.nearAttributes.slot(&t.SpanName, text)
	if near.key == &t.SpanName && string(near.value) == string(text) {
		return near.Number
	}
	formed := text
	if t.SpanName.form != nil {
		t.formed = t.SpanName.form(t.formed[:0], text)
		formed = t.formed
	}
	n := numberAttribute(t, &t.SpanName, formed, false)
	near.offer(mark, &t.SpanName, text, Numbered{Number: n})
	return n
}

func numberAttribute[T ~string | ~[]byte](t *Interner, k *Key, value T, cut bool) uint32 {
	known := &k.attributes[0]
	if cut {
		known = &k.attributes[1]
	}
	if n, ok := (*known)[string(value)]; ok {
		return n
	}
	if *known == nil {
		*known = map[string]uint32{}
	}
	n, text := uint32(len(t.attributes)), t.valueText(k, []byte(value))
	if text == string(value) { // what is UTF-8 is kept once
		(*known)[text] = n
	} else {
		(*known)[string(value)] = n
	}
	t.attributes = append(t.attributes, Attribute{
		Key: k, attr: trace.Attr{Key: k.name, Value: text}, Cut: cut,
		NotUTF8: NotUTF8(text) || NotUTF8(k.name),
	})
	t.signatureBytes += int64(eachAttribute + len(value))
	return n
}

// valueText returns the text of a value. Those apart mostly come once, so that nothing is won by finding them again.
func (t *Interner) valueText(k *Key, value []byte) string {
	if k.Apart {
		return strings.ToValidUTF8(string(value), "\uFFFD")
	}
	return t.Text(value)
}

// AttrsOf lists the attributes of a drafted span.
func (t *Interner) AttrsOf(d *Draft) trace.Attrs {
	return append(slices.Clip(t.attrs(d.IDs[nameAt+1:])), t.attrs(d.Apart)...).Sort()
}

// attrs lists the attributes that have these numbers.
func (t *Interner) attrs(numbers []uint32) trace.Attrs {
	if len(numbers) == 0 {
		return nil
	}
	out := make(trace.Attrs, 0, len(numbers))
	for _, n := range numbers {
		out = append(out, t.attributes[n].attr)
	}
	return out.Sort()
}

// moreOf returns what the drafted span has besides times and signature; nil if it has nothing.
func (t *Interner) moreOf(d *Draft) *trace.More {
	if len(d.Events)+len(d.Links)+len(d.Apart) == 0 {
		return nil
	}
	attrs := t.onlyAttrs(d.Apart)
	if len(d.Events)+len(d.Links) == 0 {
		return attrs
	}
	return &trace.More{Events: slices.Clone(d.Events), Links: slices.Clone(d.Links), Attrs: attrs.Attrs, Number: attrs.Number}
}

// onlyAttrs returns what spans share that have the same attributes apart and nothing else.
func (t *Interner) onlyAttrs(apart []uint32) *trace.More {
	if len(apart) == 1 {
		a := &t.attributes[apart[0]]
		if a.only == nil {
			a.only = t.newMore(apart)
		}
		return a.only
	}
	b := t.scratch[:0]
	for _, n := range apart {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	t.scratch = b
	m := t.mores[string(b)]
	if m == nil {
		m = t.newMore(apart)
		t.mores[string(b)] = m
	}
	return m
}

func (t *Interner) newMore(apart []uint32) *trace.More {
	t.apartLists++
	t.signatureBytes += int64(150 + 40*len(apart))
	return &trace.More{Attrs: t.attrs(apart), Number: t.apartLists}
}

// cutText cuts before the rune that would not fit.
func cutText(value []byte, most int) []byte {
	if len(value) <= most {
		return value
	}
	n := most
	for n > most-utf8.UTFMax && !utf8.RuneStart(value[n]) {
		n--
	}
	return value[:n]
}

// An attributeCache remembers values by length and outer bytes alone. A value takes the slot of
// another one only when it is met twice in a row there: values that never come back (ids in
// URLs) do not drive out those that do.
type attributeCache [2048]nearAttribute

type nearAttribute struct {
	key   *Key
	value []byte
	mark  uint32 // of the last value that had no slot here
	Numbered
}

// maxNear bounds the length of values that are remembered.
const maxNear = 1 << 10

func (c *attributeCache) slot(k *Key, value []byte) (near *nearAttribute, mark uint32) {
	h := (outerHash(value) ^ uint64(k.id)<<32) * 0x9E3779B97F4A7C15
	mark = uint32(h)
	if n := len(value); n >= 24 { // what differs in the middle only is not met again
		mark ^= uint32((binary.LittleEndian.Uint64(value[n/2-4:]) * 0xC2B2AE3D27D4EB4F) >> 32)
	}
	return &c[h>>53], mark
}

func (p *nearAttribute) offer(mark uint32, k *Key, value []byte, n Numbered) {
	switch {
	case p.mark != mark:
		p.mark = mark
	case len(value) <= maxNear:
		p.key, p.value, p.Numbered = k, append(p.value[:0], value...), n
	}
}
