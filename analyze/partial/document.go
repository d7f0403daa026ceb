package partial

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/internal/wire"
)

// Version is the version of the documents that this program writes, and the only one that it reads.
const Version = 2

const mark = "longpole"

// A kind of document.
type kind byte

const (
	ledgerKind  kind = 'l'
	partialKind kind = 'p'
	factsKind   kind = 'f'
)

var kindNames = map[kind]string{ledgerKind: "the ledger of one reading", partialKind: "a partial", factsKind: "facts"}

// Sniff reports whether a file that begins so is a partial.
func Sniff(head []byte) bool {
	return len(head) > len(mark) && string(head[:len(mark)]) == mark && kind(head[len(mark)]) == partialKind
}

// mostExpanded is how many times as long a body may be when it is expanded. A decoder takes no more memory than that
// of what it was given.
const mostExpanded = 100

var checks = crc32.MakeTable(crc32.Castagnoli)

// write joins the parts of a document.
func write(k kind, head, body *wire.Coder) ([]byte, error) {
	out := append([]byte(mark), byte(k), Version)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(head.Bytes())))
	out = append(out, head.Bytes()...)
	raw := body.Bytes()
	if len(raw) > math.MaxUint32 {
		return nil, errors.New("a partial cannot hold more than 4 GiB: reduce fewer parts at once")
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	out = binary.LittleEndian.AppendUint32(out, 0) // how long it is packed, see below
	out = binary.LittleEndian.AppendUint32(out, uint32(len(raw)))
	from := len(out)
	out = packer.EncodeAll(raw, out)
	if packed := len(out) - from; packed >= len(raw) || len(raw) > mostExpanded*packed {
		out = append(out[:from], raw...)
	}
	binary.LittleEndian.PutUint32(out[from-8:], uint32(len(out)-from))
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, checks)), nil
}

var errDamaged = errors.New("it is damaged, or cut off")

// read takes a document apart.
func read(k kind, b []byte) (head, body []byte, err error) {
	if len(b) < len(mark)+2 || string(b[:len(mark)]) != mark {
		return nil, nil, errors.New("it is none that longpole writes")
	}
	is, version := kind(b[len(mark)]), b[len(mark)+1]
	if is != k {
		name := kindNames[is]
		if name == "" {
			name = "of no known kind"
		}
		return nil, nil, fmt.Errorf("it is %s, and not %s", name, kindNames[k])
	}
	if version != Version {
		return nil, nil, fmt.Errorf("it is of format %d, and this longpole reads format %d", version, Version)
	}
	end := len(b) - 4
	if end < len(mark)+2 || binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], checks) {
		return nil, nil, errDamaged
	}
	rest := b[len(mark)+2 : end]
	head, rest = cut(rest)
	if len(rest) < 8 || head == nil {
		return nil, nil, errDamaged
	}
	size, expanded := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint32(rest[4:])
	if rest = rest[8:]; uint64(size) != uint64(len(rest)) {
		return nil, nil, errDamaged
	}
	body, err = expand(rest, int(expanded))
	return head, body, err
}

// cut returns what stands after its length, and the rest; nil if it is cut off.
func cut(b []byte) (framed, rest []byte) {
	if len(b) < 4 {
		return nil, nil
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil
	}
	return b[4 : 4+n : 4+n], b[4+n:]
}

// leastWindow is what zstd is always given.
const leastWindow = 16 << 20

func expand(packed []byte, size int) ([]byte, error) {
	if size == len(packed) {
		return packed, nil
	}
	if size > mostExpanded*len(packed) {
		return nil, errors.New("it would expand to more than a hundred times its size")
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(max(size, leastWindow))))
	if err != nil {
		return nil, err
	}
	defer unpacker.Close()
	raw, err := unpacker.DecodeAll(packed, make([]byte, 0, size))
	if err != nil || len(raw) != size {
		return nil, errDamaged
	}
	return raw, nil
}
