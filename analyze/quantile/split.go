package quantile

import "math"

// A Split counts the observations of a sample that are above a limit, and all of them.
type Split struct {
	above, all  int
	weights     [2]Weight  // of those that are not above, and of those that are
	squares     [2]float64 // of their weights
	least, most Weight
}

// Add counts an observation.
func (s *Split) Add(w Weight, above bool) {
	side := 0
	if above {
		side = 1
		s.above++
	}
	if s.all == 0 {
		s.least, s.most = w, w
	}
	s.all++
	s.least, s.most = min(s.least, w), max(s.most, w)
	s.weights[side] += w
	s.squares[side] += w.Float() * w.Float()
}

// Over returns the weight of those that are above, and of all.
func (s *Split) Over() (above, all Weight) { return s.weights[1], s.weights[0] + s.weights[1] }

// Evidence returns how many requests of equal weight would know as much of the share that is
// above, and how many of them would be above: few at least, many at most, for a weighted share of
// them is no whole number. Few are no more than were seen: one request of great weight is one.
// Where all weigh the same, it is what was counted.
func (s *Split) Evidence() (n, few, many int) {
	if s.least == s.most {
		return s.all, s.above, s.above
	}
	over, all := s.Over()
	known := s.effective()
	above := known * over.Float() / all.Float()
	return int(known + rounding), min(s.above, int(above+rounding)), int(math.Ceil(above - rounding))
}

// rounding is what floating point may lack of a whole number.
const rounding = 1e-9

// Breaks reports whether the sample proves that more than share of all are above.
func (s *Split) Breaks(share Chance) bool {
	n, few, _ := s.Evidence()
	return Breaks(n, few, share)
}

// Keeps reports whether the sample proves that less than share of all are above.
func (s *Split) Keeps(share Chance) bool {
	n, _, many := s.Evidence()
	return Keeps(n, many, share)
}

// effective is the number of requests whose share would vary as much as the weighted one does,
// and never more than there are. An observation of the greatest weight is added above the limit,
// for where none was seen there may be such a one, and one below if there is none.
func (s *Split) effective() float64 {
	most := s.most.Float()
	under, over := s.weights[0].Float(), s.weights[1].Float()+most
	squaresUnder, squaresOver := s.squares[0], s.squares[1]+float64(most*most)
	if under == 0 {
		under, squaresUnder = most, most*most
	}
	return effective(under, over, squaresUnder, squaresOver, under/(under+over), s.all)
}

// effective is p(1-p) (sum w)^2 / sum w^2 (1{below}-p)^2, at most n.
func effective(under, over, squaresUnder, squaresOver, p float64, n int) float64 {
	total := under + over
	spread := float64(squaresUnder*(1-p)*(1-p)) + float64(squaresOver*p*p)
	if spread == 0 {
		return 0
	}
	return math.Min(float64(n), p*(1-p)*total*total/spread)
}
