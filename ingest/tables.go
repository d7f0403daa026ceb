package ingest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// Tables number what repeats from span to span: keys, attributes, names, resources, and the
// signatures that these make up. One reader owns them, so there are no locks; tables of
// several readers meet in merge.go.
//
//	attribute   key, value                          pairs.go
//	part        scope, kind, name, attributes       parts.go
//	signature   resource, part                      signature.go
type tables struct {
	keep      func(string) bool
	shape     func(string) Shape
	apart     func(string) bool
	keepEvent func(string) bool
	maxText   int
	keys      map[string]*keyInfo
	keyNames  []string
	texts     map[string]string
	scopes    map[string]uint32
	scopeText []string
	places    map[string]uint32 // raw bytes of a resource to its id
	resources []resource
	pairs     []pair
	spanName  keyInfo // the key of what is no attribute, the name of a span
	parts     partTable
	sigs      signatureTable
	mores     map[string]*trace.More // of spans that have nothing but attributes apart, by their numbers
	events    map[string]bool        // event names to whether they are kept
	near      keyCache
	nearPairs pairCache
	seen      jsontext.SeenValues
	scratch   []byte
	words     []uint32 // of resolve
	shaped    []byte
	plain     []byte // without escapes
	seed      uint64 // of hashes, so that no file can be made to collide

	epoch          int   // how often signatures were forgotten
	signatureBytes int64 // about what signatures and texts take of memory
	resourceBytes  int64 // the same for resources and keys
}

func newTables(o Options) *tables {
	t := &tables{
		keep: o.Keep, shape: o.Shape, apart: o.Apart, keepEvent: o.KeepEvent, maxText: textLimit(o.MaxText), mores: map[string]*trace.More{},
		keys: map[string]*keyInfo{}, texts: map[string]string{}, scopes: map[string]uint32{},
		places: map[string]uint32{}, events: map[string]bool{}, seen: jsontext.SeenValues{}, seed: rand.Uint64(),
	}
	t.resources = []resource{{}}
	t.scope(nil)
	return t
}

func textLimit(asked int) int {
	if asked < 0 {
		return math.MaxInt
	}
	return cmp.Or(asked, maxText)
}

func (t *tables) bytes() int64 { return t.signatureBytes + t.resourceBytes }

// forgetSignatures forgets what no row refers to any more.
func (t *tables) forgetSignatures() {
	t.texts, t.pairs, t.parts, t.sigs = map[string]string{}, nil, partTable{}, signatureTable{}
	t.spanName.pairs, t.nearPairs = [2]map[string]uint32{}, pairCache{}
	for _, k := range t.keys {
		k.pairs = [2]map[string]uint32{}
	}
	t.mores = map[string]*trace.More{}
	t.signatureBytes = 0
	t.epoch++
}

// forgetAll is as if nothing had been read.
func (t *tables) forgetAll() {
	o := Options{Keep: t.keep, Shape: t.shape, Apart: t.apart, KeepEvent: t.keepEvent, MaxText: t.maxText}
	epoch := t.epoch + 1
	*t = *newTables(o)
	t.epoch = epoch
}

// A resource is what the spans of one process share.
type resource struct {
	service, host string
	attrs         trace.Attrs
	odd           bool // some of its text was not UTF-8
	pending       bool // stands for one that is read later
}

// later marks a scope that is read only after its spans; resources that come later have an
// id of their own, see placeholder.
const later = ^uint32(0)

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
	id := t.newResource(r)
	if len(t.places) < maxPlaces {
		t.places[string(raw)] = id
		t.resourceBytes += int64(64 + len(raw))
	}
	return id
}

func (t *tables) newResource(r resource) uint32 {
	r.odd = isOdd(r.service) || isOdd(r.host) || slices.ContainsFunc(r.attrs, func(a trace.Attr) bool { return isOdd(a.Key) || isOdd(a.Value) })
	t.resources = append(t.resources, r)
	t.resourceBytes += int64(128 + 32*len(r.attrs))
	return uint32(len(t.resources) - 1)
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

func isOdd(text string) bool { return strings.ContainsRune(text, utf8.RuneError) }
