package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A machine is where and when figures were taken.
type machine struct {
	model  string
	memory int // GB
	load   string
	commit string
	inputs string
}

func thisMachine(ctx context.Context, l *lab) machine {
	return machine{
		model: field("/proc/cpuinfo", "model name"), memory: memory(), load: load(), commit: commit(ctx, l.repo), inputs: l.inputs(),
	}
}

// String says what makes figures comparable: the processor, its cores, memory and the version of Go.
func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %d GB, %s", m.model, runtime.NumCPU(), m.memory, runtime.Version())
}

func (m machine) caption() string {
	return fmt.Sprintf("%s, %s/%s. Last measured on %s, over %s; load average before that %s.",
		m, runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format(time.DateOnly), m.inputs, m.load)
}

// field returns the value of the first line of a file of /proc that begins with key.
func field(file, key string) string {
	text, _ := os.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func memory() int {
	kib, _ := strconv.Atoi(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"))
	return (kib + 1<<19) >> 20
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// commit names the checkout, with a + if it holds changes besides those to documents.
func commit(ctx context.Context, repo string) string {
	head, err := exec.CommandContext(ctx, "git", "-C", repo, "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	changes, _ := exec.CommandContext(ctx, "git", "-C", repo, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs").Output()
	name := strings.TrimSpace(string(head))
	if len(changes) > 0 {
		name += "+"
	}
	return name
}
