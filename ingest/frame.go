package ingest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/longpole/longpole/ingest/spanstore"
)

// What one process reads is gathered by others as a stream of frames:
//
//	part      4 bytes, a signed number, little-endian
//	length    4 bytes, little-endian
//	bytes     a block of spans of traces of that part, see spanstore; of part -1, the ledger of the reading
//
// Frames may be taken apart and put together in any order, as a shuffle does.

// LedgerPart is the part of the frame that holds the ledger. A reading has exactly one, and it is the last.
const LedgerPart = -1

// MostParts is into how many parts traces can be divided.
const MostParts = spanstore.MostParts

// WriteFrame writes one frame.
func WriteFrame(w io.Writer, part int, data []byte) error {
	head := binary.LittleEndian.AppendUint32(nil, uint32(int32(part)))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(data)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// A FrameReader reads a stream of frames.
type FrameReader struct {
	in  *bufio.Reader
	buf bytes.Buffer
	at  int64
}

// NewFrameReader reads frames from src.
func NewFrameReader(src io.Reader) *FrameReader {
	return &FrameReader{in: bufio.NewReaderSize(src, 1<<20)}
}

// ErrCut says that a stream of frames ends inside of one.
var ErrCut = errors.New("the stream of frames is cut off")

// Next returns the next frame, and io.EOF after the last one. The bytes are valid until the next call.
func (r *FrameReader) Next() (part int, data []byte, err error) {
	var head [8]byte
	n, err := io.ReadFull(r.in, head[:])
	switch {
	case n == 0 && err == io.EOF:
		return 0, nil, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return 0, nil, fmt.Errorf("%w after %d bytes", ErrCut, r.at+int64(n))
	case err != nil:
		return 0, nil, err
	}
	part = int(int32(binary.LittleEndian.Uint32(head[:])))
	length := int64(binary.LittleEndian.Uint32(head[4:]))
	if part < LedgerPart || part >= MostParts {
		return 0, nil, fmt.Errorf("these are no frames: part %d, at byte %d", part, r.at)
	}
	r.buf.Reset()
	got, err := io.CopyN(&r.buf, r.in, length) // no more memory than there is data
	if errors.Is(err, io.EOF) {
		return 0, nil, fmt.Errorf("%w after %d bytes", ErrCut, r.at+8+got)
	}
	if err != nil {
		return 0, nil, err
	}
	r.at += 8 + length
	return part, r.buf.Bytes(), nil
}

// Gathered holds blocks of spans that readings have handed on.
type Gathered struct{ *spanstore.Gathered }

// NewGathered returns one that holds none, in so many bytes of memory before it uses a temporary file; 0: no limit.
func NewGathered(limit int64) Gathered { return Gathered{spanstore.NewGathered(limit)} }

// Spans returns the spans of all blocks, grouped by trace id. The caller closes them.
func (g Gathered) Spans() *Spans { return &Spans{Spans: g.Gathered.Spans()} }
