package partial

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/longpole/longpole/internal/wire"
)

func newCoder(code func(*wire.Coder)) []byte {
	c := wire.Writer()
	code(c)
	return c.Bytes()
}

// document puts a head and a body, as it stands, between a mark and a check that fit.
func document(k kind, head, body []byte, expanded int) []byte {
	out := append([]byte(mark), byte(k), Version)
	out = append(binary.LittleEndian.AppendUint32(out, uint32(len(head))), head...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(binary.LittleEndian.AppendUint32(out, uint32(expanded)), body...)
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, checks))
}
