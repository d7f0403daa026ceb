package unit

import (
	"math/bits"
	"strconv"
	"time"
)

// Percent returns part of whole: "54 %", "3.2 %" below ten, "<0.1 %" where it would look like
// nothing. Without a whole it is "-".
func Percent[T ~int | ~int64](part, whole T) string {
	if whole <= 0 {
		return "-"
	}
	if part < 0 {
		return "-" + Percent(-part, whole)
	}
	tenths := mulDiv(int64(part), 1000, int64(whole))
	switch {
	case part > 0 && tenths == 0:
		return "<0.1 %"
	case part < whole && tenths == 1000:
		return ">99.9 %"
	case tenths < 100 && tenths%10 != 0:
		return point(tenths, 1) + " %"
	}
	return Count(mulDiv(int64(part), 100, int64(whole))) + " %"
}

// Share writes millionths as a share: "6.1 %".
func Share(millionths int64) string { return Percent(millionths, 1_000_000) }

// Percents returns whole percents that add up to 100 if parts add up to whole.
func Percents(parts []time.Duration, whole time.Duration) []string {
	out := make([]string, len(parts))
	if whole <= 0 {
		for i := range out {
			out[i] = "-"
		}
		return out
	}
	for i, n := range (Scale{unit: whole, places: 2}).Split(parts) {
		out[i] = Count(n) + " %"
	}
	return out
}

// Count writes n with commas between thousands: "48,242".
func Count[T ~int | ~int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Of writes a count with its noun: "1 request", "938 requests".
func Of(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Bytes writes a size with three digits: "12.3 MB", in powers of ten.
func Bytes(n int64) string {
	names := []string{"B", "kB", "MB", "GB", "TB"}
	by := int64(1)
	i := 0
	for ; i < len(names)-1 && n/by >= 1000; i++ {
		by *= 1000
	}
	if i == 0 {
		return Count(n) + " B"
	}
	places := 1
	if n/by >= 100 {
		places = 0
	}
	return point(mulDiv(n, power(places), by), places) + " " + names[i]
}

// mulDiv returns n*by/of rounded half away from zero, without overflow on the way.
func mulDiv(n, by, of int64) int64 {
	if n < 0 {
		return -mulDiv(-max(n, -1<<62), by, of)
	}
	q, rest := divide(n, by, of)
	if rest >= uint64(of)-rest {
		q++
	}
	return q
}

// divide returns n*by/of rounded down, and what that leaves.
func divide(n, by, of int64) (q int64, rest uint64) {
	if n < 0 {
		q, rest = divide(-max(n, -1<<62), by, of)
		if rest > 0 {
			return -q - 1, uint64(of) - rest
		}
		return -q, 0
	}
	hi, lo := bits.Mul64(uint64(n), uint64(by))
	if hi >= uint64(of) {
		return 1<<62 - 1, 0
	}
	quotient, rest := bits.Div64(hi, lo, uint64(of))
	return int64(min(quotient, 1<<62-1)), rest
}
