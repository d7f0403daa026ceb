package sim

import (
	"hash/fnv"
	"math"
)

// Dice give the same number for the same question, whatever else is asked:
// common random numbers. Two simulations that differ in one thing share all
// draws that this thing does not touch.
type Dice struct{ state uint64 }

// NewDice are the dice of a seed.
func NewDice(seed uint64) Dice { return Dice{mix(seed + 0x9e3779b97f4a7c15)} }

// Of are the dice for something named.
func (d Dice) Of(name string) Dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return Dice{mix(d.state ^ h.Sum64())}
}

// At are the dice for something counted.
func (d Dice) At(n uint64) Dice { return Dice{mix(d.state + (n+1)*0xbf58476d1ce4e5b9)} }

// Bits are 64 random bits.
func (d Dice) Bits() uint64 { return d.state }

// Share is evenly distributed in (0, 1).
func (d Dice) Share() float64 { return (float64(mix(d.state)>>11) + 0.5) / (1 << 53) }

// Int is one of 0 ... n-1, the k-th time.
func (d Dice) Int(n int, k uint64) int { return int(d.At(k).Share() * float64(n)) }

// Exponential has the mean 1.
func (d Dice) Exponential() float64 { return -math.Log(d.Share()) }

// Normal has the mean 0 and the standard deviation 1 (Box and Muller).
func (d Dice) Normal() float64 {
	return math.Sqrt(2*d.Of("radius").Exponential()) * math.Cos(2*math.Pi*d.Of("angle").Share())
}

// LogNormal has the mean 1 and the given standard deviation.
func (d Dice) LogNormal(deviation float64) float64 {
	if deviation == 0 {
		return 1
	}
	variance := math.Log(1 + deviation*deviation)
	return math.Exp(math.Sqrt(variance)*d.Normal() - variance/2)
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
