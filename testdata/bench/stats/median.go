// Package stats sums up repeated measurements.
package stats

import "slices"

// Median returns the middle of measurements, of which there must be one.
func Median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	if n := len(of); n%2 == 0 {
		return (of[n/2-1] + of[n/2]) / 2
	}
	return of[len(of)/2]
}
