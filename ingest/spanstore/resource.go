package spanstore

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

// A Resource is what the spans of one process share.
type Resource struct {
	Service, Host string
	Attrs         trace.Attrs
	notUTF8       bool // some of its text was not UTF-8
	Pending       bool // stands for one that is read later
}

// name returns what the service is called, also where nobody named it.
func (r *Resource) name() string { return cmp.Or(r.Service, trace.UnknownService) }

// Later marks a scope that is read only after its spans; resources that come later have an
// id of their own, see Placeholder.
const Later = ^uint32(0)

// KnownResource returns the resource that was made of raw before, so that a resource which is
// repeated in every batch is decoded once.
func (t *Interner) KnownResource(raw []byte) (id uint32, ok bool) {
	id, ok = t.known[string(raw)]
	return id, ok
}

// maxKnown bounds what is remembered of raw resources; beyond it they are just decoded.
const maxKnown = 1 << 14

// RememberResource is AddResource for a resource that was made of raw, and may be again.
func (t *Interner) RememberResource(raw []byte, r Resource) uint32 {
	id := t.AddResource(r)
	if len(t.known) < maxKnown {
		t.known[string(raw)] = id
		t.resourceBytes += int64(64 + len(raw))
	}
	return id
}

// AddResource returns the id of a new resource.
func (t *Interner) AddResource(r Resource) uint32 {
	r.notUTF8 = NotUTF8(r.Service) || NotUTF8(r.Host) || slices.ContainsFunc(r.Attrs, func(a trace.Attr) bool { return NotUTF8(a.Key) || NotUTF8(a.Value) })
	t.resources = append(t.resources, r)
	t.resourceBytes += int64(128 + 32*len(r.Attrs))
	return uint32(len(t.resources) - 1)
}

// Resource returns the resource that has an id.
func (t *Interner) Resource(id uint32) *Resource { return &t.resources[id] }

// Placeholder returns the id that stands for the resource called name until it is read.
func (t *Interner) Placeholder(name []byte) uint32 {
	t.scratch = append(append(t.scratch[:0], 0), name...)
	if id, ok := t.KnownResource(t.scratch); ok {
		return id
	}
	id := uint32(len(t.resources))
	t.resources = append(t.resources, Resource{Pending: true})
	t.known[string(t.scratch)] = id
	return id
}

// hostKeys say whose clock a span was measured with, best first: the machine before the
// pod, the pod before the process. They are read even if no rule asks for them.
var hostKeys = []string{
	"host.id", "host.name", "k8s.node.name", // the machine
	"hostname", "ip", "ipv4", // Jaeger clients and Zipkin endpoints
	"k8s.pod.uid", "k8s.pod.name", "container.id", // a part of it
	"service.instance.id", "client-uuid", // one process
}

const serviceKey = "service.name"

// A ResourceDraft gathers what is kept of a resource.
type ResourceDraft struct {
	Service string
	host    string
	rank    uint8    // of host
	ids     []uint32 // of attributes
}

// WantsInResource reports whether anything of an attribute is kept of a resource.
func WantsInResource(k *Key, key []byte) bool {
	return k.Keep || k.host != 0 || string(key) == serviceKey
}

// Add takes an attribute, or what of it is kept.
func (r *ResourceDraft) Add(t *Interner, k *Key, key, value []byte) {
	value = cutText(value, t.maxText)
	if string(key) == serviceKey && r.Service == "" {
		r.Service = string(value)
	}
	if k.host != 0 && len(value) > 0 && (r.rank == 0 || k.host < r.rank) {
		r.host, r.rank = string(value), k.host
	}
	if k.Keep {
		r.ids = append(r.ids, numberAttribute(t, k, value, false))
	}
}

// Resource returns what the draft describes.
func (r *ResourceDraft) Resource(t *Interner) Resource {
	return Resource{Service: t.Text([]byte(r.Service)), Host: t.Text([]byte(r.host)), Attrs: t.attrs(r.ids)}
}
