package spanstore

import (
	"slices"

	"github.com/longpole/longpole/trace"
)

// A template is what a signature is made of besides its resource. It is found by the numbers that
// make it up, which stand in ids one template after the other:
//
//	ids  | scope, kind, name, attribute, attribute | scope, kind, name | ...
//	         template 0                                template 1
type template struct {
	from, to uint32 // of ids
	notUTF8  bool   // some of its text was not UTF-8
	name     string
	kind     trace.Kind
	attrs    trace.Attrs
}

// Where the ids of a template stand.
const (
	scopeAt = iota
	kindAt
	nameAt
	attrsAt // and all that follow
)

// A templateTable finds templates by open addressing.
type templateTable struct {
	all   []template
	ids   []uint32
	slots []uint32 // 1 + number; 0 is free
}

// templateID returns the number of the template that ids make up.
func (t *Interner) templateID(ids []uint32) uint32 {
	p := &t.templates
	if 2*len(p.all) >= len(p.slots) {
		p.grow(t.seed)
	}
	at := hashIDs(t.seed, ids) & uint64(len(p.slots)-1)
	for ; p.slots[at] != 0; at = (at + 1) & uint64(len(p.slots)-1) {
		if n := p.slots[at] - 1; slices.Equal(p.of(n), ids) {
			return n
		}
	}
	p.all = append(p.all, t.newTemplate(ids))
	p.ids = append(p.ids, ids...)
	p.slots[at] = uint32(len(p.all))
	return p.slots[at] - 1
}

func (p *templateTable) of(n uint32) []uint32 { return p.ids[p.all[n].from:p.all[n].to] }

func (p *templateTable) grow(seed uint64) {
	p.slots = make([]uint32, max(1024, 2*len(p.slots)))
	for n := range p.all {
		at := hashIDs(seed, p.of(uint32(n))) & uint64(len(p.slots)-1)
		for p.slots[at] != 0 {
			at = (at + 1) & uint64(len(p.slots)-1)
		}
		p.slots[at] = uint32(n + 1)
	}
}

func (t *Interner) newTemplate(ids []uint32) template {
	from := uint32(len(t.templates.ids))
	t.signatureBytes += int64(150 + 40*len(ids))
	q := template{
		from: from, to: from + uint32(len(ids)),
		name: t.attributes[ids[nameAt]].attr.Value, kind: trace.Kind(ids[kindAt]), attrs: t.attrs(ids[attrsAt:]),
	}
	q.notUTF8 = ids[scopeAt] != Later && NotUTF8(t.scopeText[ids[scopeAt]])
	for _, n := range ids[nameAt:] {
		q.notUTF8 = q.notUTF8 || t.attributes[n].NotUTF8
	}
	return q
}

// hashIDs mixes an id at a time (the multiplication and shift of SplitMix64).
func hashIDs(seed uint64, ids []uint32) uint64 {
	h := seed
	for _, id := range ids {
		h = (h ^ uint64(id)) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return h
}
