package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	defaultExpanded = 16 << 30
	defaultRatio    = 1000
	ratioFrom       = 1 << 30
	defaultWindow   = 128 << 20
)

var (
	magicGzip  = []byte{0x1f, 0x8b}
	magicZstd  = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicBzip2 = []byte("BZh")
)

// compression names what head is compressed with; "" if it is not.
func compression(head []byte) string {
	switch {
	case bytes.HasPrefix(head, magicGzip):
		return "gzip"
	case bytes.HasPrefix(head, magicZstd), isSkippableFrame(head):
		return "zstd"
	case bytes.HasPrefix(head, magicBzip2) && len(head) > 3 && head[3] >= '1' && head[3] <= '9':
		return "bzip2"
	}
	return ""
}

func isSkippableFrame(head []byte) bool {
	return len(head) >= 4 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

// unpacked returns what src holds, decompressed if it is compressed, and with what. One
// layer is taken off; the caller sees from the content if there is another.
func unpacked(src io.Reader, stored func() int64, o *Options) (out io.ReadCloser, kind string, err error) {
	in := bufio.NewReaderSize(src, 256<<10)
	head, _ := in.Peek(8)
	kind = compression(head)
	switch kind {
	case "gzip":
		var z *gzip.Reader
		if z, err = gzip.NewReader(in); err == nil {
			out = z
		}
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(in, zstd.WithDecoderMaxWindow(windowLimit(o)), zstd.WithDecoderMaxMemory(1<<62)); err == nil {
			out = z.IOReadCloser()
		}
	case "bzip2":
		out = io.NopCloser(bzip2.NewReader(in))
	default:
		return io.NopCloser(in), "", nil
	}
	if err != nil {
		return nil, kind, err
	}
	return &expanding{src: out, stored: stored, o: o}, kind, nil
}

func windowLimit(o *Options) uint64 {
	if o.MaxWindow > 0 {
		return o.MaxWindow
	}
	return defaultWindow
}

// errLimit is why reading stopped on purpose.
var errLimit = errors.New("limit")

// expanding ends a stream that expands beyond the limits.
type expanding struct {
	src    io.ReadCloser
	stored func() int64 // compressed bytes read so far
	o      *Options
	n      int64
}

func (e *expanding) Close() error { return e.src.Close() }

func (e *expanding) Read(b []byte) (int, error) {
	n, err := e.src.Read(b)
	e.n += int64(n)
	if limit := e.check(); limit != nil {
		return 0, limit
	}
	return n, err
}

func (e *expanding) check() error {
	most, ratio := e.o.MaxExpanded, e.o.MaxRatio
	if most <= 0 {
		most = defaultExpanded
	}
	if ratio <= 0 {
		ratio = defaultRatio
	}
	if e.n > most {
		return fmt.Errorf("expands to more than the %w of %d bytes (--max-expanded)", errLimit, most)
	}
	if e.n > ratioFrom && e.n/ratio > e.stored() {
		return fmt.Errorf("expands to more than %d times its size, over the %w (--max-expanded)", ratio, errLimit)
	}
	return nil
}

// damaged says what a decompressor's error means: an error that ends the file, or a
// finding about data that was kept.
func damaged(kind string, err error, any bool, window uint64) (code *codeFinding, fatal error) {
	switch {
	case errors.Is(err, errLimit):
		return nil, err
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrWindowSizeTooSmall):
		return nil, fmt.Errorf("asks for a zstd window over the %w of %d bytes (--max-window)", errLimit, window)
	case !any:
		return nil, fmt.Errorf("invalid %s: %w", kind, err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return &codeFinding{TrailingBytes, err.Error()}, nil
	}
	return &codeFinding{Unverified, kind + ": " + err.Error()}, nil
}
