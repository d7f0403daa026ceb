package compress

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	magicGzip  = []byte{0x1f, 0x8b}
	magicZstd  = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicBzip2 = []byte("BZh")
)

// Kind names what head is compressed with; "" if it is not.
func Kind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, magicGzip):
		return "gzip"
	case IsZstd(head), isSkippableFrame(head):
		return "zstd"
	case bytes.HasPrefix(head, magicBzip2) && len(head) > 3 && head[3] >= '1' && head[3] <= '9':
		return "bzip2"
	}
	return ""
}

// IsZstd reports whether a frame of zstd that holds data begins here.
func IsZstd(head []byte) bool { return bytes.HasPrefix(head, magicZstd) }

func isSkippableFrame(head []byte) bool {
	return len(head) >= 4 && head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

// Open returns what in holds, decompressed if it is compressed, and with what; t counts what that
// is. One layer is taken off; the caller sees from the content if there is another.
func Open(in *bufio.Reader, t *Total) (out io.ReadCloser, kind string, err error) {
	head, _ := in.Peek(8)
	kind = Kind(head)
	switch kind {
	case "gzip":
		var z *gzip.Reader
		if z, err = gzip.NewReader(in); err == nil {
			out = z
		}
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(in, zstd.WithDecoderMaxWindow(t.window()), zstd.WithDecoderMaxMemory(1<<62)); err == nil {
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
	return t.Bound(out), kind, nil
}
