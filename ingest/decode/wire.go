package decode

import "encoding/binary"

// A Wire reads protobuf fields of one message. bad is set once the bytes are no protobuf,
// and ends all loops:
//
//	for m.Field() {
//		switch m.Num {
//		case 1:
//			name = m.Bytes()
//		default:
//			m.Skip()
//		}
//	}
type Wire struct {
	B   []byte
	P   int
	Num uint64
	Typ byte
	Bad bool
}

const (
	WireVarint   = 0
	WireFixed64  = 1
	WireBytes    = 2
	wireGroup    = 3
	wireGroupEnd = 4
	wireFixed32  = 5
)

// NewWire returns the fields of a message.
func NewWire(b []byte) Wire { return Wire{B: b} }

// Field steps to the next Field; false at the end of the message.
func (m *Wire) Field() bool {
	if m.Bad || m.P >= len(m.B) {
		return false
	}
	tag := m.Uvarint()
	m.Num, m.Typ = tag>>3, byte(tag&7)
	if m.Num == 0 || m.Num > 1<<29-1 {
		m.Bad = true
	}
	return !m.Bad
}

// Uvarint takes a number that has no field.
func (m *Wire) Uvarint() uint64 {
	if m.P < len(m.B) && m.B[m.P] < 0x80 {
		m.P++
		return uint64(m.B[m.P-1])
	}
	v, n := binary.Uvarint(m.B[m.P:])
	if n <= 0 {
		m.Bad = true
		return 0
	}
	m.P += n
	return v
}

// Varint takes the field as a number.
func (m *Wire) Varint() uint64 {
	if m.Typ != WireVarint {
		m.Bad = true
		return 0
	}
	return m.Uvarint()
}

// Fixed32 takes the field as four bytes.
func (m *Wire) Fixed32() uint32 {
	if m.Typ != wireFixed32 || len(m.B)-m.P < 4 {
		m.Bad = true
		return 0
	}
	m.P += 4
	return binary.LittleEndian.Uint32(m.B[m.P-4:])
}

// Fixed64 takes the field as eight bytes.
func (m *Wire) Fixed64() uint64 {
	if m.Typ != WireFixed64 || len(m.B)-m.P < 8 {
		m.Bad = true
		return 0
	}
	m.P += 8
	return binary.LittleEndian.Uint64(m.B[m.P-8:])
}

// Bytes takes the field as text or as an inner message.
func (m *Wire) Bytes() []byte {
	if m.Typ != WireBytes {
		m.Bad = true
		return nil
	}
	n := m.Uvarint()
	if m.Bad || n > uint64(len(m.B)-m.P) {
		m.Bad = true
		return nil
	}
	m.P += int(n)
	return m.B[m.P-int(n) : m.P : m.P]
}

// Inner takes the field as a message.
func (m *Wire) Inner() Wire { return NewWire(m.Bytes()) }

// Skip steps over the field.
func (m *Wire) Skip() {
	switch m.Typ {
	case WireVarint:
		m.Uvarint()
	case WireFixed64:
		m.P += 8
	case WireBytes:
		m.Bytes()
	case wireFixed32:
		m.P += 4
	case wireGroup:
		m.skipGroup()
	default:
		m.Bad = true
	}
	if m.P > len(m.B) {
		m.Bad = true
	}
}

// skipGroup steps behind the end of a group, which may hold groups.
func (m *Wire) skipGroup() {
	for depth := 1; depth > 0; {
		switch {
		case !m.Field():
			m.Bad = true
			return
		case m.Typ == wireGroup:
			depth++
		case m.Typ == wireGroupEnd:
			depth--
		default:
			m.Skip()
		}
	}
}

// Head returns the first size bytes of b, or what is there of them.
func Head(b []byte, size uint64) []byte { return b[:min(uint64(len(b)), size)] }
