package compress

import (
	"errors"
	"fmt"
	"io"
)

// Limits say how much a compressed file may ask for.
type Limits struct {
	MaxExpanded int64  // bytes that one file may expand to; 0: 16 GiB
	MaxRatio    int64  // expanded bytes for each compressed one, once over 1 GiB; 0: 1000
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

// Bound returns src, which ends with an error if it expands beyond the limits. stored says
// how many compressed bytes were read so far.
func (l Limits) Bound(src io.ReadCloser, stored func() int64) io.ReadCloser {
	return &expanding{src: src, stored: stored, limits: l}
}

// expanding ends a stream that expands beyond the limits.
type expanding struct {
	src    io.ReadCloser
	stored func() int64
	limits Limits
	n      int64
}

func (e *expanding) Close() error { return e.src.Close() }

func (e *expanding) Read(b []byte) (int, error) {
	n, err := e.src.Read(b)
	e.n += int64(n)
	if limit := e.check(); limit != nil {
		return 0, limit
	}
	return n, err
}

func (e *expanding) check() error {
	most, ratio := e.limits.MaxExpanded, e.limits.MaxRatio
	if most <= 0 {
		most = defaultExpanded
	}
	if ratio <= 0 {
		ratio = defaultRatio
	}
	if e.n > most {
		return fmt.Errorf("expands to more than the %w of %d bytes (--max-expanded)", ErrLimit, most)
	}
	if e.n > ratioFrom && e.n/ratio > e.stored() {
		return fmt.Errorf("expands to more than %d times its size, over the %w (--max-expanded)", ratio, ErrLimit)
	}
	return nil
}
