package spanstore

import (
	"encoding/binary"
	"slices"

	"github.com/longpole/longpole/trace"
)

// A block holds spans of one partition and all that is needed to understand them, little-endian:
//
//	counts      traces, resources, signatures, rows: 4 bytes each
//	traces      16 bytes each
//	resources   framed: service, host, attributes
//	signatures  framed: number of the resource, kind, scope, name, attributes
//	rows        56 bytes each; trace and signature are numbers of this block
//	extras      of the rows that have one, in their order: threshold, events, links, attributes
//
// Framed is 4 bytes of length before the bytes themselves.

const rowBytes = 56

// A blockWriter sorts rows into partitions and writes a block for each. Its memory is used again.
type blockWriter struct {
	t *Interner
	s *store

	order  []uint32 // rows by partition, counted from the store's first
	starts []int
	blockText
	scratch []byte
}

// A blockText is a block that is being written.
type blockText struct {
	traces    numbering // of all blocks of one write, for a trace is in one of them only
	resources numbering
	sigs      numbering
	rows      int

	traceText, resourceText, sigText, rowText, extraText []byte
	text                                                 []byte
}

// trace returns the number that a trace has in the block.
func (b *blockText) trace(i uint32, id trace.ID) uint32 {
	at, isNew := b.traces.number(i)
	if isNew {
		b.traceText = binary.LittleEndian.AppendUint64(b.traceText, id.Hi)
		b.traceText = binary.LittleEndian.AppendUint64(b.traceText, id.Lo)
	}
	return at
}

// bytes returns the block.
func (b *blockText) bytes() []byte {
	b.text = b.text[:0]
	for _, n := range []int{len(b.traces.given), len(b.resources.given), len(b.sigs.given), b.rows} {
		b.text = binary.LittleEndian.AppendUint32(b.text, uint32(n))
	}
	b.text = append(append(append(b.text, b.traceText...), b.resourceText...), b.sigText...)
	b.text = append(append(b.text, b.rowText...), b.extraText...)
	return b.text
}

// A numbering gives numbers of one block to what has ids of an interner.
type numbering struct {
	of    []uint32 // 1 + number in the block; 0 where it has none
	given []uint32 // in order of their number
}

// number returns the number of i, and whether it is new.
func (n *numbering) number(i uint32) (number uint32, isNew bool) {
	if int(i) >= len(n.of) {
		n.of = append(n.of, make([]uint32, int(i)+1-len(n.of))...)
	}
	if n.of[i] == 0 {
		n.given = append(n.given, i)
		n.of[i] = uint32(len(n.given))
		return n.of[i] - 1, true
	}
	return n.of[i] - 1, false
}

func (n *numbering) reset() {
	for _, i := range n.given {
		n.of[i] = 0
	}
	n.given = n.given[:0]
}

// write writes the rows of s before number upTo.
func (b *blockWriter) write(file *spillFile, t *Interner, s *store, upTo int) {
	if upTo <= s.first {
		return
	}
	b.t, b.s = t, s
	b.sort(upTo, partitions, partitionOf)
	clear(b.traces.of)
	for p := range partitions {
		if rows := b.order[b.starts[p]:b.starts[p+1]]; len(rows) > 0 {
			file.write(p, b.block(rows))
		}
	}
	b.t, b.s = nil, nil
}

// sort fills order by counting, by one of so many that each trace is of.
func (b *blockWriter) sort(upTo, many int, of func(trace.ID) int) {
	s := b.s
	ofTrace := make([]uint16, len(s.ids))
	for i, id := range s.ids {
		ofTrace[i] = uint16(of(id))
	}
	next := make([]int, many+1)
	for i := s.first; i < upTo; i++ {
		next[ofTrace[s.at(i).trace]+1]++
	}
	for p := range many {
		next[p+1] += next[p]
	}
	b.starts = append(b.starts[:0], next...)
	b.order = slices.Grow(b.order[:0], upTo-s.first)[:upTo-s.first]
	for i := s.first; i < upTo; i++ {
		to := &next[ofTrace[s.at(i).trace]]
		b.order[*to] = uint32(i - s.first)
		*to++
	}
}

func (b *blockWriter) block(rows []uint32) []byte {
	b.traceText, b.resourceText, b.sigText = b.traceText[:0], b.resourceText[:0], b.sigText[:0]
	b.rowText, b.extraText = b.rowText[:0], b.extraText[:0]
	b.traces.given = b.traces.given[:0]
	b.resources.reset()
	b.sigs.reset()
	for _, i := range rows {
		b.row(b.s.at(b.s.first + int(i)))
	}
	b.rows = len(rows)
	return b.bytes()
}

func (b *blockWriter) row(r *row) {
	at := b.trace(r.trace, b.s.ids[r.trace])
	var has uint32
	if r.extra > 0 {
		has = 1
		b.extraText = appendExtra(b.extraText, &b.s.extras[r.extra-1])
	}
	for _, n := range [...]uint64{uint64(r.id), uint64(r.parent), uint64(r.start), uint64(r.end), r.target} {
		b.rowText = binary.LittleEndian.AppendUint64(b.rowText, n)
	}
	for _, n := range [...]uint32{at, b.signature(r.sig), has, uint32(r.flags)} {
		b.rowText = binary.LittleEndian.AppendUint32(b.rowText, n)
	}
}

func (b *blockWriter) signature(i uint32) uint32 {
	number, isNew := b.sigs.number(i)
	if !isNew {
		return number
	}
	s := b.t.whole(i)
	b.scratch = binary.LittleEndian.AppendUint32(b.scratch[:0], b.resource(b.t.sigs.all[i].res))
	b.scratch = append(b.scratch, byte(s.Kind))
	b.scratch = appendFramed(appendFramed(b.scratch, s.Scope), s.Name)
	b.scratch = appendAttrs(b.scratch, s.Attrs)
	b.sigText = appendFramed(b.sigText, b.scratch)
	return number
}

func (b *blockWriter) resource(i uint32) uint32 {
	number, isNew := b.resources.number(i)
	if isNew {
		r := &b.t.resources[i]
		b.resourceText = appendFramed(b.resourceText, contentOf(r))
	}
	return number
}

func appendExtra(b []byte, x *extra) []byte {
	var more trace.More
	if x.more != nil {
		more = *x.more
	}
	b = binary.LittleEndian.AppendUint64(b, x.threshold)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(more.Events)))
	for _, e := range more.Events {
		b = appendFramed(binary.LittleEndian.AppendUint64(b, uint64(e.At)), e.Name)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(more.Links)))
	for _, l := range more.Links {
		for _, n := range [...]uint64{l.Trace.Hi, l.Trace.Lo, uint64(l.Span)} {
			b = binary.LittleEndian.AppendUint64(b, n)
		}
	}
	return appendAttrs(b, more.Attrs)
}
