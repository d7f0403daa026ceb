package ingest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// handedOn reads files into blocks, as frames.
func handedOn(t testing.TB, parts int, o Options, names ...string) (frames [][]byte, s *Spans, p *Parting) {
	t.Helper()
	p = &Parting{Parts: parts, Put: func(part int, block []byte) error {
		var frame bytes.Buffer
		err := WriteFrame(&frame, part, block)
		frames = append(frames, frame.Bytes())
		return err
	}}
	o.Parting = p
	s, err := Read(t.Context(), names, o)
	if err != nil {
		t.Fatal(err)
	}
	return frames, s, p
}

// gathered reads frames.
func gathered(t testing.TB, frames [][]byte, limit int64) Gathered {
	t.Helper()
	g := NewGathered(limit)
	r := NewFrameReader(bytes.NewReader(slices.Concat(frames...)))
	for {
		part, data, err := r.Next()
		if errors.Is(err, io.EOF) {
			return g
		}
		if err == nil {
			err = g.Add(part, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// drawn spells all spans in some order that does not depend on that of traces.
func drawn(s *Spans) string {
	lines := strings.Split(draw(s), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Whatever the format, the parts, the memory on either side and the order of blocks: the spans are those that were read.
func TestWhatIsHandedOnInBlocksIsWhatWasRead(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testkit.Root(t), "testdata/scenarios/*/trace.*"))
	files = append(files, filepath.Join(testkit.Root(t), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst"))
	random := rand.New(rand.NewPCG(1, 2))
	for i, file := range files {
		want, err := Read(t.Context(), []string{file}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		parts := []int{1, 4, 64, MostParts}[i%4]
		frames, s, p := handedOn(t, parts, Options{MaxMemory: []int64{0, 1 << 14}[i%2]}, file)
		if !s.Empty() || s.Ledger.Spans != want.Ledger.Spans {
			t.Errorf("%s: %d spans are read, %d before; they stay: %v", file, s.Ledger.Spans, want.Ledger.Spans, !s.Empty())
		}
		random.Shuffle(len(frames), func(i, k int) { frames[i], frames[k] = frames[k], frames[i] })
		g := gathered(t, frames, []int64{0, 4 << 20}[i/2%2])
		for part, sent := range p.Tallies() {
			if g.Tallies()[part] != sent {
				t.Errorf("%s: of part %d %+v was sent, and %+v came", file, part, sent, g.Tallies()[part])
			}
		}
		if len(g.Tallies()) != len(p.Tallies()) {
			t.Errorf("%s: %d parts were sent, and %d came", file, len(p.Tallies()), len(g.Tallies()))
		}
		if got := drawn(g.Spans()); got != drawn(want) {
			t.Errorf("%s in %d parts: spans differ", file, parts)
		}
	}
}

// What the blocks of a part sum up to does not depend on how the reading was divided.
func TestTheSumOfAPartDoesNotDependOnTheReading(t *testing.T) {
	file := filepath.Join(testkit.Root(t), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst")
	_, _, a := handedOn(t, 8, Options{Workers: 1}, file)
	_, _, b := handedOn(t, 8, Options{Workers: 4, MaxMemory: 1 << 14}, file)
	for part, x := range a.Tallies() {
		if y := b.Tallies()[part]; x.Spans != y.Spans || x.Sum != y.Sum {
			t.Errorf("part %d: %+v and %+v", part, x, y)
		}
	}
}

func TestAReadingIsCalledAsItIsTold(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"name": "shop"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, s, _ := handedOn(t, 1, Options{As: "s3://day/bad.json", Folder: "s3://day"}, bad)
	if found(&s.Ledger) == "" || s.Folders["s3://day"] || len(s.Folders) != 1 {
		t.Errorf("%s, folders %v", found(&s.Ledger), s.Folders)
	}
}

// A block from elsewhere is refused, or holds spans that can be had; it never makes the program panic.
func FuzzGathered(f *testing.F) {
	for _, file := range []string{"dns-events/trace.otlp.jsonl", "follows-from/trace.jaeger.json"} {
		frames, _, _ := handedOn(f, 2, Options{}, filepath.Join(testkit.Root(f), "testdata/scenarios", file))
		for _, frame := range frames {
			f.Add(frame)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g := NewGathered(1 << 20)
		r := NewFrameReader(bytes.NewReader(text))
		for {
			part, data, err := r.Next()
			if err != nil {
				break
			}
			if part == LedgerPart || g.Add(part, data) != nil {
				return
			}
		}
		spans, n := g.Spans(), 0
		defer spans.Close()
		for tr := range spans.Traces() {
			n += len(tr)
		}
		for _, tally := range g.Tallies() {
			n -= tally.Spans
		}
		if spans.Err() != nil || n != 0 {
			t.Errorf("%d spans too many: %v", n, spans.Err())
		}
	})
}
