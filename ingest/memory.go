package ingest

import "sync/atomic"

// A memory is what the readers of one run may hold together. Half of the limit is for what
// they hold while they read; the rest is for what they read with, and for the garbage.
type memory struct {
	limit   int64 // bytes; 0: none
	readers int64
	held    atomic.Int64
	file    spillFile
}

func newMemory(limit int64, readers int) *memory {
	return &memory{limit: limit, readers: int64(max(readers, 1))}
}

// stride is after how many spans a reader looks at what it holds.
func (m *memory) stride() int { return int(min(max(m.limit/(64*rowBytes), 1), chunkRows)) }

// share is how much a reader must hold at least for moving it to be worth the while.
func (m *memory) share() int64 { return m.limit / (8 * m.readers) }

// at least this much of what was moved comes back together, if there is so much.
func (m *memory) group() int64 { return max(m.limit/8, 1) }

// A holder moves what one reader holds out of memory when it is too much.
type holder struct {
	memory *memory
	tables *tables
	store  *store
	own    int64 // as told to memory
	blocks blockWriter
}

// look is called now and then while rows are added.
func (h *holder) look() {
	h.store.lookAt = h.store.count + h.memory.stride()
	if h.tell() > h.memory.limit/2 && h.own > h.memory.share() {
		h.move(h.store.final(h.store.first, h.tables))
	}
}

// tell counts what the reader holds, and returns what all hold.
func (h *holder) tell() int64 {
	own := h.store.bytes() + h.tables.bytes()
	held := h.memory.held.Add(own - h.own)
	h.own = own
	return held
}

// move moves the rows before number upTo. If none is left, what they needed is forgotten,
// too, once it is much.
func (h *holder) move(upTo int) {
	h.blocks.write(&h.memory.file, h.tables, h.store, upTo)
	h.store.forget(upTo)
	if h.store.empty() && h.tables.signatureBytes > h.memory.share() {
		h.tables.forgetSignatures()
	}
	h.tell()
}

// rest is called between two documents, when no resource is in use: the time to forget
// them, if they are many.
func (h *holder) rest() {
	if h == nil || h.tables.resourceBytes <= h.memory.share() {
		return
	}
	h.move(h.store.count)
	h.shed()
}

// shed is called when no resource is in use. It forgets what no row needs any more, if that
// is much.
func (h *holder) shed() {
	switch {
	case h == nil || !h.store.empty():
		return
	case h.tables.resourceBytes > h.memory.share():
		h.tables.forgetAll()
	case h.tables.signatureBytes > h.memory.share():
		h.tables.forgetSignatures()
	}
	h.tell()
}
