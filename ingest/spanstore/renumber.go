package spanstore

import "slices"

// A renumbering gives what one reader has read the numbers that it would have if another one
// had read it: resources by their content, attributes and names by their text, and then templates
// and signatures by the numbers that make them up.
type renumbering struct {
	to, from   *Interner
	resources  []uint32 // 1 + number; 0 is not known yet
	attributes []uint32
	byContent  map[string]uint32 // resources of to
	ids        []uint32
}

func newRenumbering(to, from *Interner) *renumbering {
	a := &renumbering{to: to, from: from, byContent: map[string]uint32{}}
	a.resources = make([]uint32, len(from.resources))
	a.attributes = make([]uint32, len(from.attributes))
	for i, r := range slices.Backward(to.resources) {
		a.byContent[string(contentOf(&r))] = uint32(i)
	}
	return a
}

func (a *renumbering) signature(i uint32) uint32 {
	s := a.from.sigs.all[i]
	ids := a.from.templates.of(s.template)
	a.ids = append(a.ids[:0], ids...)
	if scope := ids[scopeAt]; scope != Later {
		a.ids[scopeAt] = a.to.Scope([]byte(a.from.scopeText[scope]))
	}
	for at := nameAt; at < len(ids); at++ {
		a.ids[at] = a.attribute(ids[at])
	}
	return a.to.numberSignature(signature{a.resource(s.res), a.to.templateID(a.ids)})
}

func (a *renumbering) resource(i uint32) uint32 {
	if a.resources[i] > 0 {
		return a.resources[i] - 1
	}
	r := a.from.resources[i]
	content := string(contentOf(&r))
	n, ok := a.byContent[content]
	if !ok {
		n = uint32(len(a.to.resources))
		a.to.resources = append(a.to.resources, r)
		a.byContent[content] = n
	}
	a.resources[i] = n + 1
	return n
}

func contentOf(r *Resource) []byte {
	return appendAttrs(appendFramed(appendFramed(nil, r.name()), r.Host), r.Attrs)
}

func (a *renumbering) attribute(i uint32) uint32 {
	if a.attributes[i] == 0 {
		p := &a.from.attributes[i]
		k := &a.to.SpanName
		if p.Key != &a.from.SpanName {
			k = a.to.Key([]byte(a.from.keyNames[p.Key.id]))
		}
		a.attributes[i] = 1 + numberAttribute(a.to, k, p.attr.Value, p.Cut)
	}
	return a.attributes[i] - 1
}
