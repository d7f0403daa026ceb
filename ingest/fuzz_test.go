package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/trace"
)

// seed adds the files of testdata/formats, and what is like them in other encodings.
func seed(f *testing.F) {
	files, err := filepath.Glob("testdata/formats/*")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds")
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(doc(span(1), span(2, `spanId="zz"`)) + "\nnoise\n" + doc(span(3))[:120]))
	f.Add(gz(doc(span(1))))
	f.Add(zst(doc(span(1))))
	for _, data := range protoSeeds(f) {
		f.Add(data)
		f.Add(append([]byte{0, 0, byte(len(data) >> 8), byte(len(data))}, data...))
	}
}

// protoSeeds returns the OTLP seeds as protobuf.
func protoSeeds(f *testing.F) (out [][]byte) {
	for _, path := range []string{"testdata/formats/otlp-json.json", "testdata/formats/otlp-json.numbers.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(data)
		if err != nil {
			f.Fatal(err)
		}
		proto, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		if err != nil {
			f.Fatal(err)
		}
		out = append(out, proto)
	}
	return out
}

// Whatever the bytes are: no panic, every span accounted for, and the fast paths say what
// the tolerant decoders say.
func FuzzAnythingIsAccountedFor(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Options{MaxExpanded: 1 << 20, MaxWindow: 1 << 20}
		fast, errFast := ReadBytes("fuzz", data, limits)
		balanced(t, fast)
		limits.tolerant = true
		slow, errSlow := ReadBytes("fuzz", data, limits)
		balanced(t, slow)
		if (errFast == nil) != (errSlow == nil) {
			t.Fatalf("fast path: %v, tolerant: %v", errFast, errSlow)
		}
		want(t, "fast path and tolerant", draw(fast), draw(slow))
		want(t, "findings of fast path and tolerant", found(&fast.Ledger), found(&slow.Ledger))
		want(t, "records of fast path and tolerant", records(&fast.Ledger), records(&slow.Ledger))
	})
}

// Whatever the bytes are: what goes to a temporary file comes back as it was, and so does what
// is handed on early.
func FuzzMemoryNeverShows(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Options{MaxExpanded: 1 << 20, MaxWindow: 1 << 20}
		whole, errWhole := ReadBytes("fuzz", data, limits)
		limits.MaxMemory = 1
		tight, errTight := ReadBytes("fuzz", data, limits)
		t.Cleanup(func() { tight.Close() })
		if fmt.Sprint(errWhole) != fmt.Sprint(errTight) {
			t.Fatalf("in memory: %v, moved: %v", errWhole, errTight)
		}
		want(t, "moved and in memory", byTrace(t, tight), byTrace(t, whole))
		want(t, "findings of moved and in memory", found(&tight.Ledger), found(&whole.Ledger))
		want(t, "records of moved and in memory", records(&tight.Ledger), records(&whole.Ledger))
		limits.MaxMemory = 0
		var n notebook
		limits.Sink = n.open
		early, errEarly := ReadBytes("fuzz", data, limits)
		if errors.Is(errEarly, ErrSplit) || split(early) {
			return
		}
		if fmt.Sprint(errWhole) != fmt.Sprint(errEarly) {
			t.Fatalf("late: %v, early: %v", errWhole, errEarly)
		}
		want(t, "early and late", n.with(t, early), byTrace(t, whole))
		want(t, "findings of early and late", found(&early.Ledger), found(&whole.Ledger))
	})
}

// split reports whether a trace was handed on too early.
func split(s *Spans) bool {
	for range s.Traces() {
	}
	return errors.Is(s.Err(), ErrSplit)
}

func FuzzOTLPJSONIsWhatTheCollectorReads(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) || !utf8.Valid(data) || data[0] != '{' || nests(data) > 40 {
			return
		}
		if len(fullID.FindAll(data, -1)) != bytes.Count(data, []byte(`Id"`)) || bytes.Contains(data, []byte(`"":`)) {
			return // we take ids that the collector refuses; it stops at a key without a name
		}
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(data)
		if err != nil || td.SpanCount() == 0 {
			return
		}
		s, _ := ReadBytes("fuzz", data, Options{Format: "otlp-json"})
		if hasDoubts(s) || s.Ledger.Spans != td.SpanCount() {
			return // keys that stand twice, values of another type: the decoders may differ
		}
		want(t, "spans", sorted(draw(s)), drawPdata(td))
	})
}

var fullID = regexp.MustCompile(`"(traceId":\s*"[0-9a-fA-F]{32}"|(parentS|s)panId":\s*"[0-9a-fA-F]{16}")`)

func FuzzOTLPProtobufIsWhatTheCollectorReads(f *testing.F) {
	for _, data := range protoSeeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Count(data, []byte{0x2a})+bytes.Count(data, []byte{0x32}) > 200 {
			return // the collector's decoder recurses without a limit
		}
		td, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(data)
		if err != nil || td.SpanCount() == 0 {
			return
		}
		s, _ := ReadBytes("fuzz", data, Options{Format: "otlp-proto"})
		if s.Ledger.Spans != td.SpanCount() || hasDoubts(s) {
			return
		}
		want(t, "spans", sorted(draw(s)), drawPdata(td))
	})
}

// hasDoubts reports findings after which two decoders need not agree.
func hasDoubts(s *Spans) bool {
	for _, c := range []trace.Code{decode.BadText, decode.BadAttribute, decode.DuplicateKey, decode.BadKind, decode.BadParentID, decode.BadTraceID, decode.BadSpanID, decode.BadTime, decode.Malformed, decode.BadMessage, decode.CutEnd, decode.ListExpected, decode.FloatTime} {
		if s.Ledger.Of(c) > 0 {
			return true
		}
	}
	return false
}

func nests(data []byte) int { return bytes.Count(data, []byte{'['}) + bytes.Count(data, []byte{'{'})/8 }
