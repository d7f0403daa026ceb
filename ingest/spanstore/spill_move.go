package spanstore

import (
	"encoding/binary"
	"errors"
	"os"

	"github.com/longpole/longpole/trace"
)

// What becomes part of another trace is written once more, under that one's id, into the partition where the other
// trace is; where it was before it is passed over (see loader).

// join finds out which traces in the file are one, and brings them together.
func (m *Memory) join(claims []claim) (joins map[trace.ID]trace.ID) {
	if len(claims) == 0 {
		return nil
	}
	there := map[trace.ID]bool{}
	for _, c := range claims {
		there[c.request] = false
	}
	m.eachBlock(func(data []byte) {
		for _, id := range idsOf(data) {
			if _, asked := there[id]; asked {
				there[id] = true
			}
		}
	})
	joins = joinsOf(claims, func(id trace.ID) bool { return there[id] })
	m.eachBlock(func(data []byte) {
		for _, id := range idsOf(data) {
			if _, moves := joins[id]; moves {
				m.move(data, joins)
				return
			}
		}
	})
	return joins
}

// eachBlock shows all blocks that the file holds now.
func (m *Memory) eachBlock(show func(data []byte)) {
	var buf []byte
	for _, blocks := range m.file.partitions { // a copy: what is written meanwhile is not shown
		for _, b := range blocks {
			data, err := m.file.read(b, buf)
			if b.data == nil {
				buf = data
			}
			if err != nil {
				m.file.failed.CompareAndSwap(nil, &SpillError{os.TempDir(), err})
				return
			}
			show(data)
		}
	}
}

// idsOf lists the traces of a block.
func idsOf(data []byte) []trace.ID {
	u := unframer{b: data}
	n := u.u32()
	u.take(12)
	ids := make([]trace.ID, 0, n)
	for range n {
		ids = append(ids, trace.ID{Hi: u.u64(), Lo: u.u64()})
	}
	return ids
}

// A mover writes rows of one block into new ones.
type mover struct {
	ids             []trace.ID // of the block's traces, those that they become part of
	resources, sigs [][]byte
	out             map[int]*blockText // by partition
	scratch         []byte
}

// move writes the rows of a block that become part of other traces to where these are.
func (m *Memory) move(data []byte, joins map[trace.ID]trace.ID) {
	u := unframer{b: data}
	v := mover{ids: make([]trace.ID, u.u32()), resources: make([][]byte, u.u32()), sigs: make([][]byte, u.u32()), out: map[int]*blockText{}}
	rows := int(u.u32())
	for i := range v.ids {
		v.ids[i] = joins[trace.ID{Hi: u.u64(), Lo: u.u64()}]
	}
	for _, list := range [][][]byte{v.resources, v.sigs} {
		for i := range list {
			list[i] = u.framed()
		}
	}
	extras := u
	extras.take(rows * rowBytes)
	for range rows {
		text := u.take(rowBytes)
		of := unframer{b: text}
		r, extra := of.row(), []byte(nil)
		if r.extra > 0 {
			extra = extras.extra()
		}
		if u.bad || extras.bad {
			m.file.failed.CompareAndSwap(nil, &SpillError{os.TempDir(), errors.New("it does not hold what was written")})
			return
		}
		if !v.ids[r.trace].IsZero() {
			v.row(text, &r, extra)
		}
	}
	for partition, out := range v.out {
		m.file.write(partition, out.bytes())
	}
}

func (v *mover) row(text []byte, r *row, extra []byte) {
	id := v.ids[r.trace]
	out := v.out[partitionOf(id)]
	if out == nil {
		out = &blockText{}
		v.out[partitionOf(id)] = out
	}
	at := out.trace(r.trace, id)
	sig, isNew := out.sigs.number(r.sig)
	if isNew {
		resource := binary.LittleEndian.Uint32(v.sigs[r.sig])
		n, isNew := out.resources.number(resource)
		if isNew {
			out.resourceText = appendFramed(out.resourceText, v.resources[resource])
		}
		v.scratch = append(binary.LittleEndian.AppendUint32(v.scratch[:0], n), v.sigs[r.sig][4:]...)
		out.sigText = appendFramed(out.sigText, v.scratch)
	}
	const numbersAt = 40 // of trace and signature
	out.rowText = append(out.rowText, text[:numbersAt]...)
	out.rowText = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out.rowText, at), sig)
	out.rowText = append(out.rowText, text[numbersAt+8:]...)
	out.extraText = append(out.extraText, extra...)
	out.rows++
}

// extra takes one extra as it stands.
func (u *unframer) extra() []byte {
	before := u.b
	u.take(8)
	for range u.u32() {
		u.take(8)
		u.framed()
		if u.bad {
			return nil
		}
	}
	u.take(24 * int(u.u32()))
	u.skipAttrs()
	return before[:len(before)-len(u.b)]
}
