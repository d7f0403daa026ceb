package attribute

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/trace"
)

// A signatureInfo is all that is decided once per signature. What every span is asked for comes
// first, in one line of the processor's cache.
type signatureInfo struct {
	*classification
	sig    *trace.Signature
	number int32 // counts signatures since they were forgotten
	kind   trace.Kind
	outcome
	met       bool          // its service is known to answer
	mirrored  bool          // a copy of a call, whose answer nobody reads
	declared  critpath.Wait // what the plan says of who waits, if
	overruled bool          // it does

	tags     *tagBase
	calls    int32   // the tag of a span that enters a service, or of a call without an answering span; else negative
	values   []int32 // of the plan's slices, 0 where it has none; nil until they are asked for
	journeys []int   // of the plan, that can begin here
	asked    []asked // by journey of the plan; nil until one asks

	askedAsRoot bool                // what none is has been asked
	none        *category.NoRequest // the kind of a root that is no request
}

// isEntry reports whether a request enters a service here.
func (m *signatureInfo) isEntry() bool { return m.kind == trace.Server || m.kind == trace.Consumer }

// of returns what sig means. It is stable until signatures are forgotten.
func (e *Explainer) of(sig *trace.Signature) *signatureInfo {
	if m := e.known.find(sig); m != nil {
		return m
	}
	m := e.known.add(sig)
	e.learn(m, sig)
	return m
}

func (e *Explainer) learn(m *signatureInfo, sig *trace.Signature) {
	m.kind, m.journeys = sig.Kind, e.Plan.Matching(sig)
	decidingKey := e.read(m, sig)
	m.classification = e.classifier.of(decidingKey, sig)
	switch {
	case m.isEntry():
		m.calls = e.Tags.Number(Tag{sig.Service, Calls, sig.Service})
	case m.Remote && m.Peer != "":
		m.calls = e.Tags.Number(Tag{sig.Service, Calls, m.Peer})
	}
	if e.Overrule != nil {
		m.declared, m.overruled = e.Overrule(sig)
	}
}

// ForgetSignatures saves memory once the signatures of the spans that were read will not come
// again. It changes no result.
func (e *Explainer) ForgetSignatures() {
	e.known, e.origins, e.apart = signatures{}, nil, apartTable{}
	e.reading.Epoch++
}

// signatures finds what is known of a signature by its number. Signatures of different runs may
// have the same number, and those that no run numbered all have none: of such the first has the
// place, and the others are in a map.
type signatures struct {
	byNumber []*signatureInfo
	others   map[*trace.Signature]*signatureInfo
	slab     intern.Slab[signatureInfo]
	met      int32
}

// callee returns whom a span calls that enters a service or has no answering span.
func (m *signatureInfo) callee() string {
	if m.isEntry() {
		return m.sig.Service
	}
	return m.Peer
}

// mostNumbered bounds what a number that means nothing can cost.
const mostNumbered = 1 << 24

func (t *signatures) find(sig *trace.Signature) *signatureInfo {
	if n := sig.Number; int(n) < len(t.byNumber) {
		if m := t.byNumber[n]; m != nil && m.sig == sig {
			return m
		}
	}
	return t.others[sig]
}

// add returns the signatureInfo of a signature that is not known, to be filled in.
func (t *signatures) add(sig *trace.Signature) *signatureInfo {
	m := &t.slab.Take(1)[0]
	m.sig, m.number = sig, t.met
	t.met++
	n := int(sig.Number)
	for n < mostNumbered && n >= len(t.byNumber) {
		t.byNumber = append(t.byNumber, make([]*signatureInfo, n+1-len(t.byNumber))...)
		t.byNumber = t.byNumber[:cap(t.byNumber)]
	}
	if n < mostNumbered && t.byNumber[n] == nil {
		t.byNumber[n] = m
		return m
	}
	if t.others == nil {
		t.others = map[*trace.Signature]*signatureInfo{}
	}
	t.others[sig] = m
	return m
}

// asked returns which layers of a journey of the plan a signature answers to.
func (e *Explainer) asked(m *signatureInfo, journey int) asked {
	if m.asked == nil {
		for i := range e.Plan.Journeys {
			m.asked = append(m.asked, newAsked(&e.Plan.Journeys[i], m.sig, m))
		}
	}
	return m.asked[journey]
}

// sliceGap stood between values in a text, so no value holds it.
const sliceGap = "\x00"

// valuesOf returns the numbers of a signature's values of the plan's slices.
func (e *Explainer) valuesOf(m *signatureInfo) []int32 {
	if m.values == nil {
		m.values = make([]int32, 0, len(e.Plan.Slices))
		for i, by := range e.Plan.Slices {
			v, _ := m.sig.First(by.Keys...)
			m.values = append(m.values, e.value(i, v))
		}
	}
	return m.values
}

// valuesAt returns the same of a span, which may have attributes apart from its signature. They are valid until
// the next call.
func (e *Explainer) valuesAt(s *trace.Span, m *signatureInfo) []int32 {
	apart := s.Apart()
	if len(apart) == 0 {
		return e.valuesOf(m)
	}
	e.values = append(e.values[:0], e.valuesOf(m)...)
	for i, by := range e.Plan.Slices {
		if !slices.ContainsFunc(apart, func(a trace.Attr) bool { return slices.Contains(by.Keys, a.Key) }) {
			continue
		}
		for _, key := range by.Keys {
			if v, ok := s.Attr(key); ok {
				e.values[i] = e.value(i, v)
				break
			}
		}
	}
	return e.values
}

// value returns the number of a value of a slice, by its place.
func (e *Explainer) value(slice int, v string) int32 {
	return e.Values.Number(slice, strings.ReplaceAll(v, sliceGap, "\ufffd"))
}
