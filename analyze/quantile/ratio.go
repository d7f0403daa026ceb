package quantile

import "slices"

// A Part is what one block adds to a ratio of two sums.
type Part struct{ Above, Below float64 }

// An Interval is an estimate between bounds that hold the truth with 95 % confidence.
type Interval struct{ Value, Low, High float64 }

// Ratio estimates the ratio of two sums over blocks, such as a mean or a share, by a bootstrap
// of the blocks. Without anything below the line it is zero.
func Ratio(parts []Part, o Resampling) Interval {
	r, times := o.Random(), ones(len(parts))
	in := Interval{Value: ratio(parts, times)}
	drawn := make([]float64, o.Draws)
	for i := range drawn {
		draw(r, times)
		drawn[i] = ratio(parts, times)
	}
	slices.Sort(drawn)
	in.Low, in.High = drawn[len(drawn)/40], drawn[len(drawn)-1-len(drawn)/40]
	return in
}

// ratio rounds every product by itself, so that no processor fuses it with the sum.
func ratio(parts []Part, times []int) float64 {
	var above, below float64
	for i, p := range parts {
		above += float64(float64(times[i]) * p.Above)
		below += float64(float64(times[i]) * p.Below)
	}
	if below == 0 {
		return 0
	}
	return above / below
}
