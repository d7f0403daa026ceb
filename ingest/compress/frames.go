package compress

import (
	"cmp"

	"github.com/klauspost/compress/zstd"
)

// Frames decompresses frames of zstd that come one by one. Its memory is used again.
type Frames struct {
	decoder *zstd.Decoder // once there was a frame
	out     []byte
}

// MaxFrame is how many bytes a frame may hold: it is decoded whole.
const MaxFrame = 64 << 20

// Decode returns what a frame holds, until the next one is decoded. t counts it.
func (f *Frames) Decode(frame []byte, t *Total) ([]byte, error) {
	if err := t.Err(); err != nil {
		return nil, err
	}
	if f.decoder == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(t.window()), zstd.WithDecoderMaxMemory(MaxFrame))
		if err != nil {
			return nil, err
		}
		f.decoder = d
	}
	out, err := f.decoder.DecodeAll(frame, f.out[:0])
	f.out = out
	return out, cmp.Or(err, t.Add(int64(len(out))))
}

// Close gives back what decoding takes.
func (f *Frames) Close() {
	if f.decoder != nil {
		f.decoder.Close()
	}
}
