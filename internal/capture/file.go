package capture

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/internal/bytesize"
	"github.com/longpole/longpole/internal/errtext"
)

// A File is where lines are kept. It is written in place, a line at once: whatever ends the process,
// what was promised to a sender is in it. In a compressed one each line is a frame of its own, so that
// this holds there, too.
type File struct {
	w       io.Writer
	f       *os.File // that w is, if we opened it
	regular bool     // it can be cut
	pack    func([]byte) []byte
	size    int64
	limit   bytesize.Size
	failed  error // why no more is kept
}

// ErrInUse says that another capture writes to the file.
var ErrInUse = errors.New("another capture writes to it")

// Create empties the file of a name, or makes it; limit is how large it may get. Its end says how it
// is compressed: .gz, .zst, or anything else for not at all.
func Create(name string, limit bytesize.Size) (*File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, errtext.Cause(err)
	}
	k := &File{w: f, f: f, limit: limit, pack: packing(name)}
	if err := k.claim(); err != nil {
		f.Close()
		return nil, err
	}
	return k, nil
}

// claim makes sure that nobody else writes to the file, and only then empties it.
func (k *File) claim() error {
	info, err := k.f.Stat()
	if err != nil {
		return errtext.Cause(err)
	}
	if k.regular = info.Mode().IsRegular(); !k.regular {
		return nil
	}
	if err := lock(k.f); err != nil {
		return err
	}
	return errtext.Cause(k.f.Truncate(0))
}

// To keeps lines in what is open already, such as stdout, and stays so.
func To(w io.Writer, limit bytesize.Size) *File {
	return &File{w: w, limit: limit, pack: packing("")}
}

func packing(name string) func([]byte) []byte {
	switch {
	case strings.HasSuffix(name, ".gz"):
		return gzipped
	case strings.HasSuffix(name, ".zst"):
		encoder, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)) // only options can be wrong
		return func(b []byte) []byte { return encoder.EncodeAll(b, nil) }
	}
	return func(b []byte) []byte { return b }
}

func gzipped(b []byte) []byte {
	var out appended
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out
}

type appended []byte

// Write appends.
func (a *appended) Write(b []byte) (int, error) {
	*a = append(*a, b...)
	return len(b), nil
}

// Keep writes a line. After an error it keeps no more: what is in the file is whole, and a gap in the
// middle of it would be worse than an end.
func (k *File) Keep(line []byte) error {
	if k.failed != nil {
		return k.failed
	}
	b := k.pack(line)
	if k.limit > 0 && k.size+int64(len(b)) > int64(k.limit) {
		k.failed = fmt.Errorf("the file would get larger than the limit of %s (--max-file)", k.limit)
		return k.failed
	}
	n, err := k.w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		k.failed = errtext.Cause(err)
		k.cut()
		return k.failed
	}
	k.size += int64(n)
	return nil
}

// cut takes away what is not whole.
func (k *File) cut() {
	if k.regular {
		k.f.Truncate(k.size)
	}
}

// Size is how many bytes are in the file.
func (k *File) Size() bytesize.Size { return bytesize.Size(k.size) }

// Close ends the file, and returns why it does not hold all that was to be kept.
func (k *File) Close() error {
	if k.regular {
		if err := k.f.Sync(); err != nil && k.failed == nil {
			k.failed = errtext.Cause(err)
		}
	}
	if k.f == nil {
		return k.failed
	}
	if err := k.f.Close(); err != nil && k.failed == nil {
		k.failed = errtext.Cause(err)
	}
	return k.failed
}
