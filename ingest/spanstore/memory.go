package spanstore

import (
	"cmp"
	"sync/atomic"
)

// A Memory is what the readers of one run may hold together. Half of the limit is for what
// they hold while they read; the rest is for what they read with, and for the garbage.
type Memory struct {
	limit   int64 // bytes; 0: none
	readers int64
	held    atomic.Int64
	file    spillFile
	parting *Parting // takes what does not stay in memory instead of the file; nil: the file does
}

// NewMemory returns what readers may hold together in so many bytes; 0: without a limit.
func NewMemory(limit int64, readers int) *Memory {
	return &Memory{limit: limit, readers: int64(max(readers, 1))}
}

// partingLimit is how much readers that hand on all that they read may hold where nobody says it.
const partingLimit = 1 << 30

// NewMemoryFor is NewMemory for readers that hand on all that they read.
func NewMemoryFor(p *Parting, limit int64, readers int) *Memory {
	m := NewMemory(cmp.Or(limit, partingLimit), readers)
	m.parting = p
	return m
}

// Err returns what made moving spans fail; nil if nothing did.
func (m *Memory) Err() error {
	if m.parting != nil {
		return m.parting.err()
	}
	return m.file.err()
}

// stride is after how many spans a shard looks at what it holds.
func (m *Memory) stride() int { return int(min(max(m.limit/(64*rowBytes), 1), chunkRows)) }

// share is how much a shard must hold at least for moving it to be worth the while.
func (m *Memory) share() int64 { return m.limit / (8 * m.readers) }

// group is how much of what was moved comes back together at least, if there is so much.
func (m *Memory) group() int64 { return max(m.limit/8, 1) }

// A spiller moves what one shard holds out of memory when it is too much.
type spiller struct {
	memory   *Memory
	interner *Interner
	store    *store
	held     int64 // as told to memory
	blocks   blockWriter
}

// check is called now and then while rows are added.
func (h *spiller) check() {
	h.store.lookAt = h.store.count + h.memory.stride()
	if h.account() > h.memory.limit/2 && h.held > h.memory.share() {
		h.spill(h.store.final(h.store.first, h.interner))
	}
}

// account counts what the shard holds, and returns what all hold.
func (h *spiller) account() int64 {
	own := h.store.bytes() + h.interner.bytes()
	held := h.memory.held.Add(own - h.held)
	h.held = own
	return held
}

// spill moves the rows before number upTo. If none is left, what they needed is forgotten,
// too, once it is much.
func (h *spiller) spill(upTo int) {
	if to := h.memory.parting; to != nil {
		h.blocks.hand(to, h.interner, h.store, upTo)
	} else {
		h.blocks.write(&h.memory.file, h.interner, h.store, upTo)
	}
	h.store.forget(upTo)
	if h.store.empty() && h.interner.signatureBytes > h.memory.share() {
		h.interner.forgetSignatures()
	}
	h.account()
}

// betweenDocuments is called when no resource is in use: the time to forget them, if they are
// many.
func (h *spiller) betweenDocuments() {
	if h == nil || h.interner.resourceBytes <= h.memory.share() {
		return
	}
	h.spill(h.store.count)
	h.forget()
}

// forget is called when no resource is in use. It forgets what no row needs any more, if that
// is much.
func (h *spiller) forget() {
	switch {
	case h == nil || !h.store.empty():
		return
	case h.interner.resourceBytes > h.memory.share():
		h.interner.forgetAll()
	case h.interner.signatureBytes > h.memory.share():
		h.interner.forgetSignatures()
	}
	h.account()
}
