package compress

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Damage is what is wrong with a stream of which the data before the damage was kept.
type Damage struct {
	Text     string
	Trailing bool // the data is whole, and other bytes follow it
}

// DamageOf says what a decompressor's error means: an error that ends the file, or a damage
// behind data that was kept. any: some data came before the error.
func (l Limits) DamageOf(kind string, err error, any bool) (d *Damage, fatal error) {
	switch {
	case errors.Is(err, ErrLimit):
		return nil, err
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrWindowSizeTooSmall):
		return nil, fmt.Errorf("asks for a zstd window over the %w of %d bytes (--max-window)", ErrLimit, l.window())
	case !any:
		return nil, fmt.Errorf("invalid %s: %w", kind, err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return &Damage{Text: err.Error(), Trailing: true}, nil
	}
	return &Damage{Text: kind + ": " + err.Error()}, nil
}
