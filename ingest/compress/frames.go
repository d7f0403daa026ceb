package compress

import "github.com/klauspost/compress/zstd"

// Frames decompresses frames of zstd that come one by one. Its memory is used again.
type Frames struct {
	decoder *zstd.Decoder // once there was a frame
	out     []byte
}

// Decode returns what a frame holds, at most most bytes, until the next one is decoded.
func (f *Frames) Decode(frame []byte, l Limits, most uint64) ([]byte, error) {
	if f.decoder == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(l.window()), zstd.WithDecoderMaxMemory(most))
		if err != nil {
			return nil, err
		}
		f.decoder = d
	}
	out, err := f.decoder.DecodeAll(frame, f.out[:0])
	f.out = out
	return out, err
}

// Close gives back what decoding takes.
func (f *Frames) Close() {
	if f.decoder != nil {
		f.decoder.Close()
	}
}
