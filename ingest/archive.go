package ingest

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

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
	plain io.Reader // the archive as it is stored; nil if it is compressed itself
	spans int
	seen  int

	// What members add up to, and what was compressed in them: each layer is held to the limits of
	// one file, or many small members would get past them together.
	all, inside *compress.Total
}

// archiveRatioFrom is how far members may expand together whatever their archive's size. A trace
// export is a fiftieth of its size when it is compressed.
const archiveRatioFrom = 64 << 20

// mostMembers is how many files one archive may hold: each has a row of its own in the account, so that
// a small archive of many would take any amount of memory.
const mostMembers = 100_000

// members returns what reads the members of input i. stored says how much of it was read so far.
func (p *pool) members(r *reader, i int, stored func() int64) *memberReader {
	l := p.o.limits()
	l.RatioFrom = archiveRatioFrom
	return &memberReader{pool: p, rd: r, input: i, name: p.inputs[i].name, all: l.Total(stored), inside: l.Total(stored)}
}

// read reads all members of the archive that out holds.
func (m *memberReader) read(kind string, out *bufio.Reader) error {
	open := m.tar
	if kind == "zip" {
		open = m.zip
	}
	err := open(out)
	var spill *SpillError
	switch {
	case errors.As(err, &spill):
		return err
	case errors.Is(err, compress.ErrLimit):
		return &FileError{Name: m.name, Err: err, Hint: "is the file what it seems to be? otherwise unpack it and name the trace files, or their folder"}
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
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, compress.ErrLimit), err != nil && m.spans == 0:
			return err
		case err != nil:
			m.note(decode.Unverified, m.name, err.Error())
			return nil
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse:
			err = m.member(h.Name, t)
		case tar.TypeDir, tar.TypeXGlobalHeader:
		default:
			m.seen++
			m.note(SkippedFile, m.name+"!"+h.Name, "not a regular file")
			err = m.over()
		}
		if err != nil {
			return err
		}
	}
}

// member reads one file of the archive. The error is about the whole archive.
func (m *memberReader) member(name string, src io.Reader) error {
	m.seen++
	f := m.pool.file(m.rd, m.name+"!"+name, m.inside)
	err := f.read(m.all.Bound(io.NopCloser(src)))
	f.finish()
	m.spans += f.Kept()
	if err != nil && f.Spans == 0 {
		m.note(SkippedFile, f.Name, err.Error())
		return m.over()
	}
	if err != nil && f.Window.Broken() != nil {
		m.note(decode.Unverified, f.Name, errtext.Cause(err).Error())
	}
	m.pool.counts[m.input] = append(m.pool.counts[m.input], f.fileCount())
	return m.over()
}

// over returns which limit the members pass together.
func (m *memberReader) over() error {
	if m.seen > mostMembers {
		return fmt.Errorf("it holds more files than the %w of %d", compress.ErrLimit, mostMembers)
	}
	return cmp.Or(m.all.Err(), m.inside.Err())
}

func (m *memberReader) note(code trace.Code, name, text string) {
	m.rd.ledger.Count(code, 1, trace.Example{File: name, Offset: -1, Text: text})
}
