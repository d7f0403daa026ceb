package trace

// Findings about the top of a trace.
var (
	MissingParent = Code{ID: "missing-parent", What: "orphans: spans whose parent span is missing", Loss: true,
		Do: "own time that such a span overlaps is shown as untraced; look for a service that does not export, a dropped batch, or an export that was cut"}
	SeveralRoots = Code{ID: "several-roots", What: "traces with several roots",
		Do: "each root is an observation of its own; look for context that is not propagated"}
	NoRoot = Code{ID: "no-root", What: "traces without their root span", Loss: true,
		Do: "they are left out of percentiles; --incomplete=keep takes the topmost span as the root"}
	BehindEdge = Code{ID: "behind-edge", What: "traces that begin behind an edge that sends no spans",
		Do: "their one topmost span serves a caller of which no file holds a span (a load balancer, a gateway, somebody else's service); it counts as the request"}
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
	if _, behind := a.Behind(); behind {
		a.note(BehindEdge, a.Orphans[0], 0)
		return
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

// Behind returns the span at which a trace continues a request that began at an edge which sends
// no spans: the only topmost one, if it serves a caller elsewhere. With a second top, or a top
// inside of a process, a span of those that do send is missing.
func (t *Trace) Behind() (top int32, ok bool) {
	if len(t.Roots) > 0 || len(t.Orphans) != 1 {
		return None, false
	}
	top = t.Orphans[0]
	return top, t.Spans[top].isEntry()
}

// isEntry reports whether the span is where a process was called: by what the export says of its
// parent, else by its kind.
func (s *Span) isEntry() bool {
	switch {
	case s.Flags.Has(RemoteParent):
		return true
	case s.Flags.Has(LocalParent):
		return false
	}
	return s.Sig.Kind == Server || s.Sig.Kind == Consumer
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
