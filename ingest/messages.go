package ingest

import (
	"encoding/binary"
	"fmt"
)

// maxMessage bounds what must be in memory at once: one ResourceSpans or one batch.
var maxMessage = 1 << 30

// protoMessages walks the fields of the outermost messages as they stream by.
func (f *decoder) protoMessages(each func(num uint64, body []byte) bool) {
	w := f.w
	if !w.Need(1) {
		return
	}
	f.record.begin()
	defer f.record.end()
	for w.Need(1) {
		at := w.Offset()
		w.Need(2 * binary.MaxVarintLen64)
		m := newWire(w.Rest())
		if !m.field() || m.typ != wireBytes {
			if !m.bad {
				m.skip()
			}
			if m.bad {
				f.badMessage(at, "no protobuf field where one must begin")
				return
			}
			w.Pos += m.p
			continue
		}
		n := m.uvarint()
		if m.bad || n > uint64(maxMessage) {
			f.badMessage(at, fmt.Sprintf("a length of %d bytes, over the limit of 1 GiB", n))
			return
		}
		w.Pos += m.p
		body, whole := f.w.Take(int(n))
		if !whole {
			f.cutMessage(at, int(n), len(body))
			return
		}
		f.record.used = true
		if !each(m.num, body) {
			f.badMessage(at, "a message with damaged fields")
		}
	}
}

func (f *decoder) badMessage(at int64, what string) {
	f.record.damaged()
	f.noteAt(BadMessage, at, []byte(what))
}

func (f *decoder) cutMessage(at int64, want, got int) {
	f.record.damaged()
	f.noteAt(CutEnd, at, fmt.Appendf(nil, "a message of %d bytes of which %d are there", want, got))
}
