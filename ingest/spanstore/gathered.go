package spanstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/longpole/longpole/trace"
)

// Gathered holds blocks of one or more parts that readings have handed on, in memory up to a limit, then in a
// temporary file. The spans that they hold come back trace by trace, in whatever order the blocks came.
type Gathered struct {
	memory *Memory
	parts  int // 0: no block came yet
	tally  map[int]Tally
}

// NewGathered returns a Gathered without blocks, with so many bytes of memory; 0: without a limit.
func NewGathered(limit int64) *Gathered {
	if limit == 0 {
		limit = 1 << 62
	}
	m := NewMemory(limit, 1)
	m.file.inMemory = limit / 2
	return &Gathered{memory: m, tally: map[int]Tally{}}
}

// Parts returns of how many parts the blocks are; 0 if there is none.
func (g *Gathered) Parts() int { return g.parts }

// Tallies returns what came of each part that has any.
func (g *Gathered) Tallies() map[int]Tally { return g.tally }

// Add keeps a block of a part. It trusts nothing of it.
func (g *Gathered) Add(part int, block []byte) error {
	c := blockCheck{unframer: unframer{b: block}}
	if err := c.header(part); err != nil {
		return err
	}
	if g.parts != 0 && g.parts != c.parts {
		return fmt.Errorf("it is of %d parts, and others are of %d", c.parts, g.parts)
	}
	if err := c.content(part); err != nil {
		return err
	}
	g.parts = c.parts
	all := g.tally[part]
	all.Add(c.tally)
	g.tally[part] = all
	g.memory.file.write(part%partitions, block[headerBytes:])
	return g.memory.Err()
}

// Spans returns the spans of all blocks. The caller closes them.
func (g *Gathered) Spans() *Spans { return &Spans{group: &group{}, moved: g.memory} }

// A blockCheck walks through a block from elsewhere, so that whoever decodes it need not look.
type blockCheck struct {
	unframer
	parts  int
	hashes []uint64 // of traces
	tally  Tally
}

var errBroken = errors.New("it is damaged")

func (c *blockCheck) header(part int) error {
	if len(c.b) < headerBytes {
		return errBroken
	}
	h := c.take(headerBytes)
	if h[0] != BlockVersion {
		return fmt.Errorf("it is of version %d, and this longpole reads version %d", h[0], BlockVersion)
	}
	if 1<<h[1] > MostParts || h[1] > 62 {
		return errBroken
	}
	c.parts = 1 << h[1]
	if is := int(binary.LittleEndian.Uint16(h[2:])); is != part {
		return fmt.Errorf("it comes as one of part %d, and is of part %d", part, is)
	}
	if part >= c.parts {
		return errBroken
	}
	return nil
}

// count reads a number of things of which each takes so many bytes or more.
func (c *blockCheck) count(least int) int {
	n := int(c.u32())
	if n > len(c.b)/least {
		c.b, c.bad = nil, true
		return 0
	}
	return n
}

func (c *blockCheck) content(part int) error {
	traces, resources, sigs, rows := c.count(16), c.count(4), c.count(4), c.count(rowBytes)
	if uint64(traces)*16+uint64(rows)*rowBytes > uint64(len(c.b)) {
		return errBroken
	}
	for range traces {
		id := trace.ID{Hi: c.u64(), Lo: c.u64()}
		if hash := hashOf(id); int(hash>>(64-bits.TrailingZeros(uint(c.parts)))) != part {
			return fmt.Errorf("it holds a trace that is not of part %d", part)
		} else {
			c.hashes = append(c.hashes, hash)
		}
	}
	for range resources {
		r := unframer{b: c.framed()}
		r.framed()
		r.framed()
		r.skipAttrs()
		c.bad = c.bad || r.bad || len(r.b) > 0
	}
	for range sigs {
		s := unframer{b: c.framed()}
		res, kind := s.u32(), s.take(1)[0]
		s.framed()
		s.framed()
		s.skipAttrs()
		c.bad = c.bad || s.bad || len(s.b) > 0 || int(res) >= resources || trace.Kind(kind) > trace.Consumer
	}
	c.rows(rows, traces, sigs)
	if c.bad || len(c.b) > 0 {
		return errBroken
	}
	return nil
}

func (c *blockCheck) rows(rows, traces, sigs int) {
	extras := 0
	for range rows {
		r := c.row()
		if c.bad || int(r.trace) >= traces || int(r.sig) >= sigs || r.extra > 1 {
			c.bad = true
			return
		}
		extras += int(r.extra)
		c.tally.Sum += sumOf(c.hashes[r.trace], r.id, r.start, r.end)
	}
	c.tally.Spans, c.tally.Blocks = rows, 1
	for range extras {
		c.take(8)
		for range c.count(12) {
			c.take(8)
			c.framed()
		}
		c.take(24 * c.count(24))
		c.skipAttrs()
	}
}

// skipAttrs walks over what appendAttrs has written.
func (u *unframer) skipAttrs() {
	for {
		switch u.take(1)[0] {
		case 0:
			return
		case 1:
			u.framed()
			u.framed()
		default:
			u.b, u.bad = nil, true
			return
		}
	}
}
