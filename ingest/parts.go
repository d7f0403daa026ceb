package ingest

import (
	"slices"

	"github.com/longpole/longpole/trace"
)

// A part is what a signature is made of besides its resource. It is found by the numbers that
// make it up, which stand in words one part after the other:
//
//	words  | scope, kind, name, attribute, attribute | scope, kind, name | ...
//	         part 0                                    part 1
type part struct {
	from, to uint32 // of words
	odd      bool   // some of its text was not UTF-8
	name     string
	kind     trace.Kind
	attrs    trace.Attrs
}

// The words of a part.
const (
	scopeWord = iota
	kindWord
	nameWord
	attrWords // and all that follow
)

// A partTable finds parts by open addressing.
type partTable struct {
	parts []part
	words []uint32
	slots []uint32 // 1 + number; 0 is free
}

// part returns the number of the part that words make up.
func (t *tables) part(words []uint32) uint32 {
	p := &t.parts
	if 2*len(p.parts) >= len(p.slots) {
		p.grow(t.seed)
	}
	at := hashWords(t.seed, words) & uint64(len(p.slots)-1)
	for ; p.slots[at] != 0; at = (at + 1) & uint64(len(p.slots)-1) {
		if n := p.slots[at] - 1; slices.Equal(p.of(n), words) {
			return n
		}
	}
	p.parts = append(p.parts, t.newPart(words))
	p.words = append(p.words, words...)
	p.slots[at] = uint32(len(p.parts))
	return p.slots[at] - 1
}

func (p *partTable) of(n uint32) []uint32 { return p.words[p.parts[n].from:p.parts[n].to] }

func (p *partTable) grow(seed uint64) {
	p.slots = make([]uint32, max(1024, 2*len(p.slots)))
	for n := range p.parts {
		at := hashWords(seed, p.of(uint32(n))) & uint64(len(p.slots)-1)
		for p.slots[at] != 0 {
			at = (at + 1) & uint64(len(p.slots)-1)
		}
		p.slots[at] = uint32(n + 1)
	}
}

func (t *tables) newPart(words []uint32) part {
	from := uint32(len(t.parts.words))
	t.signatureBytes += int64(150 + 40*len(words))
	q := part{
		from: from, to: from + uint32(len(words)),
		name: t.pairs[words[nameWord]].attr.Value, kind: trace.Kind(words[kindWord]), attrs: t.attrs(words[attrWords:]),
	}
	q.odd = words[scopeWord] != later && isOdd(t.scopeText[words[scopeWord]])
	for _, n := range words[nameWord:] {
		q.odd = q.odd || t.pairs[n].odd
	}
	return q
}

// hashWords mixes a word at a time (the multiplication and shift of SplitMix64).
func hashWords(seed uint64, words []uint32) uint64 {
	h := seed
	for _, w := range words {
		h = (h ^ uint64(w)) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return h
}
