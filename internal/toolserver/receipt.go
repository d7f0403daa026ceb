package toolserver

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A hasher tells files by the hash of their bytes. It reads a file again only when it has changed.
type hasher struct {
	mu    sync.Mutex
	known map[string]hashed
}

type hashed struct {
	size int64
	at   time.Time
	sum  string
}

// of returns the SHA-256 of a file in hex digits, or why there is none.
func (h *hasher) of(name string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	info, err := os.Stat(name)
	if err != nil {
		return "cannot be read"
	}
	if k, ok := h.known[name]; ok && k.size == info.Size() && k.at.Equal(info.ModTime()) {
		return k.sum
	}
	f, err := os.Open(name)
	if err != nil {
		return "cannot be read"
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "cannot be read"
	}
	k := hashed{info.Size(), info.ModTime(), hex.EncodeToString(sum.Sum(nil))}
	if h.known == nil {
		h.known = map[string]hashed{}
	}
	h.known[name] = k
	return k.sum
}

// few is how many files a receipt names each by its hash.
const few = 3

// inputs says which bytes files are: each by its hash, of many the hash of what sha256sum prints.
func (h *hasher) inputs(files []string) string {
	var lines []string
	all := sha256.New()
	for _, f := range files {
		sum := h.of(f)
		lines = append(lines, fmt.Sprintf("sha256 %s %s", sum, f))
		fmt.Fprintf(all, "%s  %s\n", sum, f)
	}
	if len(lines) > few {
		return fmt.Sprintf("sha256 %x of `sha256sum` of %d files", all.Sum(nil), len(files))
	}
	return strings.Join(lines, "; ")
}

// matches reports whether a glob chooses a file by its path or its name.
func matches(glob, file string) bool {
	file = filepath.ToSlash(file)
	whole, _ := path.Match(glob, file)
	name, _ := path.Match(glob, path.Base(file))
	return whole || name
}
