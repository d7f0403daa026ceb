package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest/jsontext"
)

// drawFindings spells findings with their examples.
func drawFindings(s *Spans) string {
	var b strings.Builder
	for _, f := range s.Ledger.Findings() {
		fmt.Fprintf(&b, "%d %s", f.Count, f.Code.ID)
		for _, ex := range f.Examples {
			fmt.Fprintf(&b, " %d:%d %q", ex.Line, ex.Offset, ex.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// smallPieces makes files of a few lines worth cutting.
func smallPieces(t *testing.T) {
	before := chunkSize
	chunkSize = 400
	t.Cleanup(func() { chunkSize = before })
}

func TestAFileInPiecesReadsLikeAFileInOne(t *testing.T) {
	smallPieces(t)
	parts := []string{
		"", "\n", "noise\n", "{broken\n", doc(span(77))[:150] + "\n", doc(span(78))[:60] + ",\n", `{"resourceMetrics":[]}` + "\n",
		doc(span(5, `spanId="zz"`)) + "\n", doc(span(6, `endTimeUnixNano="0"`)) + "\r\n", "{\n \"resourceSpans\":[]}\n", doc(span(7)),
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		var b strings.Builder
		for i := range 20 {
			b.WriteString(doc(span(100*int(seed)+i+1), span(100*int(seed)+i+50)) + "\n")
			if r.IntN(3) == 0 {
				b.WriteString(parts[r.IntN(len(parts))])
			}
		}
		text := b.String()[:b.Len()-r.IntN(200)]
		one, err1 := ReadBytes("f", []byte(text), Options{Workers: 1})
		many, err2 := ReadBytes("f", []byte(text), Options{Workers: 3})
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("seed %d: %v and %v", seed, err1, err2)
		}
		want(t, fmt.Sprint("spans of seed ", seed), draw(many), draw(one))
		want(t, fmt.Sprint("findings of seed ", seed), drawFindings(many), drawFindings(one))
		want(t, fmt.Sprint("files of seed ", seed), fmt.Sprint(many.Ledger.Files), fmt.Sprint(one.Ledger.Files))
		balanced(t, many)
	}
}

func TestBatchesInPiecesReadLikeBatchesInOne(t *testing.T) {
	smallPieces(t)
	one := mustRead(t, shared(t, "oracles/samples/otlp/fe-proto-be4.bin"))
	zipped := mustRead(t, shared(t, "oracles/samples/otlp/fe-json-zstd-legacy.bin"))
	data := strings.Repeat(string(one)+string(zipped), 5)
	for cut := 0; cut < len(zipped); cut += 7 {
		text := []byte(data[:len(data)-cut])
		seq, _ := ReadBytes("f", text, Options{Workers: 1})
		par, _ := ReadBytes("f", text, Options{Workers: 3})
		want(t, fmt.Sprint("spans, cut by ", cut), draw(par), draw(seq))
		want(t, fmt.Sprint("findings, cut by ", cut), drawFindings(par), drawFindings(seq))
	}
}

func TestOneLineOverTheLimitStreamsByBetweenPieces(t *testing.T) {
	smallPieces(t)
	defer func(n int) { jsontext.MaxValue = n }(jsontext.MaxValue)
	jsontext.MaxValue = 3 << 20
	long := make([]string, 20_000)
	for i := range long {
		long[i] = span(i + 10)
	}
	blanks := strings.Repeat(" ", 4<<20)
	text := doc(span(1)) + "\n" + doc(span(2)) + blanks + "\n" + doc(long...) + "\n" + doc(span(3)) + blanks
	s := read(t, text, Options{Workers: 3})
	if got := len(all(s)); got != len(long)+3 || found(&s.Ledger) != "" {
		t.Errorf("%d spans, %s", got, found(&s.Ledger))
	}
}
