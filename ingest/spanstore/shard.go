package spanstore

import "math"

// A Shard holds what one reader has read: rows, the interner of what they have in common, and
// what takes them out of memory before all is read. Nobody else uses it, so there are no locks.
type Shard struct {
	Interner *Interner
	store    *store
	spiller  *spiller // nil: memory has no limit
	early    *early   // nil: every trace waits for the rest
	claims   []claim
}

// NewShard returns a shard that holds nothing. To, if not nil, says who takes traces
// that are complete before all is read.
func NewShard(o Options, m *Memory, to *EarlySink) *Shard {
	s := &Shard{Interner: newInterner(o), store: newStore()}
	if to != nil {
		s.early = &early{EarlySink: to}
	}
	if m.limit > 0 {
		s.spiller = &spiller{memory: m, interner: s.Interner, store: s.store}
		s.store.lookAt = 1
	}
	return s
}

// Add keeps the span that d describes, and reports whether some text of it was not UTF-8.
func (s *Shard) Add(d *Draft) (notUTF8 bool) {
	sig := s.Interner.signature(d)
	notUTF8 = s.Interner.notUTF8(sig)
	s.store.add(d, sig, s.Interner.moreOf(d))
	if len(d.Links) > 0 {
		s.claim(d)
	}
	if s.store.count >= s.store.lookAt {
		s.spiller.check()
	}
	return notUTF8
}

// Hold says that the reader holds so many bytes beside the spans until all is read: spans make room for them.
func (s *Shard) Hold(bytes int64) {
	if s.spiller != nil {
		s.spiller.memory.held.Add(bytes)
	}
}

// Rows returns how many spans were ever added.
func (s *Shard) Rows() int { return s.store.count }

// Mark returns the position up to which spans were added.
func (s *Shard) Mark() Mark { return s.store.mark() }

// WithoutForgetting calls f while ids that a draft holds must not be forgotten.
func (s *Shard) WithoutForgetting(f func()) {
	look := s.store.lookAt
	s.store.lookAt = math.MaxInt
	f()
	s.store.lookAt = look
}

// BetweenDocuments says that no resource is in use: the time to forget them, if they are many.
func (s *Shard) BetweenDocuments() { s.spiller.betweenDocuments() }

// Resolve gives the spans that were added from number first on the resource and scope that
// were read after them. It calls notUTF8 for each whose resource is not UTF-8, which was not known
// when the span was added.
func (s *Shard) Resolve(first int, real func(res uint32) uint32, scope uint32, notUTF8 func(r *Resource)) {
	t := s.Interner
	for i := max(first, s.store.first); i < s.store.count; i++ {
		r := s.store.at(i)
		before := t.sigs.all[r.sig].res
		res := real(before)
		if res != before || t.scopeOf(r.sig) == Later {
			if t.resources[res].notUTF8 && !t.notUTF8(r.sig) {
				notUTF8(&t.resources[res])
			}
			r.sig = t.resolve(r.sig, res, scope)
		}
	}
}

// Join returns the spans of all shards, which are of no use then.
func Join(shards []*Shard, m *Memory, early *HandedOn) *Spans {
	claims := claimsOf(shards)
	if len(claims) > 0 && early != nil && m.parting == nil {
		early.Refuse() // a trace that was taken may be that of a page, or of its request
	}
	if m.parting == nil && !m.file.used() {
		return &Spans{group: merge(shards, claims), early: early, claims: len(claims)}
	}
	for _, s := range shards {
		s.spiller.spill(s.store.count)
		*s = Shard{}
	}
	if m.parting != nil {
		return &Spans{group: &group{}, claims: len(claims)}
	}
	return &Spans{group: &group{}, moved: m, joins: m.join(claims), early: early, claims: len(claims)}
}
