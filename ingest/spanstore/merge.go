package spanstore

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/trace"
)

func (s *group) at(i uint32) *row { return &s.chunks[i/chunkRows][i%chunkRows] }

// span returns what a row says.
func (s *group) span(id trace.ID, r *row) trace.Span {
	sp := trace.Span{
		Trace: id, ID: r.id, Parent: r.parent, Flags: r.flags,
		Start: trace.Time(r.start), End: trace.Time(r.end), Sig: s.sigs[r.sig], Target: r.target,
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
		cmp.Compare(a.Target, b.Target),
		slices.CompareFunc(a.Events(), b.Events(), compareEvents),
		slices.CompareFunc(a.Links(), b.Links(), compareLinks),
		slices.CompareFunc(a.Apart(), b.Apart(), compareAttrs),
	)
}

func compareEvents(a, b trace.Event) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Name, b.Name))
}

func compareAttrs(a, b trace.Attr) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
}

func compareLinks(a, b trace.Link) int {
	return cmp.Or(a.Trace.Compare(b.Trace), cmp.Compare(a.Span, b.Span))
}

// merge joins what several shards hold. It takes their rows over.
func merge(shards []*Shard, claims []claim) *group {
	m := newMerger()
	if len(claims) > 0 {
		m.joins = joinsOf(claims, func(id trace.ID) bool {
			return slices.ContainsFunc(shards, func(s *Shard) bool { _, has := s.store.byID[id]; return has })
		})
	}
	for _, s := range shards {
		m.take(s)
	}
	return m.grouped()
}

// A merger makes one group of what several shards, or blocks, hold.
type merger struct {
	*group
	traces   map[trace.ID]uint32
	counts   []int
	joins    map[trace.ID]trace.ID // of traces that are part of another one
	interner *Interner             // of the first shard; what the others hold gets the numbers that it would have
}

func newMerger() *merger {
	return &merger{group: &group{}, traces: map[trace.ID]uint32{}}
}

// take renumbers the traces, signatures and extras of r as those of all.
func (m *merger) take(r *Shard) {
	number := m.numbering(r.Interner)
	traces := make([]uint32, len(r.store.ids))
	for i, id := range r.store.ids {
		traces[i] = m.trace(id)
	}
	extras := uint32(len(m.extras))
	for _, chunk := range r.store.chunks {
		for i := range chunk {
			row := &chunk[i]
			row.sig = number(row.sig)
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

// numbering returns the common numbers of the signatures of t.
func (m *merger) numbering(t *Interner) func(sig uint32) uint32 {
	if m.interner == nil {
		m.interner = t
		return func(sig uint32) uint32 {
			m.use(t, sig)
			return sig
		}
	}
	known := make([]uint32, len(t.sigs.all)) // 1 + the common number
	a := newRenumbering(m.interner, t)
	return func(sig uint32) uint32 {
		if known[sig] == 0 {
			known[sig] = 1 + a.signature(sig)
			m.use(m.interner, known[sig]-1)
		}
		return known[sig] - 1
	}
}

// use makes the signature that t has under a number, unless it is there.
func (s *group) use(t *Interner, number uint32) {
	if int(number) >= len(s.sigs) {
		s.sigs = append(s.sigs, make([]*trace.Signature, int(number)+1-len(s.sigs))...)
	}
	if s.sigs[number] != nil {
		return
	}
	if len(s.spare) == 0 {
		s.spare = make([]trace.Signature, 256)
	}
	sig := &s.spare[0]
	s.spare = s.spare[1:]
	*sig = t.whole(number)
	sig.Number = number
	s.sigs[number] = sig
}

func (m *merger) trace(id trace.ID) uint32 {
	if joined, ok := m.joins[id]; ok {
		id = joined
	}
	at, ok := m.traces[id]
	if !ok {
		at = uint32(len(m.ids))
		m.traces[id] = at
		m.ids = append(m.ids, id)
		m.counts = append(m.counts, 0)
	}
	return at
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
