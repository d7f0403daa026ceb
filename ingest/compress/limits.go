package compress

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// Limits say how much a compressed file may ask for.
type Limits struct {
	MaxExpanded int64  // bytes that one file may expand to; 0: 16 GiB
	MaxRatio    int64  // expanded bytes for each compressed one, once over RatioFrom; 0: 1000
	RatioFrom   int64  // bytes; 0: 1 GiB
	MaxWindow   uint64 // bytes of zstd window; 0: 128 MiB
}

const (
	defaultExpanded = 16 << 30
	defaultRatio    = 1000
	ratioFrom       = 1 << 30
	defaultWindow   = 128 << 20
)

// ErrLimit is why reading stopped on purpose.
var ErrLimit = errors.New("limit")

func (l Limits) window() uint64 {
	if l.MaxWindow > 0 {
		return l.MaxWindow
	}
	return defaultWindow
}

// check says whether so many stored bytes may expand to n.
func (l Limits) check(stored, n int64) error {
	most, ratio := positive(l.MaxExpanded, defaultExpanded), positive(l.MaxRatio, defaultRatio)
	if n > most {
		return fmt.Errorf("expands to more than the %w of %d bytes (--max-expanded)", ErrLimit, most)
	}
	if n > positive(l.RatioFrom, ratioFrom) && n/ratio > stored {
		return fmt.Errorf("expands to more than %d times its size, over the %w (--max-expanded)", ratio, ErrLimit)
	}
	return nil
}

func positive(n, otherwise int64) int64 {
	if n > 0 {
		return n
	}
	return otherwise
}

// A Total adds up what one input expands to, in however many streams: a bomb may be one stream,
// or thousands of which each is within the limits. Several goroutines may use it.
type Total struct {
	Limits
	stored func() int64
	n      atomic.Int64
}

// Total begins at nothing. stored says how many bytes of the input were read so far.
func (l Limits) Total(stored func() int64) *Total { return &Total{Limits: l, stored: stored} }

// Err returns which limit was passed; nil as long as none was.
func (t *Total) Err() error { return t.Add(0) }

// Add counts n more bytes, and returns which limit they pass.
func (t *Total) Add(n int64) error { return t.check(t.stored(), t.n.Add(n)) }

// Bound returns src, whose bytes are counted: it ends with an error where they pass a limit.
func (t *Total) Bound(src io.ReadCloser) io.ReadCloser { return &expanding{src, t} }

type expanding struct {
	io.ReadCloser
	total *Total
}

// Read reads from the source.
func (e *expanding) Read(b []byte) (int, error) {
	n, err := e.ReadCloser.Read(b)
	if limit := e.total.Add(int64(n)); limit != nil {
		return 0, limit
	}
	return n, err
}
