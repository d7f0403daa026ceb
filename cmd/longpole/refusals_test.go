package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// A joinery makes frames and partials of two small files.
type joinery struct {
	t   *testing.T
	dir string
}

func newJoinery(t *testing.T) *joinery {
	w := &joinery{t, t.TempDir()}
	for file := range 2 {
		var all [][]trace.Span
		for i := range 20 {
			spans := testkit.Draw(t, "GET server   ==========\n  query client   =====")
			for k := range spans {
				spans[k].Trace = trace.ID{Lo: uint64(100*file + i + 1)}
			}
			all = append(all, spans)
		}
		var text bytes.Buffer
		if err := export.OTLP.Write(&text, slices.Values(all)); err != nil {
			t.Fatal(err)
		}
		w.write(fmt.Sprintf("%d.jsonl", file), text.Bytes())
	}
	w.write("plan.yaml", []byte("version: 1\njourneys:\n  get:\n    root: {name: GET}\n    target: p95 < 1s\n"))
	return w
}

func (w *joinery) path(name string) string { return filepath.Join(w.dir, name) }

func (w *joinery) write(name string, text []byte) {
	if err := os.WriteFile(w.path(name), text, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *joinery) read(name string) []byte {
	text, err := os.ReadFile(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// run runs a command, with what in gives on stdin, and keeps what it writes to stdout.
func (w *joinery) run(to string, in []byte, args ...string) (said string, code int) {
	w.t.Helper()
	var out, complaints bytes.Buffer
	if code = execute(w.t.Context(), args, bytes.NewReader(in), &out, &complaints); to != "" {
		w.write(to, out.Bytes())
	}
	return complaints.String(), code
}

// made runs a command that must succeed.
func (w *joinery) made(to string, in []byte, args ...string) {
	w.t.Helper()
	if said, code := w.run(to, in, args...); code != 0 {
		w.t.Fatalf("%v: %d, %s", args, code, said)
	}
}

// frames maps both files into so many parts.
func (w *joinery) frames(parts string, more ...string) {
	w.t.Helper()
	for i := range 2 {
		args := append([]string{"map", w.path(fmt.Sprintf("%d.jsonl", i)), "--as", fmt.Sprint(i), "--seq", fmt.Sprintf("%d/2", i), "--parts", parts, "--budget", "none"}, more...)
		w.made(fmt.Sprintf("%d.frames", i), nil, args...)
	}
}

// partials reduces the frames of both files to two partials, a and b.
func (w *joinery) partials(more ...string) {
	w.t.Helper()
	for name, only := range map[string]string{"a.partial": "0-1", "b.partial": "2-3"} {
		args := append([]string{"reduce", w.path("0.frames"), w.path("1.frames"), "--only", only, "--budget", "none"}, more...)
		w.made(name, nil, args...)
	}
}

type blockFrame struct {
	part int
	data []byte
}

// taken takes a stream of frames apart; joined puts one together.
func (w *joinery) taken(name string) (all []blockFrame) {
	for r := ingest.NewFrameReader(bytes.NewReader(w.read(name))); ; {
		part, data, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, blockFrame{part, bytes.Clone(data)})
	}
}

func joined(frames []blockFrame) []byte {
	var text bytes.Buffer
	for _, f := range frames {
		ingest.WriteFrame(&text, f.part, f.data)
	}
	return text.Bytes()
}

// changed reduces all frames after they were changed, to one partial, and merges it.
func (w *joinery) changed(change func([]blockFrame) []blockFrame) (said string, code int) {
	frames := change(append(w.taken("0.frames"), w.taken("1.frames")...))
	if said, code := w.run("a.partial", joined(frames), "reduce", "--budget", "none"); code != 0 {
		return said, code
	}
	return w.merge("a.partial")
}

func (w *joinery) merge(names ...string) (said string, code int) {
	args := []string{"merge", "--budget", "none", "--facts", w.path("facts")}
	for _, name := range names {
		args = append(args, w.path(name))
	}
	return w.run("", nil, args...)
}

func lastByte(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return b
}

// refusals are what cannot be put together, with words of the sentence that says why.
var refusals = map[string]struct {
	says string
	of   func(*joinery) (string, int)
}{
	"a block is lost": {"is not whole", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { return all[1:] })
	}},
	"all blocks of a part are lost": {"is missing", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame {
			return slices.DeleteFunc(all, func(f blockFrame) bool { return f.part == 2 })
		})
	}},
	"a block comes twice": {"is not whole", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { return append(all, all[0]) })
	}},
	"a block comes as one of another part": {"and is of part", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { all[0].part ^= 1; return all })
	}},
	"a block says that it is of another part": {"holds a trace that is not of part", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { all[0].part ^= 1; all[0].data[2] ^= 1; return all })
	}},
	"a block is of another version": {"version 9", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { all[0].data[0] = 9; return all })
	}},
	"a block is damaged": {"", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { all[0].data = all[0].data[:len(all[0].data)-3]; return all })
	}},
	"the time of a span was changed": {"is not whole", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame {
			b := all[0].data
			b[len(b)-56+16] ^= 1 // of the last row: it has no extras
			return all
		})
	}},
	"a ledger is lost": {"sequence number 0 is missing", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame {
			return slices.Delete(all, slices.IndexFunc(all, func(f blockFrame) bool { return f.part == -1 }), slices.IndexFunc(all, func(f blockFrame) bool { return f.part == -1 })+1)
		})
	}},
	"all ledgers are lost": {"no ledger", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame {
			return slices.DeleteFunc(all, func(f blockFrame) bool { return f.part == -1 })
		})
	}},
	"a ledger is damaged": {"damaged", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame {
			last := &all[len(all)-1]
			last.data = lastByte(last.data)
			return all
		})
	}},
	"a sequence number comes twice": {"sequence number 1 is in", func(w *joinery) (string, int) {
		return w.changed(func(all []blockFrame) []blockFrame { return append(all, all[len(all)-1]) })
	}},
	"a file of frames has no ledger": {"is not whole", func(w *joinery) (string, int) {
		all := w.taken("0.frames")
		w.write("0.frames", joined(all[:len(all)-1]))
		return w.run("", nil, "reduce", w.path("0.frames"), "--budget", "none")
	}},
	"a file is none of frames": {"no frames", func(w *joinery) (string, int) {
		return w.run("", nil, "reduce", w.path("0.jsonl"), "--budget", "none")
	}},
	"files were divided into other parts": {"parts", func(w *joinery) (string, int) {
		was := w.read("0.frames")
		w.frames("8")
		return w.run("", append(was, w.read("1.frames")...), "reduce", "--budget", "none")
	}},
	"a partial is missing": {"is missing", func(w *joinery) (string, int) { return w.merge("a.partial") }},
	"a partial comes twice": {"cannot be put together", func(w *joinery) (string, int) {
		w.write("c.partial", w.read("b.partial"))
		return w.merge("a.partial", "b.partial", "c.partial")
	}},
	"a partial is damaged": {"damaged", func(w *joinery) (string, int) {
		w.write("b.partial", lastByte(w.read("b.partial")))
		return w.merge("a.partial", "b.partial")
	}},
	"a partial is cut off": {"cut off", func(w *joinery) (string, int) {
		w.write("b.partial", w.read("b.partial")[:100])
		return w.merge("a.partial", "b.partial")
	}},
	"a partial is of another format": {"format 7", func(w *joinery) (string, int) {
		b := w.read("b.partial")
		b[9] = 7
		w.write("b.partial", b)
		return w.merge("a.partial", "b.partial")
	}},
	"a partial is of another plan": {"the plan", func(w *joinery) (string, int) {
		w.made("b.partial", nil, "merge", w.path("a.partial"), "--budget", "none", "--to", w.path("b.partial")) // it may be some
		return w.run("", nil, "merge", w.path("a.partial"), "--budget", w.path("plan.yaml"))
	}},
	"frames are of another plan": {"the plan", func(w *joinery) (string, int) {
		return w.run("", nil, "reduce", w.path("0.frames"), "--budget", w.path("plan.yaml"))
	}},
	"clocks were moved otherwise": {"--skew is off", func(w *joinery) (string, int) {
		w.frames("4", "--skew", "off")
		w.partials("--skew", "off")
		return w.merge("a.partial", "b.partial")
	}},
	"requests were chosen": {"the choice of requests", func(w *joinery) (string, int) {
		return w.run("", nil, "report", w.path("a.partial"), w.path("b.partial"), "--budget", "none", "--where", "error")
	}},
	"what is no partial": {"is no partial", func(w *joinery) (string, int) { return w.merge("a.partial", "1.jsonl") }},
	"facts that are none": {"--facts", func(w *joinery) (string, int) {
		return w.run("", nil, "reduce", w.path("0.frames"), "--budget", "none", "--facts", w.path("0.frames"))
	}},
}

func TestWhatDoesNotBelongTogetherIsRefused(t *testing.T) {
	if len(refusals) < 20 {
		t.Fatalf("only %d refusals are tried", len(refusals))
	}
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			w := newJoinery(t)
			w.frames("4")
			w.partials()
			if said, code := w.merge("b.partial", "a.partial"); code != 0 {
				t.Fatalf("what belongs together is refused: %d, %s", code, said)
			}
			said, code := c.of(w)
			first, _, _ := strings.Cut(said, "\n")
			if code != exitInput || !strings.Contains(first, c.says) || !strings.HasPrefix(first, "longpole: ") {
				t.Errorf("exit code %d, %s", code, said)
			}
		})
	}
}

func TestAStreamThatIsCutAnywhereIsRefused(t *testing.T) {
	w := newJoinery(t)
	w.frames("4")
	text := w.read("0.frames")
	step := testkit.Rounds(70, 7)
	for n := range len(text) {
		if n%step != 0 && n > 64 { // all of the first frame's head, and some of the rest
			continue
		}
		if _, code := w.run("", text[:n], "reduce", "--budget", "none", "--to", w.path("cut.partial")); code == exitInput {
			continue
		}
		if said, code := w.merge("cut.partial"); code != exitInput {
			t.Fatalf("cut after %d of %d bytes: %d, %s", n, len(text), code, said)
		}
	}
}
