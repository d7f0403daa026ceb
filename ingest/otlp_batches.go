package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/jsontext"
)

// How protobuf messages, and batches of the collector's file exporter, follow each other in
// a file:
//
//	message message ...                        concatenated, which merges them
//	varint message  varint message ...         delimited
//	u32be message   u32be message ...          the collector's format: proto
//	u32be zstd(message) ...                    the collector's compression: zstd, JSON too

// batchLength returns how long the batch is that begins text, with its length.
func batchLength(text []byte) (n int, ok bool) {
	n = int(binary.BigEndian.Uint32(text))
	return 4 + n, n <= maxMessage
}

// otlpBatches reads the collector's length-prefixed batches.
func otlpBatches(f *decoder) {
	otlpProtoReader{f}.framed(func() (int, bool) {
		n := binary.BigEndian.Uint32(f.w.Rest())
		f.w.Pos += 4
		return int(n), true
	}, 4)
}

// otlpDelimited reads messages that each have their length before them as a varint.
func otlpDelimited(f *decoder) {
	otlpProtoReader{f}.framed(func() (int, bool) {
		f.w.Need(binary.MaxVarintLen64)
		n, size := binary.Uvarint(f.w.Rest())
		if size <= 0 || n > uint64(maxMessage) {
			return 0, false
		}
		f.w.Pos += size
		return int(n), true
	}, 1)
}

// framed reads what length says follows, until the stream ends. least is how many bytes a
// length has at least.
func (f otlpProtoReader) framed(length func() (int, bool), least int) {
	w := f.w
	for w.Need(1) {
		at := w.Offset()
		if !w.Need(least) {
			f.cutMessage(at, least, len(w.Rest()))
			return
		}
		n, ok := length()
		if !ok || n > maxMessage {
			f.badMessage(at, fmt.Sprintf("a length that is invalid or over the limit of 1 GiB: %d", n))
			return
		}
		body, whole := f.w.Take(n)
		if !whole {
			f.cutMessage(at, n, len(body))
			return
		}
		f.batch(body, at)
	}
}

// batch reads one frame: JSON or protobuf, compressed or not. Places in it count from at.
func (f otlpProtoReader) batch(body []byte, at int64) {
	f.record.begin()
	defer f.record.end()
	if compress.IsZstd(body) {
		var err error
		if body, err = f.frames.Decode(body, f.o.Limits, uint64(maxMessage)); err != nil {
			f.record.damaged()
			f.noteAt(Unverified, at, []byte("zstd: "+err.Error()))
			return
		}
	}
	outer := f.w
	f.w = jsontext.Over(body, at)
	// No blanks are skipped to find out: a protobuf message begins with a line feed, and what
	// follows it is its length, which may be the byte of a bracket.
	if bytes.HasPrefix(body, []byte("{")) {
		f.values(nil)
	} else {
		f.messages()
	}
	f.w = outer
}

// isBatches claims length-prefixed batches: the first length is plausible, and what
// follows it is what batches hold.
func isBatches(head []byte) bool {
	if len(head) < 6 {
		return false
	}
	n := binary.BigEndian.Uint32(head)
	if n < 2 || n > uint32(maxMessage) {
		return false
	}
	body := head[4:min(len(head), 4+int(n))]
	return compress.IsZstd(body) || body[0] == '{' || looksOTLP(body, int(n))
}

func isDelimited(head []byte) bool {
	n, size := binary.Uvarint(head)
	if size <= 0 || n < 2 || n > uint64(maxMessage) {
		return false
	}
	return looksOTLP(head[size:min(len(head), size+int(n))], int(n))
}

func isOTLPProto(head []byte) bool { return looksOTLP(head, -1) }

// looksOTLP tries the first fields of b as those of an OTLP message of n bytes (-1:
// unknown), of which b may be only the beginning.
func looksOTLP(b []byte, n int) bool {
	m := newWire(b)
	if !m.field() || m.num != 1 || m.typ != wireBytes {
		return false
	}
	size := m.uvarint()
	if m.bad || (n >= 0 && size > uint64(n-m.p)) {
		return false
	}
	return size == 0 || onlyFields(head(m.b[m.p:], size), 3, func(num uint64, b []byte, size uint64) bool {
		switch num {
		case 1: // Resource
			return onlyFields(head(b, size), 3, nil)
		case 2: // ScopeSpans
			return onlyFields(head(b, size), 3, nil)
		}
		return true
	})
}

// onlyFields reports whether b, which may be cut short, begins with fields that are all
// numbered up to most (or 1000, of a renamed field) and hold bytes or small numbers.
func onlyFields(b []byte, most uint64, check func(num uint64, b []byte, size uint64) bool) bool {
	m, some := newWire(b), false
	for m.field() {
		if m.num > most && m.num != 1000 {
			return false
		}
		if m.typ == wireVarint && m.num == 2 && check == nil {
			m.skip()
			continue
		}
		if m.typ != wireBytes {
			return false
		}
		size := m.uvarint()
		if m.bad {
			break
		}
		some = true
		if check != nil && !check(m.num, m.b[m.p:], size) {
			return false
		}
		if size > uint64(len(m.b)-m.p) {
			return true
		}
		m.p += int(size)
	}
	return some && !m.bad || len(b) == 0 || m.p >= len(b)-1
}
