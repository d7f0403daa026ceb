package trace

// Findings about the top of a trace.
var (
	MissingParent = Code{ID: "missing-parent", What: "orphans: spans whose parent span is missing", Loss: true,
		Do: "own time that such a span overlaps is shown as untraced; look for a service that does not export, a dropped batch, or an export that was cut"}
	SeveralRoots = Code{ID: "several-roots", What: "traces with several roots",
		Do: "each root is an observation of its own; look for context that is not propagated"}
	NoRoot = Code{ID: "no-root", What: "traces without their root span", Loss: true,
		Do: "they are left out of percentiles; --incomplete=keep takes the topmost span as the root"}
)

// listOrphans sorts the spans without a parent in the trace into roots and orphans. A span
// whose link was cut out of a cycle is a root if the trace has no better one.
func listOrphans(a *assembly) {
	for i, p := range a.parent {
		if p != None {
			continue
		}
		if a.Spans[i].Parent == 0 {
			a.Roots = append(a.Roots, int32(i))
		} else {
			a.Orphans = append(a.Orphans, int32(i))
		}
	}
	if len(a.Roots) == 0 {
		a.crownCut()
	}
	for _, i := range a.Orphans {
		if !a.parentIsHere(i) {
			a.note(MissingParent, i, a.Spans[i].Duration())
		}
	}
	if len(a.Roots) > 1 {
		a.note(SeveralRoots, a.Roots[0], 0)
	}
	if len(a.Roots) == 0 {
		a.note(NoRoot, a.Orphans[0], 0)
	}
}

// crownCut makes roots of the spans whose parent is in the trace but was cut off: nothing is
// missing above them.
func (a *assembly) crownCut() {
	rest := a.Orphans[:0]
	for _, i := range a.Orphans {
		if a.parentIsHere(i) {
			a.Roots = append(a.Roots, i)
			continue
		}
		rest = append(rest, i)
	}
	a.Orphans = rest
}

func (a *assembly) parentIsHere(i int32) bool {
	_, here := a.first.find(a.Spans[i].Parent)
	return here
}
