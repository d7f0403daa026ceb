package main

import (
	"context"
	"errors"
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/spf13/cobra"

	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/bytesize"
)

const (
	mostByDefault = bytesize.Size(1 << 30)

	// leastHeap is what the garbage collector is always given: with less it would do nothing
	// but collect.
	leastHeap = bytesize.Size(64 << 20)

	// garbage is by how many percent the heap may grow between two collections, while it is
	// far from its limit. docs/reliability.md has what other values cost.
	garbage = 200
)

// A memory is the flag that bounds how much of the machine reading and analysing may take.
type memory struct{ optionalSize }

func (m *memory) flag(c *cobra.Command) {
	c.Flags().Var(m, "max-memory", "keep at most `SIZE` (256MiB, 1GiB) in memory and the other spans in a temporary file; 0 is no limit (default: half of what there is, 1GiB at most)")
}

// grant tells the garbage collector of the limit, unless GOMEMLIMIT has told it another one,
// and returns the limit for readers.
func (m *memory) grant() int64 {
	size := m.size
	if !m.told {
		size = byDefault(memlimit.FromCgroup, memlimit.FromSystem)
	}
	if size > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(max(size, leastHeap)))
	}
	return int64(size)
}

// byDefault returns half of the smallest amount that the sources know, one GiB at most.
func byDefault(sources ...memlimit.Provider) bytesize.Size {
	size := mostByDefault
	for _, of := range sources {
		if bytes, err := of(); err == nil && bytes > 0 {
			size = min(size, bytesize.Size(min(bytes/2, uint64(mostByDefault))))
		}
	}
	return size
}

// unread returns why spans cannot be used at all, and closes them then; nil if they can.
func unread(ctx context.Context, spans *ingest.Spans, err error) error {
	failed := interruption(ctx)
	if failed == nil {
		failed = spillFailure(err)
	}
	if failed != nil {
		spans.Close()
	}
	return failed
}

func interruption(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return failf(exitInterrupted, "", "interrupted")
}

// spillFailure is about the temporary file, if err is; else nil.
func spillFailure(err error) error {
	var failed *ingest.SpillError
	if !errors.As(err, &failed) {
		return nil
	}
	return failf(exitOutput, "set TMPDIR to a folder with room, or raise --max-memory so that none is needed", "%w", failed)
}
