package model

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// dice decide everything that is left to chance, by a seed.
type dice struct{ *rand.Rand }

// one picks one of several.
func one[T any](d *dice, of ...T) T { return of[d.IntN(len(of))] }

// in reports true once in n times on average.
func (d *dice) in(n int) bool { return d.IntN(n) == 0 }

// about is a time whose median is given, with a long tail: one in 44 is over seven times it
// when spread is 1.
func (d *dice) about(median time.Duration, spread float64) time.Duration {
	return time.Duration(float64(median) * math.Exp(d.NormFloat64()*spread))
}

func (d *dice) id() (id [8]byte) {
	binary.BigEndian.PutUint64(id[:], d.Uint64()|1) // never zero
	return id
}

// hex returns n digits.
func (d *dice) hex(n int) string {
	bytes := make([]byte, (n+1)/2)
	for i := range bytes {
		bytes[i] = byte(d.Uint32())
	}
	return hex.EncodeToString(bytes)[:n]
}

func (d *dice) uuid() string {
	return strings.Join([]string{d.hex(8), d.hex(4), "4" + d.hex(3), "b" + d.hex(3), d.hex(12)}, "-")
}

func (d *dice) ip() string { return fmt.Sprintf("10.%d.%d.%d", d.IntN(4), d.IntN(256), d.IntN(256)) }

func (d *dice) port() int64 { return int64(32768 + d.IntN(28000)) }

func (d *dice) word() string {
	return one(d, "arena", "balcony", "acoustic", "orchestra", "jazz", "metal", "folk", "opera", "Zürich", "Kraków", "matinée", "sold out", "front row", "encore", "festival", "unplugged")
}
