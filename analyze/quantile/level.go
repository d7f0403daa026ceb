package quantile

import (
	"fmt"
	"strconv"
	"strings"
)

// A Level is a percentile in hundredths of a percent: 9900 is p99.
type Level int

// The levels of every report.
const (
	P50 Level = 5000
	P90 Level = 9000
	P95 Level = 9500
	P99 Level = 9900
	all Level = 10000
)

// ParseLevel reads "p99", "99", "p99.9" or "p99.99". A level is above 0 and below 100.
func ParseLevel(s string) (Level, error) {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(s), "p"), ".")
	n, err := strconv.ParseUint(whole+(fraction + "00")[:2], 10, 32)
	if err != nil || len(fraction) > 2 || n == 0 || n >= uint64(all) {
		return 0, fmt.Errorf("%q is not a percentile; write p50, p95, p99 or p99.9", s)
	}
	return Level(n), nil
}

// String returns "p99" or "p99.9".
func (l Level) String() string {
	return "p" + hundredths(l)
}

// hundredths writes "99" or "99.9".
func hundredths(l Level) string {
	whole, rest := strconv.Itoa(int(l/100)), int(l%100)
	switch {
	case rest == 0:
		return whole
	case rest%10 == 0:
		return whole + "." + strconv.Itoa(rest/10)
	}
	return whole + fmt.Sprintf(".%02d", rest)
}

// Beyond returns the share above the level in words: "1 %" for p99.
func (l Level) Beyond() string {
	return hundredths(all-l) + " %"
}

// Fraction returns the level as a share of one.
func (l Level) Fraction() float64 { return float64(l) / float64(all) }
