package unit

import (
	"cmp"
	"slices"
	"time"
)

// A Scale is a unit and a number of decimals that a column of durations shares, so that a
// reader can add it up. The zero Scale counts nanoseconds.
type Scale struct {
	unit   time.Duration
	name   string
	places int
}

// ScaleFor returns the scale in which d has four significant digits: 1,061 ms, 152.3 ms.
func ScaleFor(d time.Duration) Scale {
	d = max(d, -1<<62).Abs()
	for _, s := range slices.Backward(sizes[1:]) {
		if d/s.in < 10 {
			continue
		}
		places := 2
		for places > 0 && ticks(d, s.in, places) >= 10_000 {
			places--
		}
		return Scale{s.in, s.name, places}
	}
	if d >= time.Microsecond {
		return Scale{time.Microsecond, "µs", 2}
	}
	return Scale{time.Nanosecond, "ns", 0}
}

// Milliseconds returns the scale of milliseconds with so many decimals.
func Milliseconds(places int) Scale { return Scale{time.Millisecond, "ms", places} }

// Unit returns the name of the unit: "ms".
func (s Scale) Unit() string { return cmp.Or(s.name, "ns") }

// Round returns d in the last printed digit of the scale.
func (s Scale) Round(d time.Duration) int64 {
	return ticks(d, cmp.Or(s.unit, time.Nanosecond), s.places)
}

// Digits writes what Round or Split returned, without the unit.
func (s Scale) Digits(n int64) string { return point(n, s.places) }

// Text writes d without the unit.
func (s Scale) Text(d time.Duration) string { return s.Digits(s.Round(d)) }

// Split rounds parts so that they add up to their rounded sum as printed: each is rounded
// down, and the digits left over go to those that lost most by it.
func (s Scale) Split(parts []time.Duration) []int64 {
	var sum time.Duration
	down := make([]int64, len(parts))
	lost := make([]uint64, len(parts))
	order := make([]int, len(parts))
	left := int64(0)
	for i, p := range parts {
		sum += p
		down[i], lost[i] = divide(int64(p), power(s.places), int64(cmp.Or(s.unit, time.Nanosecond)))
		left -= down[i]
		order[i] = i
	}
	left += s.Round(sum)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	for _, i := range order[:max(0, min(left, int64(len(order))))] {
		down[i]++
	}
	return down
}
