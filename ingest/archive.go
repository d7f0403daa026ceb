package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/longpole/longpole/ingest/compress"
	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/trace"
)

// Archives hold files as folders do: each member is read as a file of its own, called
// archive!member, and members that are no trace exports are named and skipped. An archive
// in an archive is not opened.

const (
	tarMagicAt  = 257
	archivePeek = 512
)

// archiveKind names the archive that begins with head; "" if it is none.
func archiveKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return "zip"
	case len(head) >= tarMagicAt+5 && string(head[tarMagicAt:tarMagicAt+5]) == "ustar":
		return "tar"
	}
	return ""
}

// A memberReader reads the members of one archive.
type memberReader struct {
	pool  *pool
	rd    *reader
	input int
	name  string
	spans int
	seen  int
}

// archive reads all members of the archive that out holds; stored is the input itself.
func (p *pool) archive(r *reader, i int, kind string, out *bufio.Reader, stored io.Reader) error {
	m := memberReader{pool: p, rd: r, input: i, name: p.inputs[i].name}
	var err error
	if kind == "tar" {
		err = m.tar(out)
	} else {
		err = m.zip(out, stored)
	}
	switch {
	case err != nil:
		return &FileError{Name: m.name, Err: fmt.Errorf("invalid %s archive: %w", kind, err), Hint: "copy or download the file again"}
	case m.spans == 0:
		return &FileError{Name: m.name, Err: fmt.Errorf("no spans: none of the %d files in this %s archive is a usable trace export", m.seen, kind),
			Hint: "unpack it and name the trace files"}
	}
	return nil
}

// tar reads members as they stream by. A damaged end costs only what comes after it.
func (m *memberReader) tar(out io.Reader) error {
	t := tar.NewReader(out)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if m.spans > 0 {
				m.note(decode.Unverified, m.name, err.Error())
				return nil
			}
			return err
		}
		if h.Typeflag == tar.TypeReg {
			m.member(h.Name, t, nil)
		}
	}
}

// maxZip bounds a zip that comes through a pipe: its directory is at its end.
const maxZip = 1 << 30

func (m *memberReader) zip(out io.Reader, stored io.Reader) error {
	at, size, err := seekable(out, stored)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return err
	}
	for _, file := range z.File {
		if file.FileInfo().IsDir() {
			continue
		}
		src, err := file.Open()
		if err != nil {
			m.note(SkippedFile, m.name+"!"+file.Name, err.Error())
			continue
		}
		m.member(file.Name, src, func() int64 { return int64(file.CompressedSize64) })
		src.Close()
	}
	return nil
}

// seekable returns the file itself, or else what it holds, in memory.
func seekable(out, stored io.Reader) (io.ReaderAt, int64, error) {
	if c, ok := stored.(*counting); ok {
		if file, ok := c.src.(*os.File); ok {
			if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
				return file, info.Size(), nil
			}
		}
	}
	data, err := io.ReadAll(io.LimitReader(out, maxZip+1))
	if err == nil && len(data) > maxZip {
		err = fmt.Errorf("a zip from a pipe is over the %w of 1 GiB", compress.ErrLimit)
	}
	return bytes.NewReader(data), int64(len(data)), err
}

// member reads one file of the archive. stored, if not nil, says how many bytes it takes
// in the archive.
func (m *memberReader) member(name string, src io.Reader, stored func() int64) {
	m.seen++
	if stored != nil {
		src = m.pool.o.limits().Bound(io.NopCloser(src), stored)
	}
	f := m.pool.file(m.rd, m.name+"!"+name)
	err := f.read(src)
	f.Finish(&m.rd.ledger)
	m.spans += f.Kept()
	if err != nil && f.Spans == 0 {
		m.note(SkippedFile, f.Name, err.Error())
		return
	}
	if err != nil && f.Window.Broken() != nil {
		m.note(decode.Unverified, f.Name, errtext.Cause(err).Error())
	}
	m.pool.counts[m.input] = append(m.pool.counts[m.input], f.fileCount())
}

func (m *memberReader) note(code trace.Code, name, text string) {
	m.rd.ledger.Count(code, 1, trace.Example{File: name, Offset: -1, Text: text})
}
