package ingest

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

func (s *group) at(place uint32) *row { return &s.chunks[place/chunkRows][place%chunkRows] }

func (s *group) span(id trace.ID, r *row) trace.Span {
	sp := trace.Span{
		Trace: id, ID: r.id, Parent: r.parent, Flags: r.flags,
		Start: trace.Time(r.start), End: trace.Time(r.end), Sig: s.sigs[r.sig],
	}
	if r.extra > 0 {
		x := s.extras[r.extra-1]
		sp.More, sp.Threshold = x.more, x.threshold
	}
	return sp
}

// compareSpans is a total order: equal only for spans that are the same in all that is kept.
func compareSpans(a, b trace.Span) int {
	if c := cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.ID, b.ID)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Parent, b.Parent),
		cmp.Compare(a.Flags, b.Flags),
		a.Sig.Compare(b.Sig),
		cmp.Compare(a.Threshold, b.Threshold),
		slices.CompareFunc(a.Events(), b.Events(), compareEvents),
		slices.CompareFunc(a.Links(), b.Links(), compareLinks),
	)
}

func compareEvents(a, b trace.Event) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Name, b.Name))
}

func compareLinks(a, b trace.Link) int {
	return cmp.Or(cmp.Compare(a.Trace.Hi, b.Trace.Hi), cmp.Compare(a.Trace.Lo, b.Trace.Lo), cmp.Compare(a.Span, b.Span))
}

// merge joins what several readers kept. It takes their rows over.
func merge(readers []*reader) *Spans {
	s := &Spans{}
	m := newMerger()
	for _, r := range readers {
		s.Ledger.Merge(&r.ledger)
		m.take(r)
	}
	s.group = m.grouped()
	return s
}

// A merger makes one group of what several readers, or blocks, hold.
type merger struct {
	*group
	traces map[trace.ID]uint32
	known  map[string]uint32 // signatures
	counts []int
	buf    []byte
}

func newMerger() *merger {
	return &merger{group: &group{}, traces: map[trace.ID]uint32{}, known: map[string]uint32{}}
}

// take renumbers the traces, signatures and extras of r as those of all.
func (m *merger) take(r *reader) {
	sigs := make([]uint32, len(r.tables.sigs.all)) // 1 + the common number
	traces := make([]uint32, len(r.store.ids))
	for i, id := range r.store.ids {
		traces[i] = m.trace(id)
	}
	extras := uint32(len(m.extras))
	for _, chunk := range r.store.chunks {
		for i := range chunk {
			row := &chunk[i]
			if sigs[row.sig] == 0 {
				sigs[row.sig] = 1 + m.signature(r.tables.whole(row.sig))
			}
			row.sig = sigs[row.sig] - 1
			row.trace = traces[row.trace]
			if row.extra > 0 {
				row.extra += extras
			}
			m.counts[row.trace]++
		}
	}
	m.chunks = append(m.chunks, r.store.chunks...)
	m.extras = append(m.extras, r.store.extras...)
}

func (m *merger) trace(id trace.ID) uint32 {
	at, ok := m.traces[id]
	if !ok {
		at = uint32(len(m.ids))
		m.traces[id] = at
		m.ids = append(m.ids, id)
		m.counts = append(m.counts, 0)
	}
	return at
}

// signature returns the common number of what sig says, whoever interned it.
func (m *merger) signature(sig trace.Signature) uint32 {
	m.buf = appendSignature(m.buf[:0], &sig)
	at, ok := m.known[string(m.buf)]
	if !ok {
		at = uint32(len(m.sigs))
		m.known[string(m.buf)] = at
		sig.Number = at
		m.sigs = append(m.sigs, &sig)
	}
	return at
}

func appendSignature(b []byte, s *trace.Signature) []byte {
	b = append(b, byte(s.Kind))
	for _, text := range []string{s.Service, s.Host, s.Scope, s.Name} {
		b = appendFramed(b, text)
	}
	b = appendAttrs(b, s.Attrs)
	return appendAttrs(b, s.Resource)
}

func appendAttrs(b []byte, attrs trace.Attrs) []byte {
	for _, a := range attrs {
		b = appendFramed(appendFramed(append(b, 1), a.Key), a.Value)
	}
	return append(b, 0)
}

func appendFramed[T ~string | ~[]byte](b []byte, text T) []byte {
	n := len(text)
	b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	return append(b, text...)
}

// grouped puts the rows in order of trace id with a counting sort, four bytes a span.
func (m *merger) grouped() *group {
	s := m.group
	byID := make([]uint32, len(s.ids))
	for i := range byID {
		byID[i] = uint32(i)
	}
	slices.SortFunc(byID, func(a, b uint32) int { return compareIDs(s.ids[a], s.ids[b]) })
	ids, next := make([]trace.ID, len(byID)), make([]int, len(byID))
	s.starts = make([]int, 1, len(byID)+1)
	for rank, old := range byID {
		ids[rank], next[old] = s.ids[old], s.starts[rank]
		s.starts = append(s.starts, s.starts[rank]+m.counts[old])
	}
	s.ids = ids
	s.order = make([]uint32, s.starts[len(byID)])
	for c, chunk := range s.chunks {
		for i := range chunk {
			to := &next[chunk[i].trace]
			s.order[*to] = uint32(c*chunkRows + i)
			*to++
		}
	}
	return s
}

func compareIDs(a, b trace.ID) int { return cmp.Or(cmp.Compare(a.Hi, b.Hi), cmp.Compare(a.Lo, b.Lo)) }
