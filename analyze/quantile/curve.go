package quantile

import "time"

// A Point is a level with the time at it, by nearest rank.
type Point struct {
	Level Level
	Time  time.Duration
}

// curved are the levels of a curve: the closer to the slowest, the finer.
var curved = []Level{
	100, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500, 6000, 6500, 7000, 7500, 8000, 8500,
	9000, 9200, 9400, 9500, 9600, 9700, 9800, 9900, 9950, 9980, 9990, 9995, 9998, 9999,
}

// Curve returns the percentiles that draw the sample's distribution, up to the last one that some
// observation is beyond; none of an empty sample.
func (s *Sample) Curve() []Point {
	points := make([]Point, 0, len(curved))
	for _, l := range curved {
		if at := s.Len() - 1; at < 0 || s.Rank(l) == at {
			break
		}
		points = append(points, Point{l, s.At(l)})
	}
	return points
}
