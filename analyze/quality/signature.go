package quality

import (
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// A signature caches where the spans of one signature are counted, so that a span costs no
// look-up of names.
type signature struct {
	*trace.Signature
	kind   trace.Kind
	leaf   bool // a server that nothing explains if it has no children
	work   *category.Decision
	counts *operationCount
	store  *Store // nil for what is no call of a database

	noSystem, noStatement int // what every call of the store lacks

	calls  bool // of services, which may export spans
	callee string
	call   *callCount // of that callee; nil until there is one

	parent   string // service of the last one's parent
	children *int   // how many spans have such a parent; nil until one has

	caller *signature // of the last call from a clock that may be another
	clock  *clockCount
}

func (s *Survey) signature(i int32) *signature {
	n := s.Signature(i)
	for n >= len(s.known) {
		s.known = append(s.known, nil)
	}
	if s.known[n] == nil {
		s.known[n] = s.newSignature(i)
	}
	return s.known[n]
}

func (s *Survey) newSignature(i int32) *signature {
	sig, work := s.Trace.Spans[i].Sig, s.Work(i)
	s.services[sig.Service] = true
	out := &signature{
		Signature: sig, kind: sig.Kind, work: work,
		leaf:   sig.Kind == trace.Server && work.Category == category.App,
		counts: s.countOf(operation{sig.Service, s.Operation(i)}),
		calls:  exportsSpans(work.Category),
	}
	out.store, out.noSystem, out.noStatement = s.storeOf(sig, work)
	return out
}

// addParent counts a parent of a service.
func (s *signature) addParent(service string) {
	if s.children == nil || s.parent != service {
		s.parent, s.children = service, s.counts.childrenOf(service)
	}
	*s.children++
}

func (p *operationCount) childrenOf(service string) *int {
	if p.parents[service] == nil {
		p.parents[service] = new(int)
	}
	return p.parents[service]
}

func (s *Survey) countOf(key operation) *operationCount {
	p := s.operations[key]
	if p == nil {
		p = &operationCount{parents: map[string]*int{}, orphans: Orphan{Service: key.service, Operation: key.operation}}
		s.operations[key] = p
	}
	return p
}
