package decode

import (
	"encoding/binary"
	"fmt"
)

// MaxMessage bounds what must be in memory at once: one ResourceSpans or one batch.
var MaxMessage = 1 << 30

// ProtoMessages walks the fields of the outermost messages as they stream by.
func (f *Decoder) ProtoMessages(each func(num uint64, body []byte) bool) {
	w := f.Window
	if !w.Need(1) {
		return
	}
	f.Record.Begin()
	defer f.Record.End()
	for w.Need(1) {
		at := w.Offset()
		w.Need(2 * binary.MaxVarintLen64)
		m := NewWire(w.Rest())
		if !m.Field() || m.Typ != WireBytes {
			if !m.Bad {
				m.Skip()
			}
			if m.Bad {
				f.BadMessage(at, "no protobuf field where one must begin")
				return
			}
			w.Pos += m.P
			continue
		}
		n := m.Uvarint()
		if m.Bad || n > uint64(MaxMessage) {
			f.BadMessage(at, fmt.Sprintf("a length of %d bytes, over the limit of 1 GiB", n))
			return
		}
		w.Pos += m.P
		body, whole := f.Window.Take(int(n))
		if !whole {
			f.CutMessage(at, int(n), len(body))
			return
		}
		f.Record.used = true
		if !each(m.Num, body) {
			f.BadMessage(at, "a message with damaged fields")
		}
	}
}

// BadMessage notes a message that cannot be read on.
func (f *Decoder) BadMessage(at int64, what string) {
	f.Record.Damage()
	f.NoteAt(BadMessage, at, []byte(what))
}

// CutMessage notes a message of which the end is missing.
func (f *Decoder) CutMessage(at int64, want, got int) {
	f.Record.Damage()
	f.NoteAt(CutEnd, at, fmt.Appendf(nil, "a message of %d bytes of which %d are there", want, got))
}
