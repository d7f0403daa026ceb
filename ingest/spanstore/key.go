package spanstore

import (
	"encoding/binary"
	"slices"
	"strings"
)

// A Key is what is decided once per attribute key.
type Key struct {
	id   uint32
	name string // without what is not UTF-8
	Spelling
	host       uint8 // 1 + rank among hostKeys; 0 if it is none
	Keep       bool
	Apart      bool // its values stay out of signatures
	OnEntry    bool // see Options
	escaped    *Key // stands for the key where values have escapes of JSON
	form       Form
	target     Target
	Next       *Key                 // the key that came after it the last time, and
	Other      *Key                 // the one before that: where spans have an attribute or not, one of the two mostly does
	attributes [2]map[string]uint32 // ids of the attributes with a value as it is, and with one that was cut
}

// A Spelling is what formats need to know of a key, once for all spans: the interner keeps it
// for them beside the key.
type Spelling struct {
	Role         uint8  // what the key means to a format; 0: nothing
	NamesRequest bool   // its values say which request a page was loaded by, and differ from page to page
	Spelled      string // as it is, in protobuf
	Lead         string // how it stands in OTLP JSON, up to its value
	TagLead      string // the same in Jaeger JSON
}

// Key returns what is known of an attribute's key.
func (t *Interner) Key(name []byte) *Key {
	slot := t.near.slot(name)
	if slot.info != nil && slot.name == string(name) {
		return slot.info
	}
	k := t.keys[string(name)]
	if k == nil {
		k = t.newKey(string(name))
	}
	slot.name, slot.info = t.keyNames[k.id], k
	return k
}

// Late reports whether it is known only at the end of a span whether an attribute of it is kept.
func (k *Key) Late() bool { return k.OnEntry || k.NamesRequest }

// KeepsAll reports whether all attributes of spans are kept.
func (t *Interner) KeepsAll() bool { return t.o.Keep == nil }

// Follow notes that another key came after it.
func (k *Key) Follow(next *Key) { k.Next, k.Other = next, k.Next }

func (t *Interner) newKey(name string) *Key {
	k := &Key{id: uint32(len(t.keyNames)), name: strings.ToValidUTF8(name, "\uFFFD")}
	k.Keep = t.o.Keep == nil || t.o.Keep(name)
	k.Apart = t.o.Apart != nil && t.o.Apart(name)
	k.OnEntry = t.o.OnEntry != nil && t.o.OnEntry(name)
	if t.o.Form != nil {
		k.form = t.o.Form(name)
	}
	if t.o.Target != nil {
		k.target = t.o.Target(name)
	}
	if t.o.Spell != nil {
		k.Spelling = t.o.Spell(name)
	}
	k.host = uint8(1 + slices.Index(hostKeys, name))
	k.escaped = &Key{id: ^k.id}
	t.keys[name] = k
	t.keyNames = append(t.keyNames, name)
	t.resourceBytes += int64(200 + len(name))
	return k
}

// A keyCache finds the few hundred keys that a file uses by length and outer bytes alone.
type keyCache [512]nearKey

type nearKey struct {
	name string
	info *Key
}

func (c *keyCache) slot(name []byte) *nearKey {
	return &c[outerHash(name)>>55]
}

// outerHash is a hash of the length and of the first and last eight bytes: what a cache needs
// to tell most texts of a file apart.
func outerHash(text []byte) uint64 {
	n := len(text)
	h := uint64(n) * 0x9E3779B97F4A7C15
	if n >= 8 {
		h ^= binary.LittleEndian.Uint64(text) * 0xC2B2AE3D27D4EB4F
		return h ^ binary.LittleEndian.Uint64(text[n-8:])*0x165667B19E3779F9
	}
	for _, b := range text {
		h = (h ^ uint64(b)) * 0x100000001B3
	}
	return h
}
