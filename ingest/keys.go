package ingest

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/longpole/longpole/ingest/jsontext"
)

// hostKeys say whose clock a span was measured with, best first: the machine before the
// pod, the pod before the process. They are read even if no rule asks for them.
var hostKeys = []string{
	"host.id", "host.name", "k8s.node.name", // the machine
	"hostname", "ip", "ipv4", // Jaeger clients and Zipkin endpoints
	"k8s.pod.uid", "k8s.pod.name", "container.id", // a part of it
	"service.instance.id", "client-uuid", // one process
}

const serviceKey = "service.name"

// A role is what a key means to a format, whether or not a rule asks for it.
type role uint8

const (
	plainKey role = iota
	kindKey
	errorKey
	statusKey
	scopeKey
	traceStateKey
	attrsDroppedKey
	eventsDroppedKey
	linksDroppedKey
)

// Keys with a role in formats that carry everything as tags.
var roles = map[string]role{
	"span.kind":         kindKey,
	"error":             errorKey,
	"otel.status_code":  statusKey,
	"otel.scope.name":   scopeKey,
	"otel.library.name": scopeKey,
	"w3c.tracestate":    traceStateKey,

	// OpenTelemetry's mapping to formats other than OTLP names the first two; its SDKs and
	// the collector write the third likewise.
	"otel.dropped_attributes_count": attrsDroppedKey,
	"otel.dropped_events_count":     eventsDroppedKey,
	"otel.dropped_links_count":      linksDroppedKey,
}

// A keyInfo is what is decided once per attribute key.
type keyInfo struct {
	id      uint32
	name    string // without what is not UTF-8
	role    role
	host    uint8 // 1 + rank among hostKeys; 0 if it is none
	keep    bool
	apart   bool     // its values stay out of signatures
	escaped *keyInfo // stands for the key where values have escapes of JSON
	shape   Shape
	spelled string               // as it is, in protobuf
	lead    string               // how it stands in OTLP JSON, up to its value
	tagLead string               // the same in Jaeger JSON
	next    *keyInfo             // the key that came after it the last time
	pairs   [2]map[string]uint32 // numbers of the pairs with a value as it is, and with one that was cut
}

// key returns what is known of an attribute's key.
func (t *tables) key(name []byte) *keyInfo {
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

func (t *tables) newKey(name string) *keyInfo {
	k := &keyInfo{id: uint32(len(t.keyNames)), name: strings.ToValidUTF8(name, "\uFFFD"), role: roles[name]}
	k.keep = t.keep == nil || t.keep(name)
	k.apart = t.apart != nil && t.apart(name)
	if t.shape != nil {
		k.shape = t.shape(name)
	}
	inJSON := string(jsontext.AppendQuoted(nil, []byte(name))[1:])
	k.spelled, k.lead, k.tagLead = name, inJSON+keyEnd[1:], inJSON+tagKeyEnd[1:]
	k.host = uint8(1 + slices.Index(hostKeys, name))
	k.escaped = &keyInfo{id: ^k.id}
	t.keys[name] = k
	t.keyNames = append(t.keyNames, name)
	t.resourceBytes += int64(200 + len(name))
	return k
}

// A keyCache finds the few hundred keys that a file uses by length and outer bytes alone.
type keyCache [512]nearKey

type nearKey struct {
	name string
	info *keyInfo
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
