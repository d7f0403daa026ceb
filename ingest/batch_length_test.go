package ingest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// A message begins with a line feed and its length, which for some lengths is a bracket.
func TestABatchOfAnyLengthIsToldFromJSON(t *testing.T) {
	proto := export.OTLPProto
	for n := range 300 {
		span := trace.Span{Trace: trace.ID{Lo: 1}, ID: 1, Start: 1e18, End: 1e18 + 1,
			Sig: &trace.Signature{Service: "s", Name: strings.Repeat("x", n)}}
		var b bytes.Buffer
		if err := proto.Write(&b, slices.Values([][]trace.Span{{span}})); err != nil {
			t.Fatal(err)
		}
		spans, err := ReadBytes("batch", b.Bytes(), Options{})
		if err != nil || spans.Ledger.Spans != 1 {
			t.Fatalf("with a name of %d bytes: %v", n, err)
		}
	}
}
