package ingest

import (
	"archive/zip"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/internal/tempfile"
)

const (
	// maxZip bounds a zip that comes through a pipe: its directory is at its end.
	maxZip = 1 << 30

	// maxDirectory is how many bytes of a zip may list its members: the list is kept in memory,
	// where each takes several times as much.
	maxDirectory = 16 << 20
)

// zip reads the members that the directory of a zip lists.
func (m *memberReader) zip(out io.Reader) error {
	at, size, done, err := m.seekable(out)
	if err != nil {
		return err
	}
	defer done()
	stored := func() int64 { return size }
	m.all, m.inside = m.all.Total(stored), m.inside.Total(stored)
	z, err := directory(at, size)
	if err != nil {
		return err
	}
	if err := m.promised(z.File, size); err != nil {
		return err
	}
	for _, file := range z.File {
		if err := m.zipped(file); err != nil {
			return err
		}
	}
	return nil
}

func (m *memberReader) zipped(file *zip.File) error {
	if file.FileInfo().IsDir() {
		return nil
	}
	src, err := file.Open()
	if err != nil {
		m.note(SkippedFile, m.name+"!"+file.Name, err.Error())
		return nil
	}
	defer src.Close()
	return m.member(file.Name, src)
}

// promised refuses members that are more than the limits by what the directory says of them, which
// a reader holds them to, and those that share their bytes: whatever they expand to, few bytes
// could pay for any number of them.
func (m *memberReader) promised(files []*zip.File, size int64) error {
	type stretch struct{ from, to int64 }
	var all []stretch
	expanded := m.all.Total(func() int64 { return size })
	for _, f := range files {
		if err := expanded.Add(int64(min(f.UncompressedSize64, 1<<50))); err != nil {
			return err
		}
		if from, err := f.DataOffset(); err == nil && f.CompressedSize64 > 0 {
			all = append(all, stretch{from, from + int64(f.CompressedSize64)})
		}
	}
	slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(all); i++ {
		if all[i].from < all[i-1].to {
			return errors.New("its members overlap")
		}
	}
	return nil
}

// directory reads the list of members.
func directory(at io.ReaderAt, size int64) (*zip.Reader, error) {
	bounded := &boundedReaderAt{at, maxDirectory}
	z, err := zip.NewReader(bounded, size)
	bounded.left = 1 << 62 // members have limits of their own
	return z, err
}

type boundedReaderAt struct {
	io.ReaderAt
	left int64
}

// ReadAt reads from the source as long as that is within the limit.
func (r *boundedReaderAt) ReadAt(b []byte, at int64) (int, error) {
	if r.left -= int64(len(b)); r.left < 0 {
		return 0, fmt.Errorf("its list of members is over the %w of %d bytes", compress.ErrLimit, maxDirectory)
	}
	return r.ReaderAt.ReadAt(b, at)
}

// seekable returns the archive itself, or else a temporary file of what out holds. done gives it back.
func (m *memberReader) seekable(out io.Reader) (at io.ReaderAt, size int64, done func() error, err error) {
	if file, ok := m.plain.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			return file, info.Size(), func() error { return nil }, nil
		}
	}
	copied, err := tempfile.New()
	if err != nil {
		return nil, 0, nil, &SpillError{Path: os.TempDir(), Err: err}
	}
	size, err = io.Copy(copied, io.LimitReader(out, maxZip+1))
	if err == nil && size > maxZip {
		err = fmt.Errorf("a zip from a pipe is over the %w of 1 GiB", compress.ErrLimit)
	}
	if err != nil {
		copied.Close()
		return nil, 0, nil, copying(err)
	}
	return copied, size, copied.Close, nil
}

// copying returns why a copy failed: what cannot be written is no fault of the archive.
func copying(err error) error {
	var failed *os.PathError
	if errors.As(err, &failed) && failed.Op == "write" {
		return &SpillError{Path: os.TempDir(), Err: err}
	}
	return err
}
