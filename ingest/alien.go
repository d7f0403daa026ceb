package ingest

import (
	"bytes"
	"unicode/utf8"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/internal/errtext"
)

// An alienKind is a kind of file that people hand over by mistake.
type alienKind struct {
	magic []byte
	what  string
	hint  string
}

const saveAgain = "save the trace again, as JSON or protobuf"

var alienKinds = []alienKind{
	{[]byte("version https://git-lfs"), "a Git LFS pointer", "run git lfs pull to fetch the file itself"},
	{[]byte("longpolep"), "a partial of longpole reduce", "name the files that it is of; longpole merge, report, check, diff and findings read partials where nothing else is named"},
	{[]byte("\x89PNG"), "a PNG image", saveAgain},
	{[]byte("\xff\xd8\xff"), "a JPEG image", saveAgain},
	{[]byte("GIF8"), "a GIF image", saveAgain},
	{[]byte("%PDF"), "a PDF", saveAgain},
	{[]byte("\x7fELF"), "an ELF program", "name the trace files, not the program"},
	{[]byte("PAR1"), "a Parquet file", "convert it to OTLP JSON first"},
	{[]byte("SQLite format 3"), "an SQLite database", saveAgain},
	{[]byte("7z\xbc\xaf\x27\x1c"), "a 7z archive", "unpack it first"},
	{[]byte("\xfd7zXZ"), "xz-compressed", "unpack it first with xz -d"},
	{[]byte("\x04\x22\x4d\x18"), "lz4-compressed", "unpack it first with lz4 -d"},
	{[]byte("Obj\x01"), "an Avro file", "convert it to OTLP JSON first"},
	{[]byte("\xff\xfe\x00\x00"), "text in UTF-32 encoding", toUTF8},
	{[]byte("\xff\xfe"), "text in UTF-16 encoding", toUTF8},
	{[]byte("\xfe\xff"), "text in UTF-16 encoding", toUTF8},
	{[]byte("---"), "YAML", saveAgain},
	{[]byte("<?xml"), "XML", saveAgain},
}

const toUTF8 = "convert it to UTF-8, for example with iconv -t UTF-8"

// alien says what a file looks like that is no trace export, and what to do.
func alien(head []byte) (what, hint string) {
	text := bytes.TrimLeft(head, " \t\r\n\ufeff")
	for _, k := range alienKinds {
		if bytes.HasPrefix(head, k.magic) || bytes.HasPrefix(text, k.magic) {
			return "it looks like " + k.what, k.hint
		}
	}
	switch {
	case len(bytes.Trim(head, "\x00")) == 0:
		return "it holds nothing but zero bytes", "the disk or the copy lost the content; fetch it again"
	case wide(head):
		return "it looks like text in UTF-16 or UTF-32 encoding", toUTF8
	case isHTML(text):
		return "it looks like an HTML page", "the download gave an error or login page; open it in a browser"
	case head[0] == 0x0a:
		return "it looks like invalid protobuf, or some of another kind (a pprof profile?)", saveAgain
	case bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head[:max(len(head)-utf8.UTFMax, 0)]):
		return "it looks like binary data of no known kind", "see longpole --help for the formats that can be read"
	}
	if what, hint, found := foreign(text); found {
		return "it looks like " + what, hint
	}
	line, _, _ := bytes.Cut(text, jsontext.Newline)
	return "it looks like plain text that begins " + errtext.Quoted(line), "see longpole --help for the formats that can be read"
}

func isHTML(text []byte) bool {
	start := bytes.ToLower(text[:min(len(text), 16)])
	return bytes.HasPrefix(start, []byte("<!doctype")) || bytes.HasPrefix(start, []byte("<html"))
}

// wide is true for ASCII in two or four bytes a character.
func wide(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	zeros := bytes.Count(head[:8], []byte{0})
	return (zeros == 4 || zeros == 6) && (head[0] == '{' || head[1] == '{' || head[3] == '{' || head[0] == '[' || head[1] == '[' || head[3] == '[')
}

// looksJSON is true if a JSON value begins the text, or a line of it.
func looksJSON(head []byte) bool {
	if wide(head) {
		return false
	}
	text := bytes.TrimLeft(head, " \t\r\n\x00\ufeff\u2028")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return true
	}
	for line := range bytes.Lines(head) {
		if bytes.HasPrefix(line, []byte(`{"`)) || bytes.HasPrefix(line, []byte(`[{"`)) {
			return true
		}
	}
	return false
}
