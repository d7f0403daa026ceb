package spanstore

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/longpole/longpole/trace"
)

// Reading can also hand all spans on in blocks, each of one part of the traces, for whoever gathers what many
// readings have of a part:
//
//	reading 1    | 0 | 1 | 2 | 0 | 2 ...  ──┐
//	reading 2    | 0 | 2 | 1 | 2 ...  ──────┤
//	gathered     | 0 | 0 | 0 ...            all spans of the traces of part 0

// MostParts is into how many parts traces can be divided.
const MostParts = 4096

// PartOf returns the part of a trace, of so many, which are a power of two: the highest bits of the hash, of which
// neither the partitions of a temporary file nor the passes over one ask the lowest ones.
func PartOf(id trace.ID, parts int) int {
	return int(hashOf(id) >> (64 - bits.TrailingZeros(uint(parts))))
}

// A Tally counts what was handed on of one part, so that nothing can be lost on the way without notice.
type Tally struct {
	Spans, Blocks int
	// Sum is the sum of a hash of each span's ids, start and end. It does not depend on their order.
	Sum uint64
}

// Add adds what o counts.
func (t *Tally) Add(o Tally) {
	t.Spans, t.Blocks, t.Sum = t.Spans+o.Spans, t.Blocks+o.Blocks, t.Sum+o.Sum
}

// sumOf is the hash of one span.
func sumOf(ofTrace uint64, id trace.SpanID, start, end int64) uint64 {
	x := ofTrace
	for _, v := range [...]uint64{uint64(id), uint64(start), uint64(end)} {
		x = (x ^ v) * 0xbf58476d1ce4e5b9
		x ^= x >> 31
	}
	return x
}

// A Parting takes the spans of a reading, in blocks of one part each.
type Parting struct {
	Parts int
	Put   func(part int, block []byte) error

	mu     sync.Mutex
	tally  map[int]Tally
	failed error
}

// Tallies returns what was put of each part that has any.
func (p *Parting) Tallies() map[int]Tally { return p.tally }

// take puts a block with the header that says what it is.
func (p *Parting) take(part int, data []byte, of Tally) {
	header := append(blockHeader(part, p.Parts), data...)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return
	}
	if p.failed = p.Put(part, header); p.failed != nil {
		return
	}
	if p.tally == nil {
		p.tally = map[int]Tally{}
	}
	all := p.tally[part]
	all.Add(of)
	p.tally[part] = all
}

func (p *Parting) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

// A block that leaves the process begins with:
//
//	version    1 byte
//	parts      1 byte: their number as a power of two
//	part       2 bytes, little-endian

// BlockVersion is the version of what this program writes, and the only one that it reads.
const BlockVersion = 1

const headerBytes = 4

func blockHeader(part, parts int) []byte {
	return binary.LittleEndian.AppendUint16([]byte{BlockVersion, byte(bits.TrailingZeros(uint(parts)))}, uint16(part))
}

// mostRows is how many spans a block has that leaves the process: whoever reads it holds it in memory.
const mostRows = 1 << 17

// hand writes the rows of s before number upTo to the parting, sorted into its parts.
func (b *blockWriter) hand(to *Parting, t *Interner, s *store, upTo int) {
	if upTo <= s.first {
		return
	}
	b.t, b.s = t, s
	b.sort(upTo, to.Parts, func(id trace.ID) int { return PartOf(id, to.Parts) })
	for part := range to.Parts {
		rows := b.order[b.starts[part]:b.starts[part+1]]
		for len(rows) > 0 {
			some := rows[:min(len(rows), mostRows)]
			rows = rows[len(some):]
			clear(b.traces.of)
			to.take(part, b.block(some), b.tally(some))
		}
	}
	b.t, b.s = nil, nil
}

// tally counts rows of one block.
func (b *blockWriter) tally(rows []uint32) Tally {
	t := Tally{Blocks: 1, Spans: len(rows)}
	for _, i := range rows {
		r := b.s.at(b.s.first + int(i))
		t.Sum += sumOf(hashOf(b.s.ids[r.trace]), r.id, r.start, r.end)
	}
	return t
}
