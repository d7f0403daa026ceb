package ingest

import "slices"

// An adoption gives what one reader has read the numbers that it would have if another one
// had read it: resources by their content, attributes and names by their text, and then parts
// and signatures by the numbers that make them up.
type adoption struct {
	to, from  *tables
	resources []uint32 // 1 + number; 0 is not known yet
	pairs     []uint32
	byContent map[string]uint32 // resources of to
	words     []uint32
}

func newAdoption(to, from *tables) *adoption {
	a := &adoption{to: to, from: from, byContent: map[string]uint32{}}
	a.resources = make([]uint32, len(from.resources))
	a.pairs = make([]uint32, len(from.pairs))
	for i, r := range slices.Backward(to.resources) {
		a.byContent[string(contentOf(&r))] = uint32(i)
	}
	return a
}

func (a *adoption) signature(i uint32) uint32 {
	s := a.from.sigs.all[i]
	words := a.from.parts.of(s.part)
	a.words = append(a.words[:0], words...)
	if scope := words[scopeWord]; scope != later {
		a.words[scopeWord] = a.to.scope([]byte(a.from.scopeText[scope]))
	}
	for at := nameWord; at < len(words); at++ {
		a.words[at] = a.pair(words[at])
	}
	return a.to.numberSignature(signature{a.resource(s.res), a.to.part(a.words)})
}

func (a *adoption) resource(i uint32) uint32 {
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

func contentOf(r *resource) []byte {
	return appendAttrs(appendFramed(appendFramed(nil, r.service), r.host), r.attrs)
}

func (a *adoption) pair(i uint32) uint32 {
	if a.pairs[i] == 0 {
		p := &a.from.pairs[i]
		k := &a.to.spanName
		if p.key != &a.from.spanName {
			k = a.to.key([]byte(a.from.keyNames[p.key.id]))
		}
		a.pairs[i] = 1 + numberPair(a.to, k, p.attr.Value, p.cut)
	}
	return a.pairs[i] - 1
}
