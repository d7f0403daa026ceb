package attribute

import (
	"encoding/binary"

	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// attributes is what an Explainer keeps to read attributes quickly.
type attributes struct {
	keys         map[string]keyRole
	cache        roleCache
	compared     map[string]bool // see comparableKeys
	origins      map[originKey]origin
	bases        map[baseKey]*tagBase
	services     intern.Numbers[string] // of bases
	apart        apartTable
	keysCompared int                    // how many keys have a bit, see keyBits
	decidingKeys intern.Numbers[string] // of resources
	decidingKey  []byte                 // of the signature that is read
	own          trace.Attrs            // of it, those that are compared
	values       []int32                // see valuesAt
}

// A keyRole says what an attribute with a key is good for.
type keyRole struct {
	decides  semconv.ValueForm // what of it the rules or the names may rest on
	compared keyBits           // requests are compared by it; 0 if they are not
	outcome  bool              // it says how a call ended
	whomFor  bool              // it says whom a call is for
}

func (e *Explainer) role(key string) keyRole {
	cached := e.cache.slot(key)
	if cached.key == key {
		return cached.keyRole
	}
	r, known := e.keys[key]
	if !known {
		r = keyRole{e.Rules.Deciding(key), 0, semconv.SaysOutcome(key), semconv.SaysWhomFor(key)}
		if e.compared[key] {
			r.compared = 1 << (e.keysCompared % 64)
			e.keysCompared++
		}
		e.keys[key] = r
	}
	*cached = cachedRole{key, r}
	return r
}

// A roleCache holds some roles where two bytes and the length of their keys say. Texts that are
// shared are compared at once, which a hash of all bytes is not.
type roleCache [256]cachedRole

type cachedRole struct {
	key string
	keyRole
}

func (c *roleCache) slot(key string) *cachedRole {
	if key == "" {
		return &cachedRole{} // nobody asks for it
	}
	n := len(key)
	return &c[uint8(n*37)^key[n-1]*5^key[n/2]]
}

// read goes over the attributes of a signature once: it takes what they say of its outcome and
// its tags, and returns its decidingKey, which is valid until the next call.
func (e *Explainer) read(m *signatureInfo, sig *trace.Signature) (decidingKey []byte) {
	p := e.origin(sig)
	m.tags = p.tags
	b := append(e.decidingKey[:0], byte(sig.Kind))
	for _, text := range [...]string{sig.Service, sig.Scope, sig.Name} {
		b = append(append(b, text...), 0)
	}
	own, ended := e.own[:0], false
	for i := range sig.Attrs {
		a := &sig.Attrs[i]
		r := e.role(a.Key)
		b = r.appendTo(b, a)
		if r.compared != 0 {
			own = append(own, *a)
		}
		ended = ended || r.outcome
		m.mirrored = m.mirrored || (r.whomFor && semconv.IsMirrored(a.Value))
	}
	if ended {
		m.outcome = outcomeOf(sig)
	}
	if len(own) > 0 {
		m.tags = e.base(sig.Service, e.Tags.without(p.tags.origin, own), e.Tags.appendOf(nil, sig.Service, own))
	}
	m.calls = -1
	e.decidingKey, e.own = binary.LittleEndian.AppendUint32(b, uint32(p.decidingKey)), own
	return e.decidingKey
}

// appendTo appends to an decidingKey what counts of an attribute with this role.
func (r keyRole) appendTo(b []byte, a *trace.Attr) []byte {
	if r.decides == semconv.Dropped {
		return b
	}
	b = append(append(b, a.Key...), 0)
	if r.decides == semconv.Present {
		return b
	}
	return append(append(b, a.Value...), 0)
}

// An origin is what signatures of one service with the same resource share. Those of one run
// share the resource itself, so an origin is found without reading it.
type origin struct {
	decidingKey int32    // number of the attributes of the resource that decide
	tags        *tagBase // of signatures without tags of their own
}

type originKey struct {
	service string
	first   *trace.Attr // of the resource; nil if it has none
	n       int
}

func (e *Explainer) origin(sig *trace.Signature) origin {
	key := originKey{service: sig.Service, n: len(sig.Resource)}
	if key.n > 0 {
		key.first = &sig.Resource[0]
	}
	p, known := e.origins[key]
	if !known {
		if e.origins == nil {
			e.origins = map[originKey]origin{}
		}
		tags := e.Tags.set(e.Tags.appendOf(nil, sig.Service, e.comparedOf(sig.Resource)))
		p = origin{e.resourceEssence(sig.Resource), e.base(sig.Service, tags, nil)}
		e.origins[key] = p
	}
	return p
}

func (e *Explainer) resourceEssence(resource trace.Attrs) int32 {
	var b []byte
	for i := range resource {
		b = e.role(resource[i].Key).appendTo(b, &resource[i])
	}
	return e.decidingKeys.Number(string(b))
}

type baseKey struct {
	service string
	set     int32
}

// base returns what spans of a service have in common that have the tags of an origin and their own.
func (e *Explainer) base(service string, origin int32, own []int32) *tagBase {
	set := e.Tags.joined(origin, own)
	key := baseKey{service, set}
	b := e.bases[key]
	if b == nil {
		if e.bases == nil {
			e.bases = map[baseKey]*tagBase{}
		}
		b = &tagBase{service: e.services.Number(service), origin: origin, own: own, set: set}
		for i := range e.Tags.Sets.Len(origin) {
			b.keys |= e.role(e.Tags.All[e.Tags.Sets.At(origin, i)].Key).compared
		}
		e.bases[key] = b
	}
	return b
}

// apartOf returns what is known of attributes that a span keeps apart from its signature.
func (e *Explainer) apartOf(m *signatureInfo, more *trace.More) *apartTags {
	key := apartKey{m.tags.service, int32(len(more.Attrs)), &more.Attrs[0]}
	at, known := e.apart.find(key, more.Number)
	if !known {
		a := apartTags{apartKey: key, tags: e.Tags.oneOrSet(m.sig.Service, more.Attrs)}
		for i := range more.Attrs {
			a.keys |= e.role(more.Attrs[i].Key).compared
		}
		at = e.apart.add(a, more.Number)
	}
	return &e.apart.all[at]
}

func (e *Explainer) comparedOf(attrs trace.Attrs) (out trace.Attrs) {
	for _, a := range attrs {
		if e.role(a.Key).compared != 0 {
			out = append(out, a)
		}
	}
	return out
}
