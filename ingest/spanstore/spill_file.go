package spanstore

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/longpole/longpole/internal/errtext"
	"github.com/longpole/longpole/internal/tempfile"
	"github.com/longpole/longpole/trace"
)

// Reading keeps spans in memory up to a limit. Beyond it, a shard moves what it holds to a
// temporary file, sorted into partitions by a hash of the trace id, and begins anew:
//
//	shard 1    rows rows rows ──┐ sorted into partitions
//	shard 2    rows rows ───────┤
//	file       | 0 | 1 | 2 | 3 | 0 | 1 | 3 | 0 | 1 ...   a block for each partition, each time
//	                 └───────────┴───────────┴────────── all spans of the traces of partition 1
//
// Blocks say by themselves what they hold, so nothing but their positions stay in memory. When
// all is read, partitions come back one after the other, as many together as fit (spill_load.go).

const partitions = 32

// hashOf spreads trace ids, which may be counted up or end in zeros, over 64 bits.
func hashOf(id trace.ID) uint64 {
	x := id.Hi*0x9e3779b97f4a7c15 ^ id.Lo
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func partitionOf(id trace.ID) int { return int(hashOf(id) % partitions) }

// A SpillError says that spans could not be moved to the temporary file, or back. Reading
// ends with it: what was moved cannot be done without.
type SpillError struct {
	Path string
	Err  error
}

// Error names the folder and what is wrong with it.
func (e *SpillError) Error() string {
	return fmt.Sprintf("the temporary file in %s: %v", errtext.Printable(e.Path), errtext.Cause(e.Err))
}

// Unwrap returns the cause.
func (e *SpillError) Unwrap() error { return e.Err }

// A spillFile is the temporary file of one run. It is made when it is first needed.
type spillFile struct {
	mu         sync.Mutex
	file       *tempfile.File
	size       int64
	partitions [partitions][]block
	failed     atomic.Pointer[SpillError]
	inMemory   int64 // so many bytes of blocks are kept before the file is made
}

// A block is where some spans of a partition stand in the file.
type block struct {
	at   int64
	size int
	data []byte // what stands there, if it is in memory instead
}

// write keeps one block of a partition. After a failure it does nothing.
func (s *spillFile) write(partition int, data []byte) {
	if s.keep(partition, data) {
		return
	}
	at, file, err := s.reserve(partition, len(data))
	if err == nil && file != nil {
		_, err = file.WriteAt(data, at)
	}
	if err != nil {
		s.failed.CompareAndSwap(nil, &SpillError{os.TempDir(), err})
	}
}

// keep keeps a block in memory, if there is room.
func (s *spillFile) keep(partition int, data []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inMemory < int64(len(data)) {
		s.inMemory = 0
		return false
	}
	s.inMemory -= int64(len(data))
	s.partitions[partition] = append(s.partitions[partition], block{size: len(data), data: bytes.Clone(data)})
	return true
}

// read returns what a block holds, in buf if it does not stand in memory.
func (s *spillFile) read(b block, buf []byte) ([]byte, error) {
	if b.data != nil {
		return b.data, nil
	}
	buf = slices.Grow(buf[:0], b.size)[:b.size]
	_, err := s.file.ReadAt(buf, b.at)
	return buf, err
}

func (s *spillFile) reserve(partition, size int) (at int64, file *tempfile.File, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed.Load() != nil {
		return 0, nil, nil
	}
	if s.file == nil {
		if s.file, err = tempfile.New(); err != nil {
			return 0, nil, err
		}
	}
	at = s.size
	s.size += int64(size)
	s.partitions[partition] = append(s.partitions[partition], block{at: at, size: size})
	return at, s.file, nil
}

// err returns what made reading or writing fail; nil if nothing did.
func (s *spillFile) err() error {
	if failed := s.failed.Load(); failed != nil {
		return failed
	}
	return nil
}

// used reports whether anything was moved, or should have been.
func (s *spillFile) used() bool { return s.file != nil || s.err() != nil }

func (s *spillFile) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
