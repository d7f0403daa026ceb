package otlp

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
)

// How protobuf messages, and batches of the collector's file exporter, follow each other in
// a file:
//
//	message message ...                        concatenated, which merges them
//	varint message  varint message ...         delimited
//	u32be message   u32be message ...          the collector's format: proto
//	u32be zstd(message) ...                    the collector's compression: zstd, JSON too

// BatchLength returns how long the batch is that begins text, with its length.
func BatchLength(text []byte) (n int, ok bool) {
	n = int(binary.BigEndian.Uint32(text))
	return 4 + n, n <= decode.MaxMessage
}

// Batches reads the collector's length-prefixed batches.
func Batches(f *decode.Decoder) {
	protoReader{f}.framed(func() (int, bool) {
		n := binary.BigEndian.Uint32(f.Window.Rest())
		f.Window.Pos += 4
		return int(n), true
	}, 4)
}

// Delimited reads messages that each have their length before them as a varint.
func Delimited(f *decode.Decoder) {
	protoReader{f}.framed(func() (int, bool) {
		f.Window.Need(binary.MaxVarintLen64)
		n, size := binary.Uvarint(f.Window.Rest())
		if size <= 0 || n > uint64(decode.MaxMessage) {
			return 0, false
		}
		f.Window.Pos += size
		return int(n), true
	}, 1)
}

// framed reads what length says follows, until the stream ends. least is how many bytes a
// length has at least.
func (f protoReader) framed(length func() (int, bool), least int) {
	w := f.Window
	for w.Need(1) {
		at := w.Offset()
		if !w.Need(least) {
			f.CutMessage(at, least, len(w.Rest()))
			return
		}
		n, ok := length()
		if !ok || n > decode.MaxMessage {
			f.BadMessage(at, fmt.Sprintf("a length that is invalid or over the limit of 1 GiB: %d", n))
			return
		}
		body, whole := f.Window.Take(n)
		if !whole {
			f.CutMessage(at, n, len(body))
			return
		}
		f.batch(body, at)
	}
}

// batch reads one frame: JSON or protobuf, compressed or not. Places in it count from at.
func (f protoReader) batch(body []byte, at int64) {
	f.Record.Begin()
	defer f.Record.End()
	if compress.IsZstd(body) {
		var err error
		if body, err = f.Frames.Decode(body, f.Options.Expanded); err != nil {
			f.Record.Damage()
			f.NoteAt(decode.Unverified, at, []byte("zstd: "+err.Error()))
			return
		}
	}
	outer := f.Window
	f.Window = jsontext.Over(body, at)
	// No blanks are skipped to find out: a protobuf message begins with a line feed, and what
	// follows it is its length, which may be the byte of a bracket.
	if bytes.HasPrefix(body, []byte("{")) {
		f.Values(nil)
	} else {
		f.messages()
	}
	f.Window = outer
}

// IsBatches claims length-prefixed batches: the first length is plausible, and what
// follows it is what batches hold.
func IsBatches(head []byte) bool {
	if len(head) < 6 {
		return false
	}
	n := binary.BigEndian.Uint32(head)
	if n < 2 || n > uint32(decode.MaxMessage) {
		return false
	}
	body := head[4:min(len(head), 4+int(n))]
	return compress.IsZstd(body) || body[0] == '{' || looksOTLP(body, int(n))
}

// IsDelimited claims messages that each have their length before them.
func IsDelimited(head []byte) bool {
	n, size := binary.Uvarint(head)
	if size <= 0 || n < 2 || n > uint64(decode.MaxMessage) {
		return false
	}
	return looksOTLP(head[size:min(len(head), size+int(n))], int(n))
}

// IsMessages claims concatenated messages.
func IsMessages(head []byte) bool { return looksOTLP(head, -1) }

// looksOTLP tries the first fields of b as those of an OTLP message of n bytes (-1:
// unknown), of which b may be only the beginning.
func looksOTLP(b []byte, n int) bool {
	m := decode.NewWire(b)
	if !m.Field() || m.Num != 1 || m.Typ != decode.WireBytes {
		return false
	}
	size := m.Uvarint()
	if m.Bad || (n >= 0 && size > uint64(n-m.P)) {
		return false
	}
	return size == 0 || onlyFields(decode.Head(m.B[m.P:], size), 3, func(num uint64, b []byte, size uint64) bool {
		switch num {
		case 1: // Resource
			return onlyFields(decode.Head(b, size), 3, nil)
		case 2: // ScopeSpans
			return onlyFields(decode.Head(b, size), 3, nil)
		}
		return true
	})
}

// onlyFields reports whether b, which may be cut short, begins with fields that are all
// numbered up to most (or 1000, of a renamed field) and hold bytes or small numbers.
func onlyFields(b []byte, most uint64, check func(num uint64, b []byte, size uint64) bool) bool {
	m, some := decode.NewWire(b), false
	for m.Field() {
		if m.Num > most && m.Num != 1000 {
			return false
		}
		if m.Typ == decode.WireVarint && m.Num == 2 && check == nil {
			m.Skip()
			continue
		}
		if m.Typ != decode.WireBytes {
			return false
		}
		size := m.Uvarint()
		if m.Bad {
			break
		}
		some = true
		if check != nil && !check(m.Num, m.B[m.P:], size) {
			return false
		}
		if size > uint64(len(m.B)-m.P) {
			return true
		}
		m.P += int(size)
	}
	return some && !m.Bad || len(b) == 0 || m.P >= len(b)-1
}
