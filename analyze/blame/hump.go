package blame

import "time"

// Far returns where the far one of two humps begins in durations that are in order, or 0 where
// there is but one: at least 3 requests and one in a hundred, at most half, that took half as much
// again as any other, and of which nine in ten are within half of that gap.
func Far(durations []time.Duration) int {
	n := len(durations)
	if n < fewest {
		return 0
	}
	least := max(fewestFar, (n+99)/100)
	at, widest := 0, 1.5
	for i := (n + 1) / 2; i <= n-least; i++ {
		if r := ratio(durations[i], durations[i-1]); r >= widest {
			at, widest = i, r
		}
	}
	if at == 0 || ratio(durations[at+(n-at)*9/10], durations[at])-1 > (widest-1)/2 {
		return 0
	}
	return at
}

func ratio(a, b time.Duration) float64 { return float64(max(a, 1)) / float64(max(b, 1)) }
