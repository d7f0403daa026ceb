package ingest

import (
	"github.com/longpole/longpole/trace"
)

// eachSignature is about what a signature takes besides its part.
const eachSignature = 250

// A signature is a trace.Signature of which resource and scope may still be unknown.
type signature struct{ res, part uint32 }

// A signatureTable finds signatures by open addressing.
type signatureTable struct {
	all   []signature
	slots []uint32 // 1 + number; 0 is free
}

// signature returns the number of the signature that d describes.
func (t *tables) signature(d *draft) uint32 {
	d.words[scopeWord], d.words[kindWord], d.words[nameWord] = d.scope, uint32(d.kind), t.name(d.name)
	return t.numberSignature(signature{d.res, t.part(d.words)})
}

func (t *tables) numberSignature(s signature) uint32 {
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
	at := hashWords(seed, []uint32{s.res, s.part}) & last
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

// odd reports whether some text of signature i was not UTF-8.
func (t *tables) odd(i uint32) bool {
	s := t.sigs.all[i]
	return t.parts.parts[s.part].odd || t.resources[s.res].odd
}

// scopeOf returns the scope of signature i, which may still be to come.
func (t *tables) scopeOf(i uint32) uint32 { return t.parts.of(t.sigs.all[i].part)[scopeWord] }

// resolve returns signature i with resource and scope put in place of those that were
// read later.
func (t *tables) resolve(i, res, scope uint32) uint32 {
	s := t.sigs.all[i]
	s.res = res
	if words := t.parts.of(s.part); words[scopeWord] == later {
		t.words = append(t.words[:0], words...)
		t.words[scopeWord] = scope
		s.part = t.part(t.words)
	}
	return t.numberSignature(s)
}

// whole returns signature i as the rest of the program knows it.
func (t *tables) whole(i uint32) trace.Signature {
	s := t.sigs.all[i]
	p, r := &t.parts.parts[s.part], &t.resources[s.res]
	out := trace.Signature{Service: r.service, Host: r.host, Resource: r.attrs, Name: p.name, Kind: p.kind, Attrs: p.attrs}
	if scope := t.scopeOf(i); scope != later {
		out.Scope = t.scopeText[scope]
	}
	return out
}
