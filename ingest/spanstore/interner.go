package spanstore

import (
	"cmp"
	"math"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// An Interner gives ids to what repeats from span to span: keys, attributes, names, resources, and the
// signatures that these make up. One shard owns it, so there are no locks; what
// several shards hold meets in merge.go.
//
//	attribute   key, value                          attribute.go
//	template    scope, kind, name, attributes       template.go
//	signature   resource, template                  signature.go
type Interner struct {
	o              Options
	maxText        int
	keys           map[string]*Key
	keyNames       []string
	texts          map[string]string
	scopes         map[string]uint32
	scopeText      []string
	known          map[string]uint32 // raw bytes of a resource to its id
	resources      []Resource
	attributes     []Attribute
	SpanName       Key // the key of what is no attribute, the name of a span
	templates      templateTable
	sigs           signatureTable
	mores          map[string]*trace.More // of spans that have nothing but several attributes apart, by their numbers
	apartLists     uint32                 // how many lists of attributes apart there are
	events         map[string]bool        // event names to whether they are kept
	near           keyCache
	nearAttributes attributeCache
	Seen           jsontext.SeenValues // resources that are JSON objects
	scratch        []byte
	ids            []uint32 // of resolve
	formed         []byte
	unescaped      []byte // without escapes
	seed           uint64 // of hashes, so that no file can be made to collide

	epoch          int   // how often signatures were forgotten
	signatureBytes int64 // about what signatures and texts take of memory
	resourceBytes  int64 // the same for resources and keys
}

// newInterner returns an interner that has met nothing.
func newInterner(o Options) *Interner {
	t := &Interner{
		o: o, maxText: textLimit(o.MaxText), mores: map[string]*trace.More{},
		keys: map[string]*Key{}, texts: map[string]string{}, scopes: map[string]uint32{},
		known: map[string]uint32{}, events: map[string]bool{}, Seen: jsontext.SeenValues{}, seed: rand.Uint64(),
	}
	t.resources = []Resource{{}}
	t.SpanName.form = o.NameForm
	t.Scope(nil)
	return t
}

func textLimit(asked int) int {
	if asked < 0 {
		return math.MaxInt
	}
	return cmp.Or(asked, maxText)
}

func (t *Interner) bytes() int64 { return t.signatureBytes + t.resourceBytes }

// forgetSignatures forgets what no row refers to any more.
func (t *Interner) forgetSignatures() {
	t.texts, t.attributes, t.templates, t.sigs = map[string]string{}, nil, templateTable{}, signatureTable{}
	t.SpanName.attributes, t.nearAttributes = [2]map[string]uint32{}, attributeCache{}
	for _, k := range t.keys {
		k.attributes = [2]map[string]uint32{}
	}
	t.mores, t.apartLists = map[string]*trace.More{}, 0
	t.signatureBytes = 0
	t.epoch++
}

// forgetAll is as if nothing had been read.
func (t *Interner) forgetAll() {
	epoch := t.epoch + 1
	*t = *newInterner(t.o)
	t.epoch = epoch
}

// Text interns a name. What is not UTF-8 becomes U+FFFD.
func (t *Interner) Text(b []byte) string {
	if s, ok := t.texts[string(b)]; ok {
		return s
	}
	s := strings.ToValidUTF8(string(b), "\uFFFD")
	t.texts[string(b)] = s
	t.signatureBytes += int64(64 + 2*len(b))
	return s
}

// Scope returns the id of a scope.
func (t *Interner) Scope(name []byte) uint32 {
	if id, ok := t.scopes[string(name)]; ok {
		return id
	}
	id := uint32(len(t.scopeText))
	t.scopes[string(name)] = id
	t.scopeText = append(t.scopeText, t.Text(name))
	return id
}

// NotUTF8 reports whether some of the text was not UTF-8 where it was read.
func NotUTF8(text string) bool { return strings.ContainsRune(text, utf8.RuneError) }

// maxEventNames is how many names of events are remembered.
const maxEventNames = 1 << 12

// WantsEvent reports whether events of that name are kept.
func (t *Interner) WantsEvent(name []byte) bool {
	if t.o.KeepEvent == nil {
		return true
	}
	wanted, known := t.events[string(name)]
	if !known {
		wanted = t.o.KeepEvent(string(name))
		if len(t.events) == maxEventNames {
			clear(t.events)
		}
		t.events[string(name)] = wanted
	}
	return wanted
}
