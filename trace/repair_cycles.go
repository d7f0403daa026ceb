package trace

// ParentCycle is a ring of spans that are each other's ancestors.
var ParentCycle = Code{ID: "parent-cycle", What: "cycles of spans that are their own ancestor",
	Do: "the link of the earliest span in each was cut; look for ids that are not random or for a proxy that rewrites them"}

// cutCycles walks up from every span that no walk has met. A walk that meets itself has found
// a cycle, and the earliest span in it loses its parent. In a cycle some parent does not stand
// before its child, so most traces need no walk.
func cutCycles(a *assembly) {
	if !a.late {
		return
	}
	a.walk = zeroed(a.walk, len(a.Spans)) // number of the walk that met the span, from 1
	walk := a.walk
	for i := range a.Spans {
		at, me := int32(i), int32(i+1)
		for at != None && walk[at] == 0 {
			walk[at] = me
			at = a.parent[at]
		}
		if at != None && walk[at] == me {
			a.cut(at)
		}
	}
}

// cut opens the cycle that at is in. Spans stand in order of start, so the earliest span is
// the one with the smallest place.
func (a *assembly) cut(at int32) {
	first := at
	for i := a.parent[at]; i != at; i = a.parent[i] {
		first = min(first, i)
	}
	a.parent[first] = None
	a.note(ParentCycle, first, 0)
}
