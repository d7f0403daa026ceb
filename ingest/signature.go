package ingest

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/longpole/longpole/trace"
)

// hostKeys say whose clock a span was measured with, best first: the machine before the
// pod, the pod before the process. They are read even if no rule asks for them.
var hostKeys = []string{
	"host.id", "host.name", "k8s.node.name", // the machine
	"hostname", "ip", "ipv4", // Jaeger clients and Zipkin endpoints
	"k8s.pod.uid", "k8s.pod.name", "container.id", // a part of it
	"service.instance.id", "client-uuid", // one process
}

const (
	serviceKey = "service.name"
	maxText    = 256 // bytes of an attribute value that are kept
)

// A role is what a key means to a format, whether or not a rule asks for it.
type role uint8

const (
	plainKey role = iota
	kindKey
	errorKey
	statusKey
	scopeKey
	traceStateKey
)

// Keys with a role in formats that carry everything as tags.
var roles = map[string]role{
	"span.kind":         kindKey,
	"error":             errorKey,
	"otel.status_code":  statusKey,
	"otel.scope.name":   scopeKey,
	"otel.library.name": scopeKey,
	"w3c.tracestate":    traceStateKey,
}

// A keyInfo is what is decided once per attribute key.
type keyInfo struct {
	id   uint32
	role role
	host uint8 // 1 + rank among hostKeys; 0 if it is none
	keep bool

	shape      Shape
	values     map[string][]byte // see shaped
	valueBytes int
}

// Tables intern what repeats from span to span: keys, texts, resources, signatures. One
// reader owns them, so there are no locks; tables of several readers meet in merge.go.
//
// A signature is found by the bytes that make it up, without building a string:
//
//	resource id | scope id | kind | name | key id, value | key id, value ...
type tables struct {
	keep      func(string) bool
	shape     func(string) Shape
	keepEvent func(string) bool
	keys      map[string]*keyInfo
	keyNames  []string
	texts     map[string]string
	scopes    map[string]uint32
	scopeText []string
	places    map[string]uint32 // raw bytes of a resource to its id
	resources []resource
	raws      map[string]uint32 // signature bytes to index in sigs
	sigs      []signature
	moved     map[[3]uint32]uint32 // see resolve
	events    map[string]bool      // event names to whether they are kept
	near      keyCache
	seen      seenValues
	scratch   []byte

	signatureBytes int64 // about what signatures and texts take of memory
	resourceBytes  int64 // the same for resources and keys
}

func (t *tables) bytes() int64 { return t.signatureBytes + t.resourceBytes }

// forgetSignatures forgets what no row refers to any more.
func (t *tables) forgetSignatures() {
	t.texts, t.raws, t.moved, t.sigs = map[string]string{}, map[string]uint32{}, map[[3]uint32]uint32{}, nil
	t.signatureBytes = 0
}

// forgetAll is as if nothing had been read.
func (t *tables) forgetAll() {
	o := Options{Keep: t.keep, Shape: t.shape, KeepEvent: t.keepEvent}
	*t = *newTables(o)
}

// A resource is what the spans of one process share.
type resource struct {
	service, host string
	attrs         trace.Attrs
	odd           bool // some of its text was not UTF-8
	pending       bool // stands for one that is read later
}

// eachSignature is about what a signature takes besides its text.
const eachSignature = 400

// A signature is a trace.Signature of which resource and scope may still be unknown.
type signature struct {
	res, scope uint32
	odd        bool // some of its text was not UTF-8
	sig        trace.Signature
}

// later marks a scope that is read only after its spans; resources that come later have an
// id of their own, see placeholder.
const later = ^uint32(0)

func newTables(o Options) *tables {
	t := &tables{
		keep: o.Keep, shape: o.Shape, keepEvent: o.KeepEvent,
		keys: map[string]*keyInfo{}, texts: map[string]string{}, scopes: map[string]uint32{},
		places: map[string]uint32{}, raws: map[string]uint32{}, moved: map[[3]uint32]uint32{}, events: map[string]bool{}, seen: seenValues{},
	}
	t.resources = []resource{{}}
	t.scope(nil)
	return t
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
	k := &keyInfo{id: uint32(len(t.keyNames)), role: roles[name]}
	k.keep = t.keep == nil || t.keep(name)
	if t.shape != nil {
		k.shape = t.shape(name)
	}
	k.host = uint8(1 + slices.Index(hostKeys, name))
	t.keys[name] = k
	t.keyNames = append(t.keyNames, name)
	t.resourceBytes += int64(200 + len(name))
	return k
}

// A keyCache finds the few hundred keys that a file uses by length and outer bytes alone.
type keyCache [512]struct {
	name string
	info *keyInfo
}

func (c *keyCache) slot(name []byte) *struct {
	name string
	info *keyInfo
} {
	n := len(name)
	h := uint64(n) * 0x9E3779B97F4A7C15
	if n >= 8 {
		h ^= binary.LittleEndian.Uint64(name) * 0xC2B2AE3D27D4EB4F
		h ^= binary.LittleEndian.Uint64(name[n-8:]) * 0x165667B19E3779F9
	} else {
		for _, b := range name {
			h = (h ^ uint64(b)) * 0x100000001B3
		}
	}
	return &c[h>>55]
}

// text interns a name. What is not UTF-8 becomes U+FFFD.
func (t *tables) text(b []byte) string {
	if s, ok := t.texts[string(b)]; ok {
		return s
	}
	s := strings.ToValidUTF8(string(b), "\uFFFD")
	t.texts[string(b)] = s
	t.signatureBytes += int64(64 + 2*len(b))
	return s
}

func (t *tables) scope(name []byte) uint32 {
	if id, ok := t.scopes[string(name)]; ok {
		return id
	}
	id := uint32(len(t.scopeText))
	t.scopes[string(name)] = id
	t.scopeText = append(t.scopeText, t.text(name))
	return id
}

// place returns the resource that was made of raw before, so that a resource which is
// repeated in every batch is decoded once.
func (t *tables) place(raw []byte) (id uint32, ok bool) {
	id, ok = t.places[string(raw)]
	return id, ok
}

// maxPlaces bounds what is remembered of raw resources; beyond it they are just decoded.
const maxPlaces = 1 << 14

func (t *tables) newPlace(raw []byte, r resource) uint32 {
	r.odd = isOdd(r.service) || isOdd(r.host) || slices.ContainsFunc(r.attrs, func(a trace.Attr) bool { return isOdd(a.Key) || isOdd(a.Value) })
	id := uint32(len(t.resources))
	t.resources = append(t.resources, r)
	t.resourceBytes += int64(128 + 32*len(r.attrs))
	if len(t.places) < maxPlaces {
		t.places[string(raw)] = id
		t.resourceBytes += int64(64 + len(raw))
	}
	return id
}

// placeholder returns the id that stands for the resource called name until it is read.
func (t *tables) placeholder(name []byte) uint32 {
	t.scratch = append(append(t.scratch[:0], 0), name...)
	if id, ok := t.place(t.scratch); ok {
		return id
	}
	id := uint32(len(t.resources))
	t.resources = append(t.resources, resource{pending: true})
	t.places[string(t.scratch)] = id
	return id
}

// signature returns the index of the signature that d describes.
func (t *tables) signature(d *draft) uint32 {
	b := t.scratch[:0]
	b = binary.LittleEndian.AppendUint32(b, d.res)
	b = binary.LittleEndian.AppendUint32(b, d.scope)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(d.name)))
	b = append(b, byte(d.kind))
	b = append(b, d.name...)
	b = append(b, d.attrs...)
	t.scratch = b
	if i, ok := t.raws[string(b)]; ok {
		return i
	}
	i := t.newSignature(d)
	t.raws[string(b)] = i
	t.signatureBytes += int64(eachSignature + len(b))
	return i
}

func (t *tables) newSignature(d *draft) uint32 {
	s := signature{res: d.res, scope: d.scope}
	s.sig.Name, s.sig.Kind = t.text(d.name), d.kind
	s.sig.Attrs = t.attrs(d.attrs)
	s.odd = t.resources[d.res].odd || (d.scope != later && isOdd(t.scopeText[d.scope])) || d.isOdd(s.sig.Name) ||
		slices.ContainsFunc(s.sig.Attrs, func(a trace.Attr) bool { return d.isOdd(a.Key) || d.isOdd(a.Value) })
	t.sigs = append(t.sigs, s)
	return uint32(len(t.sigs) - 1)
}

func isOdd(text string) bool { return strings.ContainsRune(text, utf8.RuneError) }

// isOdd reports text that was not UTF-8, or that JSON should have escaped.
func (d *draft) isOdd(text string) bool {
	return isOdd(text) || (d.asItStood && strings.Contains(text, "\n"))
}

// attrs builds the list of what appendAttr framed.
func (t *tables) attrs(framed []byte) trace.Attrs {
	var out trace.Attrs
	for len(framed) > 0 {
		key := binary.LittleEndian.Uint32(framed)
		n := binary.LittleEndian.Uint32(framed[4:])
		value := framed[8 : 8+n]
		framed = framed[8+n:]
		out = append(out, trace.Attr{Key: t.text([]byte(t.keyNames[key])), Value: t.text(value)})
	}
	return out.Sort()
}

// appendAttr adds a kept attribute; its value is cut to maxText bytes.
func appendAttr(framed []byte, key uint32, value []byte) []byte {
	value = cutText(value)
	framed = binary.LittleEndian.AppendUint32(framed, key)
	framed = binary.LittleEndian.AppendUint32(framed, uint32(len(value)))
	return append(framed, value...)
}

// cutText cuts before the rune that would not fit.
func cutText(value []byte) []byte {
	if len(value) <= maxText {
		return value
	}
	n := maxText
	for n > maxText-utf8.UTFMax && !utf8.RuneStart(value[n]) {
		n--
	}
	return value[:n]
}

// resolve returns signature i with resource and scope put in place of those that were
// read later.
func (t *tables) resolve(i, res, scope uint32) uint32 {
	key := [3]uint32{i, res, scope}
	if to, ok := t.moved[key]; ok {
		return to
	}
	s := t.sigs[i]
	s.res = res
	if s.scope == later {
		s.scope = scope
	}
	t.sigs = append(t.sigs, s)
	to := uint32(len(t.sigs) - 1)
	t.moved[key] = to
	t.signatureBytes += eachSignature
	return to
}

// whole returns signature i as the rest of the program knows it.
func (t *tables) whole(i uint32) trace.Signature {
	s := t.sigs[i]
	r := t.resources[s.res]
	out := s.sig
	out.Service, out.Host, out.Resource = r.service, r.host, r.attrs
	if s.scope != later {
		out.Scope = t.scopeText[s.scope]
	}
	return out
}
