package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
)

// A subset is some observations of a journey, and the time of each that is in question: its
// duration, or that of one layer.
type subset struct {
	observations []*Observation
	times        []time.Duration
	all          *quantile.Sample // of all requests, where that is known and not all are measured
}

// subset returns the observations whose slices match, with the times of a layer, or their
// durations if it is empty.
func (p *population) subset(layer string, where ...budget.Slice) subset {
	var s subset
	if len(where) == 0 {
		s.all = p.sampleOf(layer)
	}
	times := p.layerTimes(layer)
	matches := p.slicesMatching(where)
	for i := range p.observations {
		if o := &p.observations[i]; matches[o.slices] {
			s.observations = append(s.observations, o)
			s.times = append(s.times, times[i])
		}
	}
	return s
}

// layerTimes returns what each observation spent on a layer, or its duration if that is empty.
func (p *population) layerTimes(layer string) []time.Duration {
	times := make([]time.Duration, len(p.observations))
	if layer == "" {
		for i := range times {
			times[i] = p.observations[i].Duration
		}
		return times
	}
	in := p.cells.inLayer(layer)
	for i := range times {
		cells, spent := p.cells.spent(&p.observations[i])
		for k, cell := range cells {
			if in[cell] {
				times[i] += spent[k]
			}
		}
	}
	return times
}

// inLayer says of each cell whether it belongs to a layer.
func (t *cellTable) inLayer(layer string) []bool {
	in := make([]bool, len(t.All))
	for i := range t.All {
		in[i] = t.All[i].Layer == layer
	}
	return in
}

// slicesMatching says of each of the values of slices whether it matches. What has none is in no slice,
// whatever the glob: an attribute that is misspelt must not have all requests.
func (p *population) slicesMatching(where []budget.Slice) []bool {
	d := p.data
	matches := make([]bool, d.slices.Count())
	for i := range matches {
		matches[i] = true
		for k, by := range d.by {
			for _, w := range where {
				value := d.properties.Values.All[d.slices.At(int32(i), k)]
				if w.Name == by.Name && (value == "" || !w.Glob.Match(value)) {
					matches[i] = false
				}
			}
		}
	}
	return matches
}

func (s *subset) values() []quantile.Value {
	values := make([]quantile.Value, len(s.times))
	for i, t := range s.times {
		values[i] = quantile.Value{Time: t, Weight: s.observations[i].Weight}
	}
	return values
}

// split counts those of which above holds.
func (s *subset) split(above func(*Observation, time.Duration) bool) *quantile.Split {
	var out quantile.Split
	for i, o := range s.observations {
		out.Add(o.Weight, above(o, s.times[i]))
	}
	return &out
}

// Blocks of time are a minute long, for that is how long the weather of a system tends to
// last and how often its load changes; in a short recording they are as long as leaves enough
// of them, in a long one as leaves not too many.
const (
	blockLength  = time.Minute
	fewestBlocks = 20
	mostBlocks   = 200
)

func blockOf(span uint64) uint64 {
	switch {
	case span < uint64(blockLength)*fewestBlocks/2:
		return span/fewestBlocks + 1
	case span > uint64(blockLength)*mostBlocks:
		return span/mostBlocks + 1
	}
	return uint64(blockLength)
}

// blocks numbers the blocks of time that the observations are in, without gaps, run by run; their
// length is that of the first run.
func (s *subset) blocks() (number []int, length time.Duration) {
	runs := map[uint16][]int{}
	var order []uint16
	for i, o := range s.observations {
		if len(runs[o.Run]) == 0 {
			order = append(order, o.Run)
		}
		runs[o.Run] = append(runs[o.Run], i)
	}
	slices.Sort(order)
	number = make([]int, len(s.observations))
	before := 0
	for _, run := range order {
		of, n, long := s.blocksOf(runs[run])
		for k, i := range runs[run] {
			number[i] = before + of[k]
		}
		before += n
		length = cmp.Or(length, long)
	}
	return number, length
}

// blocksOf numbers the n blocks of time that some of the observations are in. Times since the first are
// unsigned, so that no span of time is too long.
func (s *subset) blocksOf(some []int) (number []int, n int, length time.Duration) {
	first, last := s.observations[some[0]].Start, s.observations[some[0]].Start
	for _, i := range some {
		o := s.observations[i]
		first, last = min(first, o.Start), max(last, o.Start)
	}
	long := blockOf(uint64(last) - uint64(first))
	block := func(o *Observation) uint64 { return (uint64(o.Start) - uint64(first)) / long }
	known := make([]int, (uint64(last)-uint64(first))/long+1)
	for _, i := range some {
		known[block(s.observations[i])] = 1
	}
	for i := range known {
		n += known[i]
		known[i] = n - 1
	}
	for _, i := range some {
		number = append(number, known[block(s.observations[i])])
	}
	return number, n, time.Duration(long)
}

func (s *subset) blocked() (*quantile.Blocked, time.Duration) {
	number, length := s.blocks()
	return quantile.NewBlocked(s.values(), number), length
}

// parts sums up by block what each observation adds to a ratio.
func (s *subset) parts(add func(*Observation, time.Duration) (above, below float64)) []quantile.Part {
	number, _ := s.blocks()
	var parts []quantile.Part
	for i, o := range s.observations {
		for len(parts) <= number[i] {
			parts = append(parts, quantile.Part{})
		}
		above, below := add(o, s.times[i])
		w := o.Weight.Float()
		parts[number[i]].Above += float64(w * above)
		parts[number[i]].Below += float64(w * below)
	}
	return parts
}

// byRun returns a percentile of each run that has any of the subset.
func (s *subset) byRun(l quantile.Level) (of []time.Duration) {
	runs := map[uint16][]quantile.Value{}
	last := uint16(0)
	for i, v := range s.values() {
		run := s.observations[i].Run
		runs[run] = append(runs[run], v)
		last = max(last, run)
	}
	for run := range int(last) + 1 {
		if values := runs[uint16(run)]; len(values) > 0 {
			of = append(of, quantile.NewSample(values).At(l))
		}
	}
	return of
}
