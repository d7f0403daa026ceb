package trace

// SharedID is a span id that Zipkin's client and server both used, as B3 propagation does.
var SharedID = Code{ID: "shared-span-id", What: "span ids shared by a client and its server",
	Do: "nothing: the server became the client's child, and its own children moved below it"}

// linkParents finds every span's parent. Where a client and a server share an id, the server
// is the client's child, and spans that name the id hang below the server, except those of
// the client's own service.
//
//	client x  ==========        named as parent by "db" of the server's service:
//	server x    ======          the server is meant
//	db            ==
func linkParents(a *assembly) {
	a.parent, a.late = sized(a.parent, len(a.Spans)), false
	for i := range a.Spans {
		p := a.parentOf(int32(i))
		a.parent[i], a.late = p, a.late || p >= int32(i)
		if a.isSecond(int32(i)) {
			a.note(SharedID, int32(i), 0)
		}
	}
}

func (a *assembly) parentOf(i int32) int32 {
	s := &a.Spans[i]
	if a.isSecond(i) {
		client, _ := a.first.find(s.ID)
		return client
	}
	if s.Parent == 0 {
		return None
	}
	client, ok := a.first.find(s.Parent)
	if !ok {
		return None
	}
	if !a.shared {
		return client
	}
	server, shared := a.second[s.Parent]
	if !shared || a.ofClient(s, client, server) {
		return client
	}
	return server
}

func (a *assembly) isSecond(i int32) bool {
	if !a.shared {
		return false
	}
	at, shared := a.second[a.Spans[i].ID]
	return shared && at == i
}

func (a *assembly) ofClient(s *Span, client, server int32) bool {
	caller, callee := a.Spans[client].Sig.Service, a.Spans[server].Sig.Service
	return s.Sig.Service == caller && caller != callee
}
