package ingest

import "encoding/binary"

// A wire reads protobuf fields of one message. bad is set once the bytes are no protobuf,
// and ends all loops:
//
//	for m.field() {
//		switch m.num {
//		case 1:
//			name = m.bytes()
//		default:
//			m.skip()
//		}
//	}
type wire struct {
	b   []byte
	p   int
	num uint64
	typ byte
	bad bool
}

const (
	wireVarint   = 0
	wireFixed64  = 1
	wireBytes    = 2
	wireGroup    = 3
	wireGroupEnd = 4
	wireFixed32  = 5
)

func newWire(b []byte) wire { return wire{b: b} }

// field steps to the next field; false at the end of the message.
func (m *wire) field() bool {
	if m.bad || m.p >= len(m.b) {
		return false
	}
	tag := m.uvarint()
	m.num, m.typ = tag>>3, byte(tag&7)
	if m.num == 0 || m.num > 1<<29-1 {
		m.bad = true
	}
	return !m.bad
}

func (m *wire) uvarint() uint64 {
	if m.p < len(m.b) && m.b[m.p] < 0x80 {
		m.p++
		return uint64(m.b[m.p-1])
	}
	v, n := binary.Uvarint(m.b[m.p:])
	if n <= 0 {
		m.bad = true
		return 0
	}
	m.p += n
	return v
}

// varint takes the field as a number.
func (m *wire) varint() uint64 {
	if m.typ != wireVarint {
		m.bad = true
		return 0
	}
	return m.uvarint()
}

// fixed32 takes the field as four bytes.
func (m *wire) fixed32() uint32 {
	if m.typ != wireFixed32 || len(m.b)-m.p < 4 {
		m.bad = true
		return 0
	}
	m.p += 4
	return binary.LittleEndian.Uint32(m.b[m.p-4:])
}

// fixed64 takes the field as eight bytes.
func (m *wire) fixed64() uint64 {
	if m.typ != wireFixed64 || len(m.b)-m.p < 8 {
		m.bad = true
		return 0
	}
	m.p += 8
	return binary.LittleEndian.Uint64(m.b[m.p-8:])
}

// bytes takes the field as text or as an inner message.
func (m *wire) bytes() []byte {
	if m.typ != wireBytes {
		m.bad = true
		return nil
	}
	n := m.uvarint()
	if m.bad || n > uint64(len(m.b)-m.p) {
		m.bad = true
		return nil
	}
	m.p += int(n)
	return m.b[m.p-int(n) : m.p : m.p]
}

// inner takes the field as a message.
func (m *wire) inner() wire { return newWire(m.bytes()) }

// skip steps over the field.
func (m *wire) skip() {
	switch m.typ {
	case wireVarint:
		m.uvarint()
	case wireFixed64:
		m.p += 8
	case wireBytes:
		m.bytes()
	case wireFixed32:
		m.p += 4
	case wireGroup:
		m.skipGroup()
	default:
		m.bad = true
	}
	if m.p > len(m.b) {
		m.bad = true
	}
}

// skipGroup steps behind the end of a group, which may hold groups.
func (m *wire) skipGroup() {
	for depth := 1; depth > 0; {
		switch {
		case !m.field():
			m.bad = true
			return
		case m.typ == wireGroup:
			depth++
		case m.typ == wireGroupEnd:
			depth--
		default:
			m.skip()
		}
	}
}
