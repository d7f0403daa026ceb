package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/internal/testkit"
)

// blanks are a document with so many bytes behind it, compressed.
func blanks(n int) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll([]byte(doc(span(1))+strings.Repeat(" ", n)), nil)
}

func TestMembersOfAnArchiveAreHeldToTheLimitsTogether(t *testing.T) {
	var tarred bytes.Buffer
	w := tar.NewWriter(&tarred)
	zipped := map[string]string{}
	for i := range 5 {
		member := blanks(1 << 20)
		name := fmt.Sprintf("%d.zst", i)
		zipped[name] = string(member)
		w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(member))})
		w.Write(member)
	}
	w.Close()
	for name, data := range map[string][]byte{"x.tar": tarred.Bytes(), "x.zip": zipOf(t, zipped)} {
		if _, err := ReadBytes(name, data, Options{MaxExpanded: 6 << 20}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err := ReadBytes(name, data, Options{MaxExpanded: 4 << 20})
		refused(t, err, name+": expands to more than the limit of 4194304 bytes (--max-expanded)", "what it seems")
	}
}

func TestAZipThatPromisesTooMuchIsRefusedBeforeItIsUnpacked(t *testing.T) {
	data := zipOf(t, map[string]string{"a.json": doc(span(1)), "b": strings.Repeat(" ", 1<<20)})
	s, err := ReadBytes("x.zip", data, Options{MaxExpanded: 1 << 20})
	refused(t, err, "x.zip: expands to more than the limit of 1048576 bytes (--max-expanded)", "what it seems")
	want(t, "spans", names(s), "")
}

func TestAZipWhoseMembersShareTheirBytesIsRefused(t *testing.T) {
	data := zipOf(t, map[string]string{"a.json": doc(span(1)), "b.json": doc(span(1))})
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[second+42:], 0) // where it begins
	_, err := ReadBytes("x.zip", data, Options{})
	refused(t, err, "x.zip: invalid zip archive: its members overlap", "")
}

func TestAZipWithoutEndOfMembersIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for range 1 + maxDirectory/1046 {
		w.CreateRaw(&zip.FileHeader{Name: strings.Repeat("a", 1000)})
	}
	w.Close()
	_, err := ReadBytes("x.zip", b.Bytes(), Options{})
	refused(t, err, "x.zip: its list of members is over the limit of 16777216 bytes", "unpack it")
}

func TestAZipMayBeCompressedItself(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(zipOf(t, map[string]string{"a.json": doc(span(1))}))
	w.Close()
	dir := folderOf(t, map[string]string{"x.zip.gz": b.String()})
	want(t, "spans", names(readFiles(t, Options{}, dir+"/x.zip.gz")), "s1")
}

func TestAHoleInAMemberOfATarCountsAsWhatItIsReadAs(t *testing.T) {
	_, err := ReadBytes("x.tar", sparse(doc(span(1)), 128<<20), Options{})
	refused(t, err, "x.tar: expands to more than 1000 times its size, over the limit", "what it seems")
}

// sparse is a tar of one member: text, and behind it a hole of which nothing is stored.
func sparse(text string, size int64) []byte {
	text += strings.Repeat(" ", 1024-len(text))
	h := make([]byte, 512)
	number := func(at, width int, n int64) {
		binary.BigEndian.PutUint64(h[at+width-8:], uint64(n))
		h[at] = 0x80
	}
	copy(h, "a.json")
	copy(h[100:], "0000644\x000000000\x000000000\x00")
	number(124, 12, int64(len(text)))
	copy(h[136:], "00000000000\x00        S")
	copy(h[257:], "ustar  \x00")
	number(386, 12, 0)
	number(398, 12, int64(len(text)))
	number(410, 12, size)
	number(422, 12, 0)
	number(483, 12, size)
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(append(h, text...), make([]byte, 1024)...)
}

func TestFramesOfAFileAreHeldToTheLimitsTogether(t *testing.T) {
	var b bytes.Buffer
	for range 5 {
		frame := blanks(1 << 20)
		binary.Write(&b, binary.BigEndian, uint32(len(frame)))
		b.Write(frame)
	}
	s := read(t, b.String(), Options{MaxExpanded: 3 << 20})
	want(t, "findings", found(&s.Ledger), "3 compression-damaged")
}

func TestAnArchiveOfTooManyFilesIsRefusedAndWhatCameBeforeIsKept(t *testing.T) {
	for _, members := range testkit.Some([]int{mostMembers + 1, mostMembers}, 1) {
		var b bytes.Buffer
		zw, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		w := tar.NewWriter(zw)
		w.WriteHeader(&tar.Header{Name: "a.json", Mode: 0o644, Size: int64(len(doc(span(1))))})
		w.Write([]byte(doc(span(1))))
		for range members - 1 {
			w.WriteHeader(&tar.Header{Name: "empty", Mode: 0o644})
		}
		w.Close()
		zw.Close()
		s, err := ReadBytes("x.tar.gz", b.Bytes(), Options{})
		if members > mostMembers {
			refused(t, err, "x.tar.gz: it holds more files than the limit of 100000", "their folder")
		} else if err != nil {
			t.Errorf("%d files: %v", members, err)
		}
		if len(all(s)) != 1 {
			t.Errorf("of %d files %d spans are kept, want 1", members, len(all(s)))
		}
	}
}
