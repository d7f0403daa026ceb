// Package host names what figures depend on besides the program: the machine, its load, the
// checkout.
package host

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// Describe says what makes figures comparable: the processor, its cores, memory and the version of Go.
func Describe() string {
	return fmt.Sprintf("%s, %d cores, %d GB, %s", field("/proc/cpuinfo", "model name"), runtime.NumCPU(), memory(), runtime.Version())
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

// Load is the load average of the last minute.
func Load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// Commit names the checkout, with a + if it holds changes besides those to documents.
func Commit(ctx context.Context, repo string) string {
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
