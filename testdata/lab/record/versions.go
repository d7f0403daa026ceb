package record

import (
	"debug/buildinfo"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// versions of everything that had a part in a recording: the modules of both
// binaries, as the compiler noted them, and the servers, as they say themselves.
func versions(l lab) map[string]string {
	out := map[string]string{"go": runtime.Version(), "os": runtime.GOOS + "/" + runtime.GOARCH}
	modules(out, "", filepath.Join(l.bin, "lab"))
	modules(out, "old:", filepath.Join(l.bin, "lab-old"))
	for name, args := range map[string][]string{
		"postgresql": {"psql", "--version"},
		"redis":      {"redis-server", "--version"},
		"rabbitmq":   {"dpkg-query", "-W", "-f", "${Version}", "rabbitmq-server"},
		"collector":  {filepath.Join(l.bin, "collector"), "--version"},
	} {
		text, err := exec.Command(args[0], args[1:]...).Output()
		if err == nil {
			out[name] = strings.TrimSpace(string(text))
		}
	}
	return out
}

// modules adds the modules that matter to a trace; those of the old binary
// only where they differ.
func modules(out map[string]string, prefix, program string) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		if traced(m.Path) && out[m.Path] != m.Version {
			out[prefix+m.Path] = m.Version
		}
	}
}

func traced(module string) bool {
	for _, word := range []string{"otel", "opentelemetry", "grpc", "pgx", "redis", "amqp", "miekg"} {
		if strings.Contains(module, word) {
			return true
		}
	}
	return false
}
