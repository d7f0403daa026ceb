package model

import (
	"math/rand/v2"
	"time"
)

// A Maker makes one trace after the other.
type Maker struct {
	dice
	running map[string][]*Pod
	now     int64 // when the next request arrives

	trace [16]byte
	spans []*Span // of the trace that is being made
}

// NewMaker returns a maker for which everything is decided by seed.
func NewMaker(seed uint64) *Maker {
	m := &Maker{dice: dice{rand.New(rand.NewPCG(seed, 0x7469636b657473))}}
	m.now = time.Date(2026, 11, 20, 19, 0, 0, 0, time.UTC).UnixNano()
	m.running = m.pods()
	return m
}

// Pods returns every process there is, in the same order each time.
func (m *Maker) Pods() (pods []*Pod) {
	for i := range services {
		pods = append(pods, m.running[services[i].name]...)
	}
	return pods
}

// Now returns when the next trace begins: no span of it starts earlier.
func (m *Maker) Now() int64 { return m.now }

// Trace makes the next trace: 20 to 200 spans, some 75 on average, the root first.
func (m *Maker) Trace() []*Span {
	size := m.about(66, 0.55) // spans, not a time
	for size < 20 || size > 200 {
		size = m.about(66, 0.55)
	}
	m.spans = nil
	parent, start := m.id(), m.id()
	copy(m.trace[:], parent[:])
	copy(m.trace[8:], start[:])
	m.serve(nil, "storefront", m.now, int(size)-1)
	m.now += int64(m.ExpFloat64() * float64(5*time.Millisecond))
	return m.spans
}

// open adds a span that a process begins; whoever does its work sets the end.
func (m *Maker) open(parent *Span, pod *Pod, kind Kind, at int64) *Span {
	s := &Span{Trace: m.trace, ID: m.id(), Kind: kind, Start: at, Pod: pod}
	if parent != nil {
		s.Parent = parent.ID
	}
	m.spans = append(m.spans, s)
	return s
}
