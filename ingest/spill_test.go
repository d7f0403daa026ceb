package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// someSpans generates documents of several traces with what can be kept of a span, resources
// before and after their spans, and spans that cannot be used.
func someSpans(t *rapid.T) (text string) {
	for range rapid.IntRange(1, 12).Draw(t, "documents") {
		var spans []string
		for i := range rapid.IntRange(0, 12).Draw(t, "spans") {
			spans = append(spans, someSpan(t, i+1))
		}
		resource := fmt.Sprintf(`"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s%d"}}]}`, rapid.IntRange(0, 3).Draw(t, "service"))
		scope := `"scopeSpans":[{"scope":{"name":"lib"},"spans":[` + strings.Join(spans, ",") + `]}]`
		parts := rapid.Permutation([]string{resource, scope}).Draw(t, "order")
		text += `{"resourceSpans":[{` + strings.Join(parts, ",") + "}]}\n"
	}
	return text
}

func someSpan(t *rapid.T, id int) string {
	fields := []string{
		fmt.Sprintf(`traceId="%032x"`, rapid.IntRange(1, 40).Draw(t, "trace")),
		fmt.Sprintf(`name="n%d"`, rapid.IntRange(0, 5).Draw(t, "name")),
	}
	switch rapid.IntRange(0, 8).Draw(t, "more") {
	case 0:
		fields = append(fields, `events=[{"name":"cache.miss","timeUnixNano":"1780000000000000004"}]`)
	case 1:
		fields = append(fields, `links=[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7"}]`)
	case 2:
		fields = append(fields, `traceState="ot=th:8"`)
	case 3:
		fields = append(fields, `attributes=[{"key":"k","value":{"stringValue":"v"}},{"key":"a","value":{"intValue":"7"}}]`)
	case 4:
		fields = append(fields, `startTimeUnixNano="never"`)
	}
	return span(id, fields...)
}

// byTrace spells spans in order of trace id, whatever order the traces came in.
func byTrace(t testing.TB, s *Spans) string {
	t.Helper()
	var traces []string
	for spans := range s.Traces() {
		var lines []string
		for i := range spans {
			lines = append(lines, drawSpan(&spans[i]))
		}
		traces = append(traces, strings.Join(lines, "\n"))
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	slices.Sort(traces)
	return strings.Join(traces, "\n")
}

func TestMemoryNeverShowsInTheTraces(t *testing.T) {
	testkit.Check(t, 8, func(rt *rapid.T) {
		text := someSpans(rt)
		whole, errWhole := ReadBytes("a", []byte(text), Options{})
		limit := rapid.SampledFrom([]int64{1, 1000, 10_000, 50_000}).Draw(rt, "limit")
		tight, errTight := ReadBytes("a", []byte(text), Options{MaxMemory: limit})
		rt.Cleanup(func() { tight.Close() })
		if (errWhole == nil) != (errTight == nil) {
			rt.Fatalf("with a limit: %v, without: %v", errTight, errWhole)
		}
		if a, b := byTrace(t, whole), byTrace(t, tight); a != b {
			rt.Fatalf("with a limit:\n%s\nwithout:\n%s", b, a)
		}
		if a, b := fmt.Sprint(whole.Ledger.Findings(), whole.Ledger.Records), fmt.Sprint(tight.Ledger.Findings(), tight.Ledger.Records); a != b {
			rt.Fatalf("findings with a limit: %s, without: %s", b, a)
		}
	})
}

func TestEveryFormatIsTheSameFromATemporaryFile(t *testing.T) {
	files, _ := filepath.Glob("testdata/formats/*")
	for _, name := range files {
		for _, workers := range []int{1, 4} {
			whole := readFiles(t, Options{}, name)
			tight := readFiles(t, Options{MaxMemory: 1, Workers: workers}, name)
			if !tight.Spilled() {
				t.Fatalf("%s: nothing was moved", name)
			}
			want(t, name, byTrace(t, tight), byTrace(t, whole))
			want(t, name, found(&tight.Ledger), found(&whole.Ledger))
			tight.Close()
		}
	}
}

func TestTracesCanBeReadTwice(t *testing.T) {
	s := read(t, doc(span(1), span(2))+doc(span(3)), Options{MaxMemory: 1})
	t.Cleanup(func() { s.Close() })
	want(t, "second time", byTrace(t, s), byTrace(t, s))
	want(t, "spans", names(s), "s1 s2 s3")
}

func TestATraceThatCameInPiecesIsWhole(t *testing.T) {
	s := read(t, strings.Repeat(doc(span(1), span(2))+"\n", 50), Options{MaxMemory: 1})
	t.Cleanup(func() { s.Close() })
	n := 0
	for spans := range s.Traces() {
		n++
		if len(spans) != 100 {
			t.Errorf("%d spans, want 100", len(spans))
		}
	}
	if n != 1 || s.Empty() {
		t.Errorf("%d traces, want 1", n)
	}
}

// manyTraces is enough text for many parts, and for several blocks in each.
func manyTraces(n int) string {
	var b strings.Builder
	for i := range n {
		id := fmt.Sprintf(`traceId="%032x"`, i+1)
		b.WriteString(doc(span(1, id), span(2, id, fmt.Sprintf(`name="n%d"`, i%700))) + "\n")
	}
	return b.String()
}

func TestSignaturesAreTheSamePointerWithinAnEpoch(t *testing.T) {
	s := read(t, manyTraces(2000), Options{MaxMemory: 400_000})
	t.Cleanup(func() { s.Close() })
	pointers, epoch, epochs := map[string]*trace.Signature{}, 0, 1
	for spans := range s.Traces() {
		if s.Epoch() != epoch {
			clear(pointers)
			epoch = s.Epoch()
			epochs++
		}
		for _, sp := range spans {
			if known := pointers[sp.Sig.Name]; known != nil && known != sp.Sig {
				t.Fatalf("two signatures for %s in epoch %d", sp.Sig.Name, epoch)
			}
			pointers[sp.Sig.Name] = sp.Sig
		}
	}
	if epochs < 2 {
		t.Errorf("there was only one epoch: the test sees nothing")
	}
}

func TestResourcesAreForgottenBetweenDocuments(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s%d"}}]},"scopeSpans":[{"spans":[%s]}]}]}`+"\n", i, span(i+1))
	}
	whole := read(t, b.String(), Options{})
	o := Options{MaxMemory: 200_000}
	p := newPool(context.Background(), []input{}, &o)
	f := p.file(p.readers[0], "x", nil)
	f.Window = jsontext.Over([]byte(b.String()), 0)
	f.Values(nil)
	if n := f.Interner.Placeholder([]byte("the next one")); n > 1000 {
		t.Errorf("%d resources are still held", n)
	}
	s := p.spans()
	t.Cleanup(func() { s.Close() })
	want(t, "traces", byTrace(t, s), byTrace(t, whole))
}

func TestNothingIsLeftInTheTemporaryFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s := read(t, manyTraces(100), Options{MaxMemory: 1})
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("while it is in use, the folder shows %v", left)
	}
	if err := s.Close(); err != nil || s.Close() != nil {
		t.Errorf("closing: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("afterwards, the folder holds %v", left)
	}
}

func TestATemporaryFolderThatIsMissingIsNamed(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "gone"))
	s, err := ReadBytes("x", []byte(manyTraces(100)), Options{MaxMemory: 1})
	t.Cleanup(func() { s.Close() })
	var failed *SpillError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "gone: no such file or directory") {
		t.Errorf("error is %v", err)
	}
}
