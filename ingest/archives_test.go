package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/ingest/decode"
)

// refused fails the test unless err names the file, says what is wrong and has a hint.
func refused(t *testing.T, err error, says, hint string) {
	t.Helper()
	var fe *FileError
	if !errors.As(err, &fe) || !strings.Contains(err.Error(), says) || !strings.Contains(fe.Hint, hint) {
		t.Errorf("error is %v (%+v), want %q with the hint %q", err, fe, says, hint)
	}
}

// examples spells what is said of the findings with a code.
func examples(s *Spans, code string) (text string) {
	for _, f := range s.Ledger.Findings() {
		for _, ex := range f.Examples {
			if f.Code.ID == code {
				text += ex.File + ": " + ex.Text + "\n"
			}
		}
	}
	return text
}

// tarInOrder holds members called 0.json, 1.json ...
func tarInOrder(docs ...string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, d := range docs {
		w.WriteHeader(&tar.Header{Name: string(rune('0'+i)) + ".json", Mode: 0o644, Size: int64(len(d))})
		w.Write([]byte(d))
	}
	w.Close()
	return b.Bytes()
}

func TestADamagedTarKeepsTheMembersBeforeTheDamage(t *testing.T) {
	whole := tarInOrder(doc(span(1)), doc(span(2)), doc(span(3)))
	second, size := 1024, len(doc(span(2)))
	for what, data := range map[string][]byte{
		"cut in a header":  whole[:second+100],
		"cut in a member":  whole[:second+512+size/3],
		"a damaged header": bytes.Replace(whole, []byte("1.json"), []byte("x.json"), 1),
	} {
		s, err := ReadBytes("x.tar", data, Options{})
		if err != nil || names(s) != "s1" || s.Ledger.Of(decode.Unverified) != 1 || !strings.Contains(examples(s, decode.Unverified.ID), "x.tar: ") {
			t.Errorf("%s: %s, %s, %v", what, names(s), found(&s.Ledger), err)
		}
	}
}

func TestAnArchiveThatCannotBeOpenedIsAnError(t *testing.T) {
	whole := tarInOrder(doc(span(1)))
	_, err := ReadBytes("x.tar", bytes.Replace(whole, []byte("0.json"), []byte("x.json"), 1), Options{})
	refused(t, err, "x.tar: invalid tar archive: ", "download the file again")
	zipped := zipOf(t, map[string]string{"a.json": doc(span(1))})
	for cut := 4; cut < len(zipped); cut += 13 {
		_, err := ReadBytes("x.zip", zipped[:cut], Options{})
		refused(t, err, "x.zip: invalid zip archive: zip: not a valid zip file", "download the file again")
	}
}

func TestAMemberThatCannotBeOpenedIsNamedAndSkipped(t *testing.T) {
	zipped := zipOf(t, map[string]string{"a.json": doc(span(1))})
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.Create("folder/")
	raw, _ := w.CreateRaw(&zip.FileHeader{Name: "odd.json", Method: 99})
	raw.Write([]byte("?"))
	m, _ := w.Create("inner.zip")
	m.Write(zipped)
	m, _ = w.Create("a.json")
	m.Write([]byte(doc(span(2))))
	w.Close()
	s, err := ReadBytes("x.zip", b.Bytes(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s2: 2 file-skipped")
	want(t, "skipped", examples(s, SkippedFile.ID), "x.zip!inner.zip: x.zip!inner.zip: not a recognised trace export: a zip archive in an archive\n"+
		"x.zip!odd.json: zip: unsupported compression algorithm\n")
}

func TestOnlyRegularFilesOfATarAreRead(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "folder/", Typeflag: tar.TypeDir, Mode: 0o755})
	w.WriteHeader(&tar.Header{Name: "link.json", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"})
	w.WriteHeader(&tar.Header{Name: "folder/a.json", Mode: 0o644, Size: int64(len(doc(span(1))))})
	w.Write([]byte(doc(span(1))))
	w.Close()
	s := read(t, b.String(), Options{})
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s1: 1 file-skipped")
	want(t, "skipped", examples(s, SkippedFile.ID), "test!link.json: not a regular file\n")
	want(t, "member", s.Ledger.Files[0].Name, "test!folder/a.json")
}

func TestAWindowThatIsTooLargeIsRefusedWithTheFlag(t *testing.T) {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b, zstd.WithWindowSize(8<<20))
	w.Write([]byte(doc(span(1)) + strings.Repeat(" ", 9<<20)))
	w.Close()
	_, err := ReadBytes("x.zst", b.Bytes(), Options{MaxWindow: 1 << 20})
	refused(t, err, "asks for a zstd window over the limit", "what it seems")
	if !strings.Contains(err.Error(), "--max-window") {
		t.Errorf("the flag is not named: %v", err)
	}
	want(t, "spans", names(read(t, b.String(), Options{MaxWindow: 16 << 20})), "s1")
}

func TestCompressionThatIsNoneIsAnError(t *testing.T) {
	for says, text := range map[string]string{
		"x: invalid gzip: ":  "\x1f\x8b\x07nothing",
		"x: invalid bzip2: ": "BZh9nothing",
		"x: invalid zstd: ":  "\x28\xb5\x2f\xfd" + "\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		_, err := ReadBytes("x", []byte(text), Options{})
		refused(t, err, says, "")
	}
}

func TestNamesThatMeanNothingSayWhatToDo(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.json": doc(span(1))})
	for name, c := range map[string][2]string{
		"*.zip":   {"*.zip: no such file: nothing matches the glob", "any depth of folders"},
		"[a":      {"[a: bad glob: ", "backslash"},
		"gone":    {"gone: no such file or directory", "check the path"},
		"a.json/": {"not a directory", ""},
	} {
		_, err := Read(t.Context(), []string{dir + "/" + name}, Options{})
		refused(t, err, c[0], c[1])
	}
	_, err := Read(t.Context(), []string{filepath.Join(dir, "gone")}, Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v is not os.ErrNotExist", err)
	}
	want(t, "what may not be read", hintFor(os.ErrPermission), "make the file readable for this user")
}

func TestWhatIsHiddenInAFolderIsLeftAlone(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.json": doc(span(1)), ".b.json": doc(span(2)), ".git/c.json": doc(span(3)), "sub/.d/e.json": doc(span(4))})
	s := readFiles(t, Options{}, dir)
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s1: ")
	want(t, "a hidden file that is named", names(readFiles(t, Options{}, filepath.Join(dir, ".b.json"))), "s2")
}
