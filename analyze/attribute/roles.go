package attribute

import (
	"encoding/binary"
	"slices"

	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// attributes is what an Explainer keeps to read attributes quickly.
type attributes struct {
	keys         map[string]keyRole
	cache        roleCache
	compared     map[string]bool // see comparableKeys
	places       map[placeKey]place
	apart        map[placeKey][]int32   // tags, see ownApart
	decidingKeys intern.Numbers[string] // of resources
	decidingKey  []byte                 // of the signature that is read
	own          trace.Attrs            // of it, those that are compared
}

// A keyRole says what an attribute with a key is good for.
type keyRole struct {
	decides  semconv.ValueForm // what of it the rules or the names may rest on
	compared bool              // requests are compared by it
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
		r = keyRole{e.Rules.Deciding(key), e.compared[key], semconv.SaysOutcome(key), semconv.SaysWhomFor(key)}
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
	p := e.place(sig)
	m.tags.place = p.tags
	b := append(e.decidingKey[:0], byte(sig.Kind))
	for _, text := range [...]string{sig.Service, sig.Scope, sig.Name} {
		b = append(append(b, text...), 0)
	}
	own, ended := e.own[:0], false
	for i := range sig.Attrs {
		a := &sig.Attrs[i]
		r := e.role(a.Key)
		b = r.appendTo(b, a)
		if r.compared {
			own = append(own, *a)
		}
		ended = ended || r.outcome
		m.mirrored = m.mirrored || (r.whomFor && semconv.IsMirrored(a.Value))
	}
	if ended {
		m.outcome = outcomeOf(sig)
	}
	if len(own) > 0 {
		m.tags.own = e.Tags.own(sig.Service, own)
		e.hide(m, own)
	}
	m.tags.calls = -1
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

// A place is what signatures of one service with the same resource share. Those of one run
// share the resource itself, so a place is found without reading it.
type place struct {
	decidingKey int32 // number of the attributes of the resource that decide
	tags        int32 // number of the set of tags
}

type placeKey struct {
	service string
	first   *trace.Attr // of the resource; nil if it has none
	n       int
}

func (e *Explainer) place(sig *trace.Signature) place {
	key := placeKey{service: sig.Service, n: len(sig.Resource)}
	if key.n > 0 {
		key.first = &sig.Resource[0]
	}
	p, known := e.places[key]
	if !known {
		if e.places == nil {
			e.places = map[placeKey]place{}
		}
		p = place{e.resourceEssence(sig.Resource), e.Tags.set(sig.Service, e.comparedOf(sig.Resource), nil)}
		e.places[key] = p
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

// hide takes the tags of the place from m that attributes of its own hide.
func (e *Explainer) hide(m *signatureInfo, own trace.Attrs) {
	res := m.sig.Resource
	if hides(own, res) {
		m.tags.place = e.Tags.set(m.sig.Service, e.comparedOf(res), own)
	}
}

// hides reports whether the resource has a key that the span has, too.
func hides(own, resource trace.Attrs) bool {
	return slices.ContainsFunc(own, func(a trace.Attr) bool { _, hidden := resource.Get(a.Key); return hidden })
}

// ownApart returns the tags of attributes that spans keep apart from their signatures. Spans
// that have the same share the list.
func (e *Explainer) ownApart(service string, attrs trace.Attrs) []int32 {
	key := placeKey{service, &attrs[0], len(attrs)}
	tags, known := e.apart[key]
	if !known {
		if e.apart == nil {
			e.apart = map[placeKey][]int32{}
		}
		tags = e.Tags.own(service, attrs)
		e.apart[key] = tags
	}
	return tags
}

func (e *Explainer) comparedOf(attrs trace.Attrs) (out trace.Attrs) {
	for _, a := range attrs {
		if e.role(a.Key).compared {
			out = append(out, a)
		}
	}
	return out
}
