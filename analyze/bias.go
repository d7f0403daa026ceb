package analyze

import (
	"sort"
	"time"
)

// A Bias is a reason to think that the traces are no fair sample of the requests.
type Bias struct {
	Kind    BiasKind
	Journey string        // empty for all of them
	Share   int64         // in millionths; of the requests, what that is depends on the kind
	At      time.Duration // of BiasJump
	Key     string        // of BiasSampler: an attribute
}

// A BiasKind says what looks unfair.
type BiasKind string

// The kinds of bias.
const (
	BiasErrors  BiasKind = "errors"  // Share failed, which is more than a service lives with
	BiasJump    BiasKind = "jump"    // from a round duration At on there are suddenly many more
	BiasSampler BiasKind = "sampler" // a tail sampler left its mark
	BiasChosen  BiasKind = "chosen"  // whoever asked chose requests by how they went
)

// What looks unfair. None of these proves anything, so they are high. That some requests take
// many times as long as others is no sign: caches, queues and faults do that.
const (
	fewestForBias = 100
	manyFailed    = 250_000
	jumpFactor    = 6
	fewestInStep  = 30
)

// biases looks for signs that traces were chosen by what they show. Where thresholds say with
// which probability every trace of a journey was kept, there is nothing to look for.
func (d *Data) biases(all *samplingCount) []Bias {
	var out []Bias
	if d.byOutcome {
		out = append(out, Bias{Kind: BiasChosen})
	}
	if all.marked != "" {
		out = append(out, Bias{Kind: BiasSampler, Key: all.marked})
	}
	for _, key := range d.busiest() {
		p := d.population(key)
		if len(p.observations) >= fewestForBias && d.journeys[key].sampling.unknown > 0 {
			out = append(out, biasesOf(key.Journey, &p.distribution)...)
		}
	}
	return out
}

// biasesOf looks at the observations of one journey, which are in order of duration.
func biasesOf(name string, d *distribution) []Bias {
	var out []Bias
	observations, n := d.observations, len(d.observations)
	failed := 0
	for i := range observations {
		if observations[i].Failed {
			failed++
		}
	}
	if share := millionths(failed, n); share >= manyFailed {
		out = append(out, Bias{Kind: BiasErrors, Journey: name, Share: share})
	}
	if at, share := jump(observations); at > 0 && !d.hasFloor(at) {
		out = append(out, Bias{Kind: BiasJump, Journey: name, Share: share, At: at})
	}
	return out
}

func millionths(part, of int) int64 { return int64(part) * 1_000_000 / int64(of) }

// upTo returns how many took less than d.
func upTo(observations []Observation, d time.Duration) int {
	return sort.Search(len(observations), func(i int) bool { return observations[i].Duration >= d })
}

// jump looks for a round duration from which on there are many times more requests than just
// below it, where there are some: a threshold that somebody set, and not a gap between two
// kinds of requests.
func jump(observations []Observation) (at time.Duration, share int64) {
	for _, scale := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second} {
		for _, n := range []time.Duration{1, 2, 3, 4, 5, 6, 8} {
			r := n * scale
			edge := upTo(observations, r)
			below := edge - upTo(observations, r-r/5)
			above := upTo(observations, r+r/5) - edge
			if above >= fewestInStep && above >= jumpFactor*below && (below > 2 || isCutOff(observations, r)) && isStep(observations, r) && beginsAt(observations[edge:edge+fewestInStep], r) && !isFlank(observations, r) {
				return r, millionths(len(observations)-edge, len(observations))
			}
		}
	}
	return 0, 0
}

// isStep reports whether there are suddenly more at r itself. Where most requests take about
// the same, their number rises six times over within a fifth, too, but not all at once.
func isStep(observations []Observation, r time.Duration) bool {
	edge := upTo(observations, r)
	below := edge - upTo(observations, r-r/50)
	above := upTo(observations, r+r/50) - edge
	return 2*above >= jumpFactor*below
}

// beginsAt reports whether a crowd begins at r itself: the first is no further from it than they are
// from each other, and they do not rise from there. A service that takes a little more than a round
// duration at least has requests neither at it nor soon after.
func beginsAt(crowd []Observation, r time.Duration) bool {
	wide := crowd[len(crowd)-1].Duration - r
	near := upTo(crowd, r+wide/2)
	return 8*(crowd[0].Duration-r) <= wide && 3*near >= len(crowd)
}

// isFlank reports whether requests become so many more within the next fifth that r lies on the flank of what most of them
// take: among thousands that take about the same, thirty on the flank begin anywhere.
func isFlank(observations []Observation, r time.Duration) bool {
	edge, middle := upTo(observations, r), upTo(observations, r+r/10)
	return upTo(observations, r+r/5)-middle > 2*(middle-edge)
}

// isCutOff reports whether durations begin at r, at once with as many as they have further on: a
// floor that a service has by itself is less round, and rises.
func isCutOff(observations []Observation, r time.Duration) bool {
	n := len(observations)
	if first := observations[0].Duration; r < 100*time.Millisecond || first < r || first > r+r/100 {
		return false
	}
	near, next := upTo(observations, r+r/10), upTo(observations, r+r/5)
	return near >= next-near && observations[n*9/10].Duration > r+r/3
}

// What a service does by itself has a floor of many parts, each at its quickest.
const (
	mostOfFloor = 0.97 // of the floor, that the parts have together
	onePart     = 0.67 // of it, that a single part has: then nothing tells it from a threshold
)

// hasFloor reports whether requests are no quicker than r because none of their parts is: those just
// above r are as long as all their cells at their quickest. Where somebody chose by duration, some
// cells are quicker in one request and others in another.
func (d *distribution) hasFloor(r time.Duration) bool {
	from, to := upTo(d.observations, r), upTo(d.observations, r+r/5)
	type quickest struct {
		n    int
		time time.Duration
	}
	met := map[int32]quickest{}
	for i := from; i < to; i++ {
		cells, times := d.cells.spent(&d.observations[i])
		for k, cell := range cells {
			q := met[cell]
			if q.n == 0 || times[k] < q.time {
				q.time = times[k]
			}
			met[cell] = quickest{q.n + 1, q.time}
		}
	}
	var sum, most time.Duration
	for _, q := range met {
		if q.n == to-from {
			sum, most = sum+q.time, max(most, q.time)
		}
	}
	return float64(sum) >= mostOfFloor*float64(r) && float64(most) < onePart*float64(r)
}
