package ingest

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// A Shape says what of an attribute's values to keep. Values that differ from span to span
// (URLs, statements, keys of a cache) would give every span a signature of its own. The zero
// value keeps them whole.
type Shape struct {
	Present bool                           // keep only that the attribute is there: its value becomes empty
	Append  func(dst, value []byte) []byte // keep what this appends for the value; nil keeps the value
}

// maxText is how many bytes of an attribute's value are kept, unless more are asked for.
const maxText = 256

// A pair is an attribute as it is kept: a key, and a value in its shape.
type pair struct {
	key  *keyInfo
	attr trace.Attr
	cut  bool // the value was longer than what is kept
	odd  bool // some of its text was not UTF-8
}

// eachPair is about what a pair takes besides its text.
const eachPair = 150

// pair returns the number of an attribute. Most have been met a moment ago, so that neither
// shaping nor a map is needed.
func (t *tables) pair(k *keyInfo, value []byte) uint32 {
	near, mark := t.nearPairs.slot(k, value)
	if near.key == k && string(near.value) == string(value) {
		return near.number
	}
	n := t.shapedPair(k, value)
	near.offer(mark, k, value, n)
	return n
}

// escapedPair is pair for a value that has escapes of JSON. They are resolved only if the
// value has not been met.
func (t *tables) escapedPair(k *keyInfo, value []byte) uint32 {
	near, mark := t.nearPairs.slot(k.escaped, value)
	if near.key == k.escaped && string(near.value) == string(value) {
		return near.number
	}
	t.plain = jsontext.AppendUnescaped(t.plain[:0], value)
	n := t.shapedPair(k, t.plain)
	near.offer(mark, k.escaped, value, n)
	return n
}

func (t *tables) shapedPair(k *keyInfo, value []byte) uint32 {
	switch {
	case k.shape.Present:
		return numberPair(t, k, "", false)
	case k.shape.Append != nil:
		t.shaped = k.shape.Append(t.shaped[:0], value)
		value = t.shaped
	}
	kept := cutText(value, t.maxText)
	return numberPair(t, k, kept, len(kept) < len(value))
}

// name returns the number of a span's name.
func (t *tables) name(text []byte) uint32 {
	near, mark := t.nearPairs.slot(&t.spanName, text)
	if near.key == &t.spanName && string(near.value) == string(text) {
		return near.number
	}
	n := numberPair(t, &t.spanName, text, false)
	near.offer(mark, &t.spanName, text, n)
	return n
}

func numberPair[T ~string | ~[]byte](t *tables, k *keyInfo, value T, cut bool) uint32 {
	known := &k.pairs[0]
	if cut {
		known = &k.pairs[1]
	}
	if n, ok := (*known)[string(value)]; ok {
		return n
	}
	if *known == nil {
		*known = map[string]uint32{}
	}
	n, text := uint32(len(t.pairs)), t.text([]byte(value))
	(*known)[string(value)] = n
	t.pairs = append(t.pairs, pair{
		key: k, attr: trace.Attr{Key: k.name, Value: text}, cut: cut,
		odd: isOdd(text) || isOdd(k.name),
	})
	t.signatureBytes += int64(eachPair + len(value))
	return n
}

// attrs lists the attributes that have these numbers.
func (t *tables) attrs(numbers []uint32) trace.Attrs {
	if len(numbers) == 0 {
		return nil
	}
	out := make(trace.Attrs, 0, len(numbers))
	for _, n := range numbers {
		out = append(out, t.pairs[n].attr)
	}
	return out.Sort()
}

// moreOf returns what the drafted span has besides times and signature; nil if it has nothing.
func (t *tables) moreOf(d *draft) *trace.More {
	if len(d.events)+len(d.links)+len(d.apart) == 0 {
		return nil
	}
	attrs := t.onlyAttrs(d.apart)
	if len(d.events)+len(d.links) == 0 {
		return attrs
	}
	return &trace.More{Events: slices.Clone(d.events), Links: slices.Clone(d.links), Attrs: attrs.Attrs}
}

// onlyAttrs returns what spans share that have the same attributes apart and nothing else.
func (t *tables) onlyAttrs(apart []uint32) *trace.More {
	b := t.scratch[:0]
	for _, n := range apart {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	t.scratch = b
	m := t.mores[string(b)]
	if m == nil {
		m = &trace.More{Attrs: t.attrs(apart)}
		t.mores[string(b)] = m
		t.signatureBytes += int64(150 + 40*len(apart))
	}
	return m
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

// A pairCache remembers values by length and outer bytes alone. A value takes the place of
// another one only when it is met twice in a row there: values that never come back (ids in
// URLs) do not drive out those that do.
type pairCache [2048]nearPair

type nearPair struct {
	key    *keyInfo
	value  []byte
	number uint32
	mark   uint32 // of the last value that had no place here
}

// maxNear bounds the length of values that are remembered.
const maxNear = 1 << 10

func (c *pairCache) slot(k *keyInfo, value []byte) (near *nearPair, mark uint32) {
	h := (outerHash(value) ^ uint64(k.id)<<32) * 0x9E3779B97F4A7C15
	mark = uint32(h)
	if n := len(value); n >= 24 { // what differs in the middle only is not met again
		mark ^= uint32((binary.LittleEndian.Uint64(value[n/2-4:]) * 0xC2B2AE3D27D4EB4F) >> 32)
	}
	return &c[h>>53], mark
}

func (p *nearPair) offer(mark uint32, k *keyInfo, value []byte, number uint32) {
	switch {
	case p.mark != mark:
		p.mark = mark
	case len(value) <= maxNear:
		p.key, p.value, p.number = k, append(p.value[:0], value...), number
	}
}
