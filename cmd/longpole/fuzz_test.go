package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// mostFuzzed is the size of an input above which a run would be too slow to be worth it.
const mostFuzzed = 96 << 10

// Whatever the recording is: every command takes it or refuses it, what they say of it agrees
// and adds up, and every output is what it claims to be. The edits are for findings that the
// fuzzer would not meet by changing bytes.
func FuzzWholeRun(f *testing.F) {
	seedRuns(f)
	b := newBench(f)
	f.Fuzz(func(t *testing.T, recording, edits []byte) {
		input := edited(recording, edits)
		if len(input) > mostFuzzed {
			return
		}
		at := b.with(t, input, []byte(planOfAll))
		flags := flagsOf(edits)
		judged := at.check("plan.yaml", flags...)
		if judged.code == exitUsage && strings.Contains(judged.stderr, "--weight-attr") {
			return // a flag that only check is given asks for what no root has
		}
		at.doctor(judged)
		at.init(judged)
		at.convert(judged)
	})
}

// Whatever the plan is: lint and check agree on whether it is one, and the traces are held
// against it.
func FuzzPlans(f *testing.F) {
	traces := seedPlans(f)
	b := newBench(f)
	f.Fuzz(func(t *testing.T, plan, edits []byte) {
		plan = edited(plan, edits)
		if len(plan) > mostFuzzed {
			return
		}
		at := b.with(t, traces, plan)
		if at.lint("plan.yaml") == exitOK {
			at.check("plan.yaml", flagsOf(edits)...)
		}
	})
}

// flagsOf chooses the flags of check by the first of the edits.
func flagsOf(edits []byte) (flags []string) {
	if len(edits) == 0 {
		return nil
	}
	for i, flag := range []string{"--strict", "--inconclusive=fail", "--skew=off", "--tail=p75", "--baseline=traces", "--weight-attr=cloud.region", "--seed=7"} {
		if edits[0]&(1<<i) != 0 {
			flags = append(flags, flag)
		}
	}
	return flags
}

// A bench is a folder with an input and a plan, in which commands are run.
type bench struct {
	testing.TB
	dir    string
	little string // memory, so that spans go to a temporary file
	judges map[string]func(testing.TB, []byte)
}

func newBench(f *testing.F) *bench {
	f.Helper()
	f.Setenv("GOMEMLIMIT", "off")       // or the collector would be told of the little that readers get
	percent := debug.SetGCPercent(1000) // a run leaves nothing behind that is worth a collection
	f.Cleanup(func() { debug.SetGCPercent(percent) })
	b := &bench{TB: f, dir: quickFolder(f), judges: judges(f)}
	f.Setenv("TMPDIR", b.dir)
	if err := os.Mkdir(b.path(".git"), 0o700); err != nil { // so that the plan has a path in a repository
		f.Fatal(err)
	}
	return b
}

// quickFolder is a folder in memory, if there is one: every output is flushed to the disk, and a
// busy disk makes the fuzzer believe that a run hangs.
func quickFolder(f *testing.F) string {
	f.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "longpole-*")
	if err != nil {
		return f.TempDir()
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (b *bench) with(t *testing.T, input, plan []byte) *bench {
	at := &bench{t, b.dir, fmt.Sprintf("%dB", 1+len(input)/4), b.judges}
	at.write("traces", input)
	at.write("plan.yaml", plan)
	return at
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b *bench) write(name string, data []byte) {
	if err := os.WriteFile(b.path(name), data, 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) read(name string) []byte {
	data, err := os.ReadFile(b.path(name))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// An outcome is what came of a command: outs holds its outputs by their format.
type outcome struct {
	code   int
	stdout []byte
	stderr string
	outs   map[string][]byte
}

// run runs a command that writes in every format of the list.
func (b *bench) run(formats []string, args ...string) outcome {
	b.Helper()
	for _, name := range formats {
		os.Remove(b.path("out." + name))
		args = append(args, "-o", name+"="+b.path("out."+name))
	}
	var stdout, stderr bytes.Buffer
	code := execute(context.Background(), args, nil, &stdout, &stderr)
	did := outcome{code, stdout.Bytes(), stderr.String(), map[string][]byte{}}
	for _, name := range formats {
		if data, err := os.ReadFile(b.path("out." + name)); err == nil {
			did.outs[name] = data
		}
	}
	testkit.Harmless(b, "what "+args[0]+" says", stderr.Bytes())
	if code == exitInput {
		did.forgetUnread()
	}
	if n := len(did.outs); n != 0 && n != len(formats) {
		b.Fatalf("%s wrote %d of %d outputs: %s", args[0], n, len(formats), did.stderr)
	}
	if code != exitOK && did.stderr == "" {
		b.Fatalf("%s ends with %d in silence", args[0], code)
	}
	return did
}

// forgetUnread lets pipelines be told of input that could not be used: in what they read, and nowhere
// else.
func (o *outcome) forgetUnread() {
	gates := 0
	for _, f := range report.Formats {
		if len(o.outs[f.Name]) > 0 && f.Gate {
			gates++
		}
	}
	if gates == len(o.outs) {
		clear(o.outs)
	}
}

// check holds the input against a plan in every format, with all memory and with too little.
func (b *bench) check(plan string, flags ...string) outcome {
	b.Helper()
	args := []string{"check", b.path("traces"), "--budget", b.path(plan)}
	for _, flag := range flags {
		args = append(args, strings.Replace(flag, "=traces", "="+b.path("traces"), 1))
	}
	all := b.run(namesOf(report.Formats), append(slices.Clone(args), "--max-memory=0")...)
	b.same("in little memory", b.run(namesOf(report.Formats), append(args, "--max-memory="+b.little)...), all)
	for _, name := range namesOf(report.Formats) {
		if out, ok := all.outs[name]; ok {
			b.judges[name](b, out)
		}
	}
	codeFits(b, all, flags)
	linesFit(b, all, b.read(plan))
	return all
}

func (b *bench) same(what string, got, want outcome) {
	b.Helper()
	if got.code != want.code || got.stderr != want.stderr {
		b.Fatalf("%s: exit code %d, want %d\n%s\nwant\n%s", what, got.code, want.code, got.stderr, want.stderr)
	}
	for name := range want.outs {
		if !bytes.Equal(got.outs[name], want.outs[name]) {
			b.Fatalf("%s: %s differs:\n%s\nwant\n%s", what, name, got.outs[name], want.outs[name])
		}
	}
}

// doctor must read what check has read, and find it as usable.
func (b *bench) doctor(judged outcome) {
	b.Helper()
	did := b.run(namesOf(page.Formats), "doctor", b.path("traces"))
	if (did.outs["json"] == nil) != (judged.outs["json"] == nil) {
		b.Fatalf("check ends with %d, doctor with %d: %s", judged.code, did.code, did.stderr)
	}
	if did.outs["json"] == nil {
		return
	}
	b.judges["doctor"](b, did.outs["json"])
	testkit.Harmless(b, "doctor", did.outs["text"])
	if got, want := ledgerOf(b, did.outs["json"]), ledgerOf(b, judged.outs["json"]); got != want {
		b.Fatalf("doctor read %+v, check %+v", got, want)
	}
	if did.code != exitOK && did.code != exitInput {
		b.Fatalf("doctor ends with %d: %s", did.code, did.stderr)
	}
}

// init's plan must be a plan, and one that the requests keep from which it was drafted.
func (b *bench) init(judged outcome) {
	b.Helper()
	drafted := b.run(nil, "init", b.path("traces"))
	if len(drafted.stdout) == 0 {
		if drafted.code != exitInput && drafted.code != exitInconclusive {
			b.Fatalf("init ends with %d: %s", drafted.code, drafted.stderr)
		}
		return
	}
	testkit.Harmless(b, "the plan of init", drafted.stdout)
	b.write("init.yaml", drafted.stdout)
	if code := b.lint("init.yaml"); code != exitOK {
		b.Fatalf("lint refuses the plan of init:\n%s", drafted.stdout)
	}
	if kept := b.check("init.yaml"); kept.code != drafted.code {
		b.Fatalf("init ends with %d, the check of its plan with %d: %s\n%s", drafted.code, kept.code, kept.stderr, drafted.stdout)
	}
}

// lint must refuse what check refuses, in the same words.
func (b *bench) lint(plan string) int {
	b.Helper()
	linted := b.run(nil, "lint", b.path(plan))
	testkit.Harmless(b, "lint", linted.stdout)
	checked := b.run(nil, "check", b.path("traces"), "--budget", b.path(plan))
	refused := checked.code == exitUsage
	if refused != (linted.code == exitUsage) || refused && checked.stderr != linted.stderr {
		b.Fatalf("lint ends with %d: %s\ncheck with %d: %s", linted.code, linted.stderr, checked.code, checked.stderr)
	}
	return linted.code
}

// convert must keep every span in every format.
func (b *bench) convert(judged outcome) {
	b.Helper()
	did := b.run(namesOf(export.Formats), "convert", b.path("traces"))
	if (did.outs["otlp"] == nil) != (judged.outs["json"] == nil) {
		b.Fatalf("check ends with %d, convert with %d: %s", judged.code, did.code, did.stderr)
	}
	if did.outs["otlp"] == nil {
		return
	}
	want := b.spans("traces")
	for _, f := range export.Formats {
		if got := b.spans("out." + f.Name); !slices.Equal(got, want) {
			b.Fatalf("%d spans are read back from %s, want %d:\n%s\nwant\n%s", len(got), f.Name, len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// spans returns the ids of all spans in a file, in order.
func (b *bench) spans(name string) (ids []string) {
	b.Helper()
	spans, err := ingest.Read(context.Background(), []string{b.path(name)}, ingest.Options{})
	if spans == nil {
		b.Fatalf("%s cannot be read: %v", name, err)
	}
	defer spans.Close()
	for t := range spans.Traces() {
		ids = append(ids, idsOf(t)...)
	}
	slices.Sort(ids)
	return ids
}

func idsOf(spans []trace.Span) (ids []string) {
	for i := range spans {
		ids = append(ids, fmt.Sprint(spans[i].Trace, spans[i].ID))
	}
	return ids
}
