package bytesize

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Size is a number of bytes. It can be a flag's value.
type Size int64

// A unit is what may stand behind a number.
type unit struct {
	name  string
	bytes Size
}

// Units, largest first; those of 1024 before those of 1000, for printing.
var units = []unit{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1},
}

// Parse reads a whole number with a unit behind it. Upper and lower case are the same; a
// number without a unit is refused unless it is 0, for 512 could be anything.
func Parse(text string) (Size, error) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	name := text[len(digits):]
	n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is not a size such as 256MiB, 1GiB or 500MB", text)
	}
	if n == 0 && name == "" {
		return 0, nil
	}
	for _, u := range units {
		if !strings.EqualFold(name, u.name) {
			continue
		}
		if Size(n) > math.MaxInt64/u.bytes {
			return 0, fmt.Errorf("%q is more than there can be", text)
		}
		return Size(n) * u.bytes, nil
	}
	return 0, fmt.Errorf("%q needs a unit: B, kB, MB, GB, TB, or KiB, MiB, GiB, TiB", text)
}

// String writes the size in the largest unit that needs no fraction.
func (s Size) String() string {
	for _, u := range units {
		if s != 0 && s%u.bytes == 0 {
			return strconv.FormatInt(int64(s/u.bytes), 10) + u.name
		}
	}
	return "0B"
}

// Set reads a flag's value.
func (s *Size) Set(text string) (err error) {
	*s, err = Parse(text)
	return err
}

// Type names the value in a flag's help.
func (s *Size) Type() string { return "SIZE" }
