package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A lab is where measurements are taken.
type lab struct {
	repo   string
	work   string // a folder for programs and inputs, kept from run to run
	given  string // a folder of inputs; empty: they are made
	spans  int
	large  float64 // bytes
	rounds int
}

func (l *lab) program(name string) string { return filepath.Join(l.work, name) }

// build builds what is measured, as it is released, and what it is measured with.
func (l *lab) build(ctx context.Context) error {
	if err := os.MkdirAll(l.work, 0o755); err != nil {
		return err
	}
	if err := l.compile(ctx, l.repo, "build", "-trimpath", "-ldflags", "-s -w", "-o", l.program("longpole"), "./cmd/longpole"); err != nil {
		return err
	}
	if err := l.compile(ctx, l.repo, "test", "-c", "-o", l.program("longpole.test"), "./cmd/longpole"); err != nil {
		return err
	}
	tools := filepath.Join(l.repo, "testdata", "bench")
	return l.compile(ctx, tools, "build", "-o", l.work+string(filepath.Separator), "./gen", "./pack", "./stream", "./baseline")
}

func (l *lab) compile(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.Run()
}

// file returns the path of an input, and makes it first where it is missing.
func (l *lab) file(ctx context.Context, name string) (string, error) {
	path := l.path(name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, l.produce(ctx, name, path)
}

// path is where an input is, or will be. What is made is named after its size, so that
// another one is made anew.
func (l *lab) path(name string) string {
	made := filepath.Join(l.work, fmt.Sprintf("%d-spans", l.spans))
	switch filepath.Ext(name) {
	case ".gz", ".zst":
		return filepath.Join(l.beside(made), name)
	}
	switch name {
	case "1x/otlp.jsonl":
		return filepath.Join(made, "otlp.jsonl")
	case "4x/otlp.jsonl", "one/otlp.jsonl":
		return filepath.Join(made, name)
	case "4x/jaeger.json":
		return filepath.Join(l.beside(made), name)
	}
	if l.given != "" {
		return filepath.Join(l.given, name)
	}
	return filepath.Join(made, name)
}

// beside is where what is made of an input goes: never into a folder that was given.
func (l *lab) beside(made string) string {
	if l.given != "" {
		return filepath.Join(l.work, "given", strings.ReplaceAll(l.given, string(filepath.Separator), "-"))
	}
	return made
}

func (l *lab) produce(ctx context.Context, name, path string) error {
	log.Printf("making %s", path)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	switch name {
	case "otlp.jsonl.gz", "otlp.jsonl.zst":
		of, err := l.file(ctx, "otlp.jsonl")
		if err != nil {
			return err
		}
		return l.do(ctx, "pack", of, dir)
	case "4x/otlp.jsonl":
		return l.do(ctx, "gen", "-spans", strconv.Itoa(4*l.spans), "-out", dir, "-formats", "otlp.jsonl")
	case "4x/jaeger.json":
		of, err := l.file(ctx, "jaeger.json")
		if err != nil {
			return err
		}
		return l.copies(ctx, 4, of, path)
	case "one/otlp.jsonl":
		return l.do(ctx, "gen", "-spans", "1", "-out", dir, "-formats", "otlp.jsonl")
	}
	if dir == l.given {
		return fmt.Errorf("%s is missing; it must be beside the other inputs", path)
	}
	return l.do(ctx, "gen", "-spans", strconv.Itoa(l.spans), "-out", dir)
}

// copies writes n copies of a file, with other trace ids, to another one.
func (l *lab) copies(ctx context.Context, n int, of, to string) error {
	out, err := os.Create(to + ".part")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, l.program("stream"), "-copies", strconv.Itoa(n), of)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := errors.Join(cmd.Run(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), to)
}

func (l *lab) do(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, l.program(program), args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// inputs says where they are from, for those who compare tables.
func (l *lab) inputs() string {
	if l.given != "" {
		return "inputs that were given"
	}
	return fmt.Sprintf("made inputs of %d spans", l.spans)
}
