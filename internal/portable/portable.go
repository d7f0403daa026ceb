package portable

import "math"

// ln2 in two parts: the first has so few digits that whole numbers times it are exact.
const (
	ln2a  = 2977044471.0 / (1 << 32)
	ln2b  = 1.9082149292705877e-10
	log2e = 1.44269504088896340735992468100189214
)

// Exp returns e to the power of x.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x) || x > 710:
		return x * math.Inf(1)
	case x < -746:
		return 0
	}
	k := math.Floor(float64(x*log2e) + 0.5)
	r := x - float64(k*ln2a)
	r -= float64(k * ln2b)
	sum := 1.0 // the series of r, which is at most half of ln 2
	for i := 14; i >= 1; i-- {
		sum = 1 + float64(float64(sum*r)/float64(i))
	}
	return math.Ldexp(sum, int(k))
}

// Log returns the natural logarithm of x, which must be above zero.
func Log(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	s := (fraction - 1) / (fraction + 1) // ln fraction is twice the area whose hyperbolic tangent is s
	squared, sum := s*s, 0.0
	for i := 25; i >= 3; i -= 2 {
		sum = float64(squared * (sum + 1/float64(i)))
	}
	k := float64(exponent)
	return float64(k*ln2a) + (s + s + (float64(2*float64(s*sum)) + float64(k*ln2b)))
}

// Log1p returns the logarithm of 1 + x, which must be above zero, also where x is so small that the sum loses it.
func Log1p(x float64) float64 {
	u := 1 + x
	return Log(u) - float64(((u-1)-x)/u)
}

// LogFactorial returns the logarithm of n!, where n is whole and not negative.
func LogFactorial(n float64) float64 {
	if n < 20 {
		product := 1.0
		for i := 2.0; i <= n; i++ {
			product *= i
		}
		return Log(product)
	}
	// Stirling's series
	r := 1 / (n * n)
	tail := float64(1.0/12-float64(r*(1.0/360-float64(r*(1.0/1260-float64(r/1680)))))) / n
	return float64((n+0.5)*Log(n)) - n + (halfLog2Pi + tail)
}

const halfLog2Pi = 0.918938533204672741780329736405617639861

// Hypot returns the length of the long side of a right triangle, whose other sides are neither enormous nor tiny.
func Hypot(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }

// Atan returns the angle below a right one, or above the negative of one, whose tangent is x.
func Atan(x float64) float64 {
	if x < 0 {
		return -Atan(-x)
	}
	if x > 1 {
		return math.Pi/2 - Atan(1/x)
	}
	scale := 1.0
	for scale < 8 { // half of the angle has the tangent x / (1 + sqrt(1 + x²))
		x /= 1 + math.Sqrt(1+float64(x*x))
		scale *= 2
	}
	squared, sum := x*x, 0.0
	for i := 19; i >= 1; i -= 2 {
		sum = 1/float64(i) - float64(squared*sum)
	}
	return scale * float64(x*sum)
}
