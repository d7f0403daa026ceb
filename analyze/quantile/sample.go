package quantile

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"time"

	"github.com/longpole/longpole/internal/wire"
)

// A Value is one observed duration and what it stands for.
type Value struct {
	Time   time.Duration
	Weight Weight
}

// A Sample is a set of observed durations, ready to be asked for percentiles.
type Sample struct {
	values []Value  // in order of time
	upTo   []Weight // sum of the weights of values[:i+1]
	weighing
	// intervals by rank depend on the number of observations only if all weigh the same, so
	// samples of the same observations share them then.
	intervals map[Level]ranked
}

// A weighing is what all samples of the same observations have in common.
type weighing struct {
	observations int
	equal        bool    // all have the same weight
	most         float64 // the greatest weight
	squares      float64 // the sum of the squares of the weights
}

// NewSample sorts values, which it takes over.
func NewSample(values []Value) *Sample {
	s := &Sample{intervals: map[Level]ranked{}}
	order(values)
	s.take(values)
	s.observations, s.equal = len(values), true
	for _, v := range s.values {
		w := v.Weight.Float()
		s.squares += float64(w * w)
		s.most = max(s.most, w)
		s.equal = s.equal && v.Weight == s.values[0].Weight
	}
	return s
}

// A Weighing is how the observations of a sample weigh.
type Weighing struct {
	Observations int
	Equal        bool    // all have the same weight
	Most         float64 // the greatest weight
	Squares      float64 // the sum of the squares of the weights
}

// NewBucketed returns the sample of observations of which only buckets are known: values are in order, each for as much
// as weighs what is in its bucket.
func NewBucketed(values []Value, w Weighing) *Sample {
	s := &Sample{intervals: map[Level]ranked{}, weighing: weighing{w.Observations, w.Equal, w.Most, w.Squares}}
	s.take(values)
	return s
}

// take takes values that are in order.
func (s *Sample) take(values []Value) {
	s.values, s.upTo = values, make([]Weight, len(values))
	var sum Weight
	for i, v := range values {
		sum += v.Weight
		s.upTo[i] = sum
	}
}

func compare(a, b Value) int {
	if c := cmp.Compare(a.Time, b.Time); c != 0 {
		return c
	}
	return cmp.Compare(a.Weight, b.Weight)
}

// order sorts values. Mostly all weigh the same, and times alone are sorted twice as fast.
func order(values []Value) {
	if slices.ContainsFunc(values, func(v Value) bool { return v.Weight != values[0].Weight }) {
		slices.SortFunc(values, compare)
		return
	}
	times := make([]time.Duration, len(values))
	for i, v := range values {
		times[i] = v.Time
	}
	slices.Sort(times)
	for i, t := range times {
		values[i].Time = t
	}
}

// With returns the sample of the same observations with other times: values are those that
// are not zero, and all the weight that they do not have is at zero.
func (s *Sample) With(values []Value) *Sample {
	var weight Weight
	for _, v := range values {
		weight += v.Weight
	}
	order(values)
	if weight < s.Total() {
		rest := Value{0, s.Total() - weight}
		at, _ := slices.BinarySearchFunc(values, rest, compare)
		values = slices.Insert(values, at, rest)
	}
	other := &Sample{weighing: s.weighing, intervals: s.intervals}
	if !s.equal {
		other.intervals = map[Level]ranked{}
	}
	other.take(values)
	return other
}

// Times returns the durations in order.
func (s *Sample) Times() []time.Duration {
	times := make([]time.Duration, len(s.values))
	for i, v := range s.values {
		times[i] = v.Time
	}
	return times
}

// Level returns the lowest level whose rank is a place, or the nearest where levels are too coarse.
func (s *Sample) Level(at int) Level {
	if at == 0 {
		return 1
	}
	hi, lo := bits.Mul64(uint64(s.upTo[at-1]), uint64(all))
	n, _ := bits.Div64(hi, lo, uint64(s.Total()))
	return min(Level(n)+1, all-1)
}

// Len returns the number of observations.
func (s *Sample) Len() int { return len(s.values) }

// Total returns the sum of the weights.
func (s *Sample) Total() Weight {
	if len(s.upTo) == 0 {
		return 0
	}
	return s.upTo[len(s.upTo)-1]
}

// Effective returns how many observations of equal weight would know as much on average over
// all percentiles: Kish's (sum w)^2 / sum w^2.
func (s *Sample) Effective() float64 {
	if s.squares == 0 {
		return 0
	}
	sum := s.Total().Float()
	return sum * sum / s.squares
}

// effectiveAt returns how many observations of equal weight would know as much of a percentile.
// An observation of the greatest weight is added above it, as in [Split].
func (s *Sample) effectiveAt(l Level) float64 {
	if s.equal {
		return float64(s.observations)
	}
	at := s.values[s.Rank(l)].Time
	over, squaresOver := s.most, s.most*s.most
	for i := len(s.values) - 1; i >= 0 && s.values[i].Time > at; i-- {
		w := s.values[i].Weight.Float()
		over += w
		squaresOver += float64(w * w)
	}
	total := s.Total().Float() + s.most
	return effective(total-over, over, s.squares+s.most*s.most-squaresOver, squaresOver, l.Fraction(), s.observations)
}

// fits reports whether n observations of the greatest weight fit above a level. Where they do not,
// what was seen above it may be the few light ones of many.
func (s *Sample) fits(n int, above Level) bool {
	return float64(n)*s.most <= s.Total().Float()*(1-above.Fraction())
}

// Max returns the longest time, zero if there is none.
func (s *Sample) Max() time.Duration {
	if len(s.values) == 0 {
		return 0
	}
	return s.values[len(s.values)-1].Time
}

// Rank returns the place, from 0, of the first observation at which at least the level's
// share of the weight is reached. The sample must not be empty.
func (s *Sample) Rank(l Level) int {
	hi, lo := bits.Mul64(uint64(s.Total()), uint64(l))
	need, rest := bits.Div64(hi, lo, uint64(all))
	if rest > 0 {
		need++
	}
	return s.reaching(Weight(need))
}

func (s *Sample) reaching(need Weight) int {
	i := sort.Search(len(s.upTo), func(i int) bool { return s.upTo[i] >= need })
	return min(i, len(s.values)-1)
}

// At returns the percentile by nearest rank: the smallest observed time that at least the
// level's share of the weight does not exceed. The sample must not be empty.
func (s *Sample) At(l Level) time.Duration { return s.values[s.Rank(l)].Time }

// Over returns the weight of the observations longer than limit.
func (s *Sample) Over(limit time.Duration) Weight {
	i := sort.Search(len(s.values), func(i int) bool { return s.values[i].Time > limit })
	if i == 0 {
		return s.Total()
	}
	return s.Total() - s.upTo[i-1]
}

// Code is the value.
func (v *Value) Code(c *wire.Coder) {
	if wire.Num(c, &v.Time); v.Time < 0 {
		c.Fail("a time is less than none")
	}
	v.Weight.Code(c)
}
