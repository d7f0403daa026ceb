package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// What must be true of reading whatever the spans are. Documents come from someSpans.

// documents are lines of which at least one holds a span that can be used.
func documents(t *rapid.T) []string {
	text := someSpans(t) + doc(span(99)) + "\n"
	return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
}

// wrappings are ways to put documents into one file, all of which say the same.
var wrappings = map[string]func(docs []string) []byte{
	"lines": func(docs []string) []byte { return []byte(strings.Join(docs, "")) },
	"lines of CRLF": func(docs []string) []byte {
		return bytes.ReplaceAll([]byte(strings.Join(docs, "")), []byte("\n"), []byte("\r\n"))
	},
	"byte order mark": func(docs []string) []byte { return []byte("\xEF\xBB\xBF" + strings.Join(docs, "")) },
	"glued":           func(docs []string) []byte { return []byte(strings.ReplaceAll(strings.Join(docs, ""), "\n", "")) },
	"list": func(docs []string) []byte {
		return []byte("[" + strings.ReplaceAll(strings.Join(docs, ""), "\n", ",") + "]")
	},
	"pretty": func(docs []string) []byte {
		var b bytes.Buffer
		for _, d := range docs {
			json.Indent(&b, []byte(d), "", "   ")
		}
		return b.Bytes()
	},
	"one document": func(docs []string) []byte {
		var inner []string
		for _, d := range docs {
			d = strings.TrimPrefix(strings.TrimSpace(d), `{"resourceSpans":[`)
			inner = append(inner, strings.TrimSuffix(d, "]}"))
		}
		return []byte(`{"resourceSpans":[` + strings.Join(inner, ",") + "]}")
	},
	"batches":       func(docs []string) []byte { return batches(docs, func(b string) []byte { return []byte(b) }) },
	"zstd batches":  func(docs []string) []byte { return batches(docs, zst) },
	"gzip":          func(docs []string) []byte { return gz(strings.Join(docs, "")) },
	"gzip by parts": func(docs []string) []byte { return slices.Concat(gz(docs[0]), gz(strings.Join(docs[1:], ""))) },
	"zstd":          func(docs []string) []byte { return zst(strings.Join(docs, "")) },
	"tar": func(docs []string) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for i, d := range docs {
			w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.json", i), Mode: 0o644, Size: int64(len(d))})
			w.Write([]byte(d))
		}
		w.Close()
		return b.Bytes()
	},
	"zip": func(docs []string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i, d := range docs {
			m, _ := w.Create(fmt.Sprintf("%d.json", i))
			m.Write([]byte(d))
		}
		w.Close()
		return b.Bytes()
	},
}

// batches puts the length of each document before it, in four bytes.
func batches(docs []string, pack func(string) []byte) (out []byte) {
	for _, d := range docs {
		b := pack(strings.TrimSpace(d))
		out = append(out, byte(len(b)>>24), byte(len(b)>>16), byte(len(b)>>8), byte(len(b)))
		out = append(out, b...)
	}
	return out
}

func TestHowDocumentsAreWrappedDoesNotShow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wrapped")
	testkit.Check(t, 8, func(rt *rapid.T) {
		docs := documents(rt)
		plain, _ := ReadBytes("a", []byte(strings.Join(docs, "")), Options{})
		spans, fates := byTrace(t, plain), spanFates(plain)
		for name, wrap := range wrappings {
			if err := os.WriteFile(path, wrap(docs), 0o644); err != nil {
				t.Fatal(err)
			}
			wrapped, _ := Read(t.Context(), []string{path}, Options{})
			if got := byTrace(t, wrapped); got != spans {
				rt.Fatalf("%s:\n%s\nplain:\n%s", name, got, spans)
			}
			if got := spanFates(wrapped); got != fates {
				rt.Fatalf("%s: %s; plain: %s", name, got, fates)
			}
		}
	})
}

// spanFates says what became of the spans, without what is said of files.
func spanFates(s *Spans) string {
	l := &s.Ledger
	return fmt.Sprintf("%d read, %d kept, %d rejected", l.Spans, l.Total(trace.Kept), l.Total(trace.Rejected))
}

func TestTheOrderOfDocumentsDoesNotShow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		docs := documents(rt)
		docs[len(docs)-1] += "\n"
		mixed := rapid.Permutation(docs).Draw(rt, "order")
		a, _ := ReadBytes("a", []byte(strings.Join(docs, "")), Options{})
		b, _ := ReadBytes("a", []byte(strings.Join(mixed, "")), Options{Workers: 3})
		if draw(a) != draw(b) || spanFates(a) != spanFates(b) {
			rt.Fatalf("in another order:\n%s%s\nfirst:\n%s%s", draw(b), spanFates(b), draw(a), spanFates(a))
		}
	})
}

func TestTheOrderOfKeysDoesNotShow(t *testing.T) {
	fields := []string{
		`"traceId":"0AF7651916CD43DD8448EB211C80319C"`, `"spanId":"00f067aa0ba902b7"`, `"parentSpanId":"b7ad6b7169203331"`,
		`"name":"GET \u00e9"`, `"kind":3`, `"startTimeUnixNano":"1780000000000000000"`, `"endTimeUnixNano":1780000000000000009`,
		`"attributes":[{"value":{"intValue":"7"},"key":"a"},{"key":"b","value":{"stringValue":"x"}}]`,
		`"status":{"message":"no","code":2}`, `"traceState":"ot=th:8"`, `"unknown":{"deep":[[[{}]]]}`,
		`"events":[{"name":"cache.miss","timeUnixNano":"1780000000000000004"}]`, `"droppedAttributesCount":0`,
	}
	first := draw(read(t, doc("{"+strings.Join(fields, ",")+"}"), Options{}))
	rapid.Check(t, func(rt *rapid.T) {
		mixed := rapid.Permutation(fields).Draw(rt, "order")
		gap := rapid.SampledFrom([]string{"", " ", "\n\t", "\r\n"}).Draw(rt, "gap")
		text := doc("{" + gap + strings.Join(mixed, gap+","+gap) + gap + "}")
		for _, tolerant := range []bool{false, true} {
			s, err := ReadBytes("a", []byte(text), Options{tolerant: tolerant})
			if err != nil || draw(s) != first {
				rt.Fatalf("%v\n%s\nwant\n%s", err, draw(s), first)
			}
		}
	})
}

func TestACutLosesOnlyWhatComesAfterIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(documents(rt), "")
		cut := rapid.IntRange(0, len(text)).Draw(rt, "cut")
		whole, _ := ReadBytes("a", []byte(text), Options{})
		part, _ := ReadBytes("a", []byte(text[:cut]), Options{})
		left := strings.Split(draw(whole), "\n")
		for _, line := range strings.Split(draw(part), "\n") {
			at := slices.Index(left, line)
			if at < 0 && !isOfLateResource(line, left) {
				rt.Fatalf("a span that the whole text does not have:\n%s", line)
			}
			if at >= 0 {
				left = slices.Delete(left, at, at+1)
			}
		}
		balanced(t, part)
	})
}

// isOfLateResource reports whether line is a span that has lost only its resource, which
// stood behind the cut.
func isOfLateResource(line string, whole []string) bool {
	id, _, _ := strings.Cut(line, "+")
	return strings.Contains(line, " unknown_service@") && slices.ContainsFunc(whole, func(l string) bool { return strings.HasPrefix(l, id) })
}

func TestATimeThatAllSpansMoveByMovesThemAll(t *testing.T) {
	at := func(shift int64) []trace.Span {
		var spans []string
		for i := range 5 {
			start := 1_780_000_000_000_000_000 + shift + int64(i)
			spans = append(spans, span(i+1, fmt.Sprintf(`startTimeUnixNano="%d"`, start), fmt.Sprintf(`endTimeUnixNano="%d"`, start+9)))
		}
		return all(read(t, doc(spans...), Options{}))
	}
	rapid.Check(t, func(rt *rapid.T) {
		shift := rapid.Int64Range(-1e18, 1e18).Draw(rt, "shift")
		for i, s := range at(shift) {
			if o := at(0)[i]; s.Start.Sub(o.Start).Nanoseconds() != shift || s.Duration() != o.Duration() {
				rt.Fatalf("span %d moved from %d to %d, not by %d", i, o.Start, s.Start, shift)
			}
		}
	})
}
