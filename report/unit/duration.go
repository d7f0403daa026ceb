package unit

import (
	"strconv"
	"strings"
	"time"
)

// A size is a unit of time with its name.
type size struct {
	name string
	in   time.Duration
	upTo int64 // how many of it are said before the next unit is taken
}

var sizes = []size{
	{"ns", time.Nanosecond, 1000},
	{"µs", time.Microsecond, 1000},
	{"ms", time.Millisecond, 1000},
	{"s", time.Second, 1000},
	{"min", time.Minute, 1000},
	{"h", time.Hour, 1 << 40},
}

// Duration returns d with three significant digits in the unit that fits: "724 ms", "1.06 s".
// It rounds half away from zero on the digits that are printed.
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(-max(d, -1<<62))
	}
	for _, s := range sizes {
		if text, fits := s.threeDigits(d); fits {
			return text + " " + s.name
		}
	}
	return "" // not reached: hours fit everything
}

// threeDigits fails where rounding takes d to the next unit: 999.7 µs is 1.00 ms.
func (s size) threeDigits(d time.Duration) (text string, fits bool) {
	if s.in == time.Nanosecond {
		return strconv.FormatInt(int64(d), 10), int64(d) < s.upTo
	}
	for places := 2; places >= 0; places-- {
		n := ticks(d, s.in, places)
		if n < 1000 || places == 0 {
			return point(n, places), n < s.upTo*power(places)
		}
	}
	return "", false
}

// ticks returns d in 10^-places of a unit.
func ticks(d, unit time.Duration, places int) int64 {
	return mulDiv(int64(d), power(places), int64(unit))
}

func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// point writes n with its last places digits behind the point, and commas between thousands.
func point(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	p := power(places)
	text := sign + Count(n/p)
	if places == 0 {
		return text
	}
	rest := strconv.FormatInt(n%p, 10)
	return text + "." + strings.Repeat("0", places-len(rest)) + rest
}

// Signed is Duration with a sign in any case: "+1.20 ms".
func Signed(d time.Duration) string {
	text := Duration(d)
	if strings.HasPrefix(text, "-") {
		return text
	}
	return "+" + text
}
