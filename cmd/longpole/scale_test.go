package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// scaled lists the files that are read in parts: a few, or with LONGPOLE_SCALE=all, as make scale-all does, all
// recordings and scenarios.
func scaled(t *testing.T) []string {
	root := testkit.Root(t)
	some := []string{"testdata/recordings/hotrod/baseline.otlp.jsonl.zst", "testdata/scenarios/nested-calls/trace.otlp.jsonl", "testdata/recordings/lab/head-sampling/faulty.otlp.jsonl.zst"}
	if os.Getenv("LONGPOLE_SCALE") == "all" {
		some = nil
		for _, glob := range []string{"testdata/recordings/*/*.zst", "testdata/recordings/*/*/*.zst", "testdata/scenarios/*/trace.otlp.jsonl"} {
			found, _ := filepath.Glob(filepath.Join(root, glob))
			some = append(some, found...)
		}
		if len(some) < 100 {
			t.Fatalf("only %d recordings and scenarios are here", len(some))
		}
		return some
	}
	for i := range some {
		some[i] = filepath.Join(root, some[i])
	}
	return some
}

func TestMapReduceAndMergeSayWhatReportSays(t *testing.T) {
	for n, file := range scaled(t) {
		t.Run(strings.TrimPrefix(file, testkit.Root(t)), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(n), 24))
			plan := planFor(t, file)
			for deal, files := range [][]string{dealtByLine(t, file), dealtBySpan(t, file, random)} {
				for i, parts := range []int{1, 8, 64} {
					budget := "none"
					if (i+deal+n)%2 == 0 && plan != "" {
						budget = plan
					}
					s := scattered{random: random, files: files, parts: parts, flags: []string{"--budget", budget}}
					if i == 1 {
						s.flags = append(s.flags, "--sample", "20")
					}
					s.compare(t)
				}
			}
		})
	}
}

// planFor writes the plan that init makes of a file; none where it has too little.
func planFor(t *testing.T, file string) string {
	plan := filepath.Join(t.TempDir(), "longpole.yaml")
	if code := execute(t.Context(), []string{"init", file, "--write", plan}, strings.NewReader(""), io.Discard, io.Discard); code != 0 {
		return ""
	}
	return plan
}

const dealt = 5 // files

func dealtByLine(t *testing.T, file string) []string {
	texts := make([]bytes.Buffer, dealt)
	i := 0
	for line := range bytes.Lines(unpacked(t, file)) {
		texts[i%dealt].Write(line)
		i++
	}
	return writtenTo(t, texts)
}

func unpacked(t *testing.T, file string) []byte {
	text, err := os.ReadFile(file)
	if err == nil && strings.HasSuffix(file, ".zst") {
		var z *zstd.Decoder
		if z, err = zstd.NewReader(bytes.NewReader(text)); err == nil {
			text, err = io.ReadAll(z)
			z.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func dealtBySpan(t *testing.T, file string, random *rand.Rand) []string {
	spans, err := ingest.Read(t.Context(), []string{file}, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var hands [dealt][][]trace.Span
	for tr := range spans.Traces() {
		var of [dealt][]trace.Span
		for _, s := range tr {
			i := random.IntN(dealt)
			of[i] = append(of[i], s)
		}
		for i := range of {
			if len(of[i]) > 0 {
				hands[i] = append(hands[i], of[i])
			}
		}
	}
	texts := make([]bytes.Buffer, dealt)
	for i := range texts {
		if err := export.OTLP.Write(&texts[i], slices.Values(hands[i])); err != nil {
			t.Fatal(err)
		}
	}
	return writtenTo(t, texts)
}

func writtenTo(t *testing.T, texts []bytes.Buffer) (files []string) {
	dir := t.TempDir()
	for i := range texts {
		name := filepath.Join(dir, fmt.Sprintf("%d.jsonl", i))
		if err := os.WriteFile(name, texts[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	return files
}

// scattered is a run that several processes make.
type scattered struct {
	random *rand.Rand
	files  []string
	parts  int
	flags  []string // of all steps
}

// compare holds what the steps say against what the one command says.
func (s *scattered) compare(t *testing.T) {
	t.Helper()
	for _, command := range []string{"report"} {
		want, wanted := s.outputs(t, command, s.files)
		got, code := s.merged(t)
		if code != wanted {
			t.Fatalf("%d parts: merge ends with %d, report with %d:\n%s\n%s", s.parts, code, wanted, got["stderr"], want["stderr"])
		}
		for name, text := range want {
			if got[name] != text {
				t.Errorf("%d parts, %v: %s differs from report's:%s", s.parts, s.flags, name, firstLines(text, got[name]))
			}
		}
	}
}

// outputs runs a command, and returns what it writes in several formats.
func (s *scattered) outputs(t *testing.T, command string, files []string, more ...string) (map[string]string, int) {
	t.Helper()
	dir := t.TempDir()
	args := slices.Concat([]string{command}, files, s.flags, more)
	for _, format := range []string{"json", "text", "markdown"} {
		args = append(args, "-o", format+"="+filepath.Join(dir, format))
	}
	var out, said bytes.Buffer
	code := execute(t.Context(), args, strings.NewReader(""), &out, &said)
	texts := map[string]string{"stdout": out.String(), "stderr": said.String()}
	for _, format := range []string{"json", "text", "markdown"} {
		text, _ := os.ReadFile(filepath.Join(dir, format))
		texts[format] = string(text)
	}
	return texts, code
}

// merged runs all steps, in a random order of everything that may be in any.
func (s *scattered) merged(t *testing.T) (map[string]string, int) {
	t.Helper()
	frames := s.mapped(t)
	partials := s.reduced(t, frames)
	facts := filepath.Join(t.TempDir(), "facts")
	input := []string{"--facts", facts}
	for _, file := range s.files {
		input = append(input, "--input", file)
	}
	texts, code := s.outputs(t, "merge", partials, input...)
	if code == exitInconclusive {
		if _, err := os.Stat(facts); err != nil {
			t.Fatalf("%v: %s", err, texts["stderr"])
		}
		partials = s.reduced(t, frames, "--facts", facts)
		texts, code = s.outputs(t, "merge", partials, input...)
	}
	return texts, code
}

// mapped returns the frames of all files.
func (s *scattered) mapped(t *testing.T) map[int][][]byte {
	t.Helper()
	frames := map[int][][]byte{}
	for seq, file := range s.files {
		args := slices.Concat([]string{"map", file, "--parts", fmt.Sprint(s.parts), "--seq", fmt.Sprintf("%d/%d", seq, len(s.files))}, s.flags)
		var out, said bytes.Buffer
		if code := execute(t.Context(), args, strings.NewReader(""), &out, &said); code != 0 && code != exitInput {
			t.Fatalf("map %s: %d, %s", file, code, &said)
		}
		for r := ingest.NewFrameReader(&out); ; {
			part, data, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			frames[part] = append(frames[part], bytes.Clone(data))
		}
	}
	return frames
}

// reduced deals the parts to up to three reducers, and returns their partials.
func (s *scattered) reduced(t *testing.T, frames map[int][][]byte, more ...string) (partials []string) {
	t.Helper()
	dir := t.TempDir()
	streams := make([]bytes.Buffer, 1+s.random.IntN(3))
	type frame struct {
		to, part int
		data     []byte
	}
	var all []frame
	for part, blocks := range frames {
		to := s.random.IntN(len(streams))
		for _, data := range blocks {
			all = append(all, frame{to, part, data})
		}
	}
	slices.SortFunc(all, func(a, b frame) int { return cmp.Or(cmp.Compare(a.part, b.part), bytes.Compare(a.data, b.data)) })
	s.random.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	for _, f := range all {
		if err := ingest.WriteFrame(&streams[f.to], f.part, f.data); err != nil {
			t.Fatal(err)
		}
	}
	for i := range streams {
		name := filepath.Join(dir, fmt.Sprintf("%d.partial", s.random.Int()))
		var said bytes.Buffer
		args := slices.Concat([]string{"reduce", "--to", name}, s.flags, more)
		if code := execute(t.Context(), args, &streams[i], io.Discard, &said); code != 0 {
			t.Fatalf("reduce: %d, %s", code, &said)
		}
		partials = append(partials, name)
	}
	return partials
}

// What requests show of who waits for whom turns some of them only when all are known.
func TestWhatTurnsOnlyInTheWholeTurnsInPartsToo(t *testing.T) {
	var text bytes.Buffer
	if err := export.OTLP.Write(&text, slices.Values(flipping(t))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "orders.jsonl")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 24))
	s := scattered{random: random, files: dealtByLine(t, file), parts: 16, flags: []string{"--budget", "none"}}
	s.compare(t)
	facts := filepath.Join(t.TempDir(), "facts")
	_, code := s.outputs(t, "merge", s.reduced(t, s.mapped(t)), "--facts", facts)
	if _, err := os.Stat(facts); code != exitInconclusive || err != nil {
		t.Errorf("without facts merge ends with %d (%v)", code, err)
	}
}

// firstLines shows where two texts begin to differ.
func firstLines(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("\nline %d\n- %s\n+ %s", i+1, x[i], y[i])
		}
	}
	return fmt.Sprintf(" %d lines, %d lines", len(x), len(y))
}
