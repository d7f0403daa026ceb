package ingest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// folderOf writes files and returns the folder they are in.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFilesFoldersGlobsAndAPipeAreReadInOneRun(t *testing.T) {
	dir := folderOf(t, map[string]string{
		"a.json": doc(span(1)), "sub/deep/b.json": doc(span(2)), "sub/c.log": doc(span(3)),
		"z.gz": string(gz(doc(span(4)))), ".hidden/x.json": doc(span(9)), "sub/README": "# nothing",
	})
	o := Options{Stdin: strings.NewReader(doc(span(5)))}
	s := readFiles(t, o, filepath.Join(dir, "a.json"), filepath.Join(dir, "sub"), filepath.Join(dir, "**/*.gz"), "-")
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s1 s2 s3 s4 s5: 1 file-skipped")
}

func TestOneBadFileDoesNotHideTheOthers(t *testing.T) {
	dir := folderOf(t, map[string]string{"good.json": doc(span(1)), "bad.png": "\x89PNG\r\n\x1a\n"})
	s, err := Read(context.Background(), []string{filepath.Join(dir, "gone.json"), filepath.Join(dir, "good.json"), filepath.Join(dir, "bad.png")}, Options{})
	want(t, "spans", names(s), "s1")
	for _, text := range []string{"gone.json: no such file or directory", "bad.png: not a recognised trace export: it looks like a PNG image"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("error %v does not say %q", err, text)
		}
	}
	var fe *FileError
	if !errors.As(err, &fe) || fe.Hint == "" {
		t.Errorf("%v has no hint", err)
	}
}

func TestFilesThatAreNoTracesSayWhatTheyLookLike(t *testing.T) {
	for text, says := range map[string]string{
		"": "the file is empty",
		"version https://git-lfs.github.com/spec/v1\n": "Git LFS pointer",
		"<!DOCTYPE html><title>502":                    "HTML page",
		"\x7fELF\x02":                                  "ELF program",
		"PAR1\x15":                                     "Parquet",
		"{\"name\":\"app\",\"version\":\"1.0.0\",\"dependencies\":{}}": "JSON, but of no known shape",
		"[1,2,3]":                                "JSON, but of no known shape",
		"null":                                   "plain text that begins \"null\"",
		"{\"resourceSpans\":[]}":                 "no spans in it, though it looks like otlp-json",
		"{\"data\":[],\"total\":0}":              "no spans in it, though it looks like jaeger",
		"{\"resourceMetrics\":[]}":               "metrics, logs or profiles",
		strings.Repeat("\x00", 4096):             "zero bytes",
		"\xff\xfe{\x00\"\x00":                    "UTF-16",
		"{\x00\"\x00r\x00e\x00s\x00":             "UTF-16",
		"a,b\n1,2\n":                             "plain text that begins \"a,b\"",
		"\x0a\x04\x08\x01\x10\x02":               "pprof",
		"\x0a\xff\xff\xff\xff\x0f":               "over the limit",
		"2026-01-01 INFO {\"resourceSpans\":[]}": "no spans in it, though it looks like otlp-json",
		"'single'\x1b[31m":                       `\x1b[31m`,
		string(gz(string(gz(doc(span(1)))))):     "compressed twice",
		"\x28\xb5\x2f\xfd\x00\x00":               "zstd",
	} {
		_, err := ReadBytes("f", []byte(text), Options{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %q", text, err, says)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\x1b\x00\n") {
			t.Errorf("%.40q: the error holds raw control characters: %q", text, err)
		}
	}
}

func TestAFolderWithoutTracesIsAnError(t *testing.T) {
	for name, dir := range map[string]string{
		"no files in this directory": folderOf(t, nil),
		"no file in this directory":  folderOf(t, map[string]string{"a.txt": "nothing", "b.md": "# none"}),
	} {
		s, err := Read(context.Background(), []string{dir}, Options{})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v (%s), want %q", err, found(&s.Ledger), name)
		}
	}
}

func TestTheSameFileUnderTwoNamesIsReadOnce(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.json": doc(span(1))})
	path, link := filepath.Join(dir, "a.json"), filepath.Join(dir, "link.json")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	s := readFiles(t, Options{}, path, link, path)
	want(t, "spans", names(s)+": "+found(&s.Ledger), "s1: 2 same-file-twice")
}

func TestAPipeIsReadWhenNamedAndSkippedInAFolder(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.json": doc(span(1))})
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	s := readFiles(t, Options{}, dir)
	want(t, "folder", names(s)+": "+found(&s.Ledger), "s1: 1 file-skipped")
	go os.WriteFile(pipe, []byte(doc(span(2))), 0)
	want(t, "pipe", names(readFiles(t, Options{}, pipe)), "s2")
}

func TestLinksInACircleAreAnErrorAndNoLoop(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.json": doc(span(1))})
	loop, self := filepath.Join(dir, "loop"), filepath.Join(dir, "self")
	if os.Symlink(loop, loop) != nil || os.Symlink(dir, self) != nil {
		t.Skip("no symbolic links here")
	}
	if _, err := Read(context.Background(), []string{loop}, Options{}); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("error is %v", err)
	}
	s := readFiles(t, Options{}, dir)
	want(t, "folder", names(s)+": "+found(&s.Ledger), "s1: 2 file-skipped")
}

func TestAnUnknownFormatIsRefusedWithTheListOfKnownOnes(t *testing.T) {
	_, err := ReadBytes("f", nil, Options{Format: "otpl"})
	if err == nil || !strings.Contains(err.Error(), "otlp-json") {
		t.Errorf("error is %v", err)
	}
}

func TestACancelledRunEndsWithItsCause(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("interrupted"))
	dir := folderOf(t, map[string]string{"a.json": doc(span(1))})
	if _, err := Read(ctx, []string{dir}, Options{}); err == nil || err.Error() != "interrupted" {
		t.Errorf("error is %v", err)
	}
}

func TestProgressEndsWithEverything(t *testing.T) {
	text := doc(span(1), span(2)) + "\n" + doc(span(3, `spanId="zz"`))
	dir := folderOf(t, map[string]string{"a.json": text, "b.json": text})
	var last Progress
	readFiles(t, Options{Progress: func(p Progress) { last = p }}, dir)
	if size := int64(len(text)) * 2; last.Bytes != size || last.Total != size || last.Spans != 6 {
		t.Errorf("%+v, want %d bytes and 6 spans", last, size)
	}
}

// The formats' own files, read by one worker in one order and by four in another.
func TestNeitherOrderNorWorkersShow(t *testing.T) {
	files, _ := filepath.Glob("testdata/formats/*")
	dir := folderOf(t, map[string]string{"bad.json": doc(span(1, `spanId="x"`), span(2)) + "\nnoise\n"})
	files = append(files, filepath.Join(dir, "bad.json"))
	backward := make([]string, len(files))
	for i, f := range files {
		backward[len(files)-1-i] = f
	}
	one := readFiles(t, Options{Workers: 1}, files...)
	four := readFiles(t, Options{Workers: 4}, backward...)
	want(t, "spans", draw(four), draw(one))
	want(t, "findings", found(&four.Ledger), found(&one.Ledger))
	if a, b := one.Ledger.Findings(), four.Ledger.Findings(); len(a) != len(b) {
		t.Errorf("%d and %d findings", len(a), len(b))
	} else {
		for i := range a {
			if len(a[i].Examples) != len(b[i].Examples) || a[i].Examples[0] != b[i].Examples[0] {
				t.Errorf("%s: examples %+v and %+v", a[i].Code.ID, a[i].Examples, b[i].Examples)
			}
		}
	}
}

func TestKeepDecidesWhatIsLeftOfASpan(t *testing.T) {
	o := Options{Keep: func(key string) bool { return key == "http.route" }, KeepEvent: func(string) bool { return false }}
	s := readFiles(t, o, "testdata/formats/otlp-json.json")
	want(t, "spans", draw(s), strings.ReplaceAll(strings.ReplaceAll(sameTrace, ` peer.service="cart"`, ""), " *cache.miss@100000", ""))
}

func TestArchivesAreFoldersOfFiles(t *testing.T) {
	tarred := tarOf(t, map[string]string{"a/one.json": doc(span(1)), "a/two.json.gz": string(gz(doc(span(2)))), "a/note.txt": "hello"})
	zipped := zipOf(t, map[string]string{"one.json": doc(span(1)), "two.json.zst": string(zst(doc(span(2)))), "note.txt": "hello"})
	dir := folderOf(t, map[string]string{"x.zip": string(zipped), "x.tar": string(tarred), "x.tgz": string(gz(string(tarred)))})
	for _, name := range []string{"x.zip", "x.tar", "x.tgz"} {
		s := readFiles(t, Options{}, filepath.Join(dir, name))
		want(t, name, names(s)+": "+found(&s.Ledger), "s1 s2: 1 file-skipped")
		if got := s.Ledger.Files[0].Name; !strings.Contains(got, name+"!") {
			t.Errorf("member is called %s", got)
		}
	}
	s := readFiles(t, Options{Stdin: strings.NewReader(string(zipped))}, "-")
	want(t, "zip from a pipe", names(s), "s1 s2")
}

func TestAnArchiveWithoutTracesIsAnError(t *testing.T) {
	_, err := ReadBytes("x.zip", zipOf(t, map[string]string{"a.txt": "hello"}), Options{})
	if err == nil || !strings.Contains(err.Error(), "none of the 1 files in this zip archive") {
		t.Errorf("error is %v", err)
	}
	inner := zipOf(t, map[string]string{"a.json": doc(span(1))})
	s, err := ReadBytes("x.zip", zipOf(t, map[string]string{"inner.zip": string(inner)}), Options{})
	if err == nil || !strings.Contains(s.Ledger.Findings()[0].Examples[0].Text, "an archive") {
		t.Errorf("error is %v, findings %s", err, found(&s.Ledger))
	}
}
