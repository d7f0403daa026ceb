package spanstore

import (
	"github.com/longpole/longpole/trace"
)

// eachSignature is about what a signature takes besides its template.
const eachSignature = 250

// A signature is a trace.Signature of which resource and scope may still be unknown.
type signature struct{ res, template uint32 }

// A signatureTable finds signatures by open addressing.
type signatureTable struct {
	all   []signature
	slots []uint32 // 1 + number; 0 is free
}

// signature returns the number of the signature that d describes.
func (t *Interner) signature(d *Draft) uint32 {
	d.IDs[scopeAt], d.IDs[kindAt], d.IDs[nameAt] = d.Scope, uint32(d.Kind), t.name(d.Name)
	return t.numberSignature(signature{d.Res, t.templateID(d.IDs)})
}

func (t *Interner) numberSignature(s signature) uint32 {
	table := &t.sigs
	if 2*len(table.all) >= len(table.slots) {
		table.grow(t.seed)
	}
	at := table.slot(t.seed, s)
	if n := table.slots[at]; n != 0 {
		return n - 1
	}
	table.all = append(table.all, s)
	table.slots[at] = uint32(len(table.all))
	t.signatureBytes += eachSignature
	return uint32(len(table.all) - 1)
}

// slot returns where s stands, or would stand.
func (table *signatureTable) slot(seed uint64, s signature) uint64 {
	last := uint64(len(table.slots) - 1)
	at := hashIDs(seed, []uint32{s.res, s.template}) & last
	for table.slots[at] != 0 && table.all[table.slots[at]-1] != s {
		at = (at + 1) & last
	}
	return at
}

func (table *signatureTable) grow(seed uint64) {
	table.slots = make([]uint32, max(1024, 2*len(table.slots)))
	for n, s := range table.all {
		table.slots[table.slot(seed, s)] = uint32(n + 1)
	}
}

// notUTF8 reports whether some text of signature i was not UTF-8.
func (t *Interner) notUTF8(i uint32) bool {
	s := t.sigs.all[i]
	return t.templates.all[s.template].notUTF8 || t.resources[s.res].notUTF8
}

// scopeOf returns the scope of signature i, which may still be to come.
func (t *Interner) scopeOf(i uint32) uint32 { return t.templates.of(t.sigs.all[i].template)[scopeAt] }

// resolve returns signature i with resource and scope instead of those that were
// read later.
func (t *Interner) resolve(i, res, scope uint32) uint32 {
	s := t.sigs.all[i]
	s.res = res
	if ids := t.templates.of(s.template); ids[scopeAt] == Later {
		t.ids = append(t.ids[:0], ids...)
		t.ids[scopeAt] = scope
		s.template = t.templateID(t.ids)
	}
	return t.numberSignature(s)
}

// whole returns signature i as the rest of the program knows it.
func (t *Interner) whole(i uint32) trace.Signature {
	s := t.sigs.all[i]
	p, r := &t.templates.all[s.template], &t.resources[s.res]
	out := trace.Signature{Service: r.name(), Host: r.Host, Resource: r.Attrs, Name: p.name, Kind: p.kind, Attrs: p.attrs}
	if scope := t.scopeOf(i); scope != Later {
		out.Scope = t.scopeText[scope]
	}
	return out
}
