package detect

import (
	"math"
	"time"

	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/budget"
)

var retryPolicy = Detector{
	ID: "LP008", Name: "retry-policy",
	Means:    "Calls are made again without a pause that grows, or after pauses that are all alike, so that all callers come back at once.",
	Evidence: "Pauses between the attempts of one edge: those before later attempts are no longer than those before the second, or they hardly differ.",
	Alike:    "Fewer repeats than tell it.",
	Remedy:   "Back off exponentially with jitter, and cap attempts.",
	Says:     "up to {most} attempts, {pause} before the second{backoff}{jitter}",
	WhatIf:   [][]string{{"set retry{PLACE}=0"}},
	Params: []budget.Parameter{
		count("pauses", "pauses that tell it at least", 10),
		ratio("growth", "a pause that grows is longer than the one before by a factor of at least", 1_200_000),
		share("jitter", "pauses without jitter differ by less than this share of their mean", 10),
	},
	yields: []string{"LP006", "LP007"},
	begin: func(l limits) fold {
		return &retryPolicies{pauses: l.count("pauses"), growth: l["growth"], jitter: l["jitter"]}
	},
}

type retryPolicies struct {
	retries
	pauses         int
	growth, jitter int64
}

func (f *retryPolicies) merge(o fold) { f.mergeTally(&o.(*retryPolicies).tally) }

func (f *retryPolicies) find(r *round) {
	for _, s := range f.subjects() {
		e := r.edge(s)
		if len(e.Pauses) == 0 || len(e.Pauses[0]) < f.pauses {
			continue
		}
		flat, alike := f.isFlat(e), f.isAlike(e.Pauses[0])
		if !flat && !alike {
			continue
		}
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				pause, _ := e.Pause(2)
				r.add(&retryPolicy, s, budget.Hint, countOf("most", e.Most), timeOf("pause", pause),
					textIf("backoff", flat, ", no longer before later ones"), textIf("jitter", alike, ", hardly two that differ"))
			}
		})
	}
}

// textIf is a part of a sentence of ours that may be missing.
func textIf(name string, so bool, text string) Figure {
	if !so {
		text = ""
	}
	return Figure{Name: name, Unit: Words, Text: text}
}

// isFlat reports whether later pauses are as short as the first, or there is none.
func (f *retryPolicies) isFlat(e *edges.Edge) bool {
	first, _ := e.Pause(2)
	if first < time.Millisecond {
		return true
	}
	second, known := e.Pause(3)
	return known && len(e.Pauses[1]) >= f.pauses && !isShare(second, first, f.growth)
}

// isAlike reports whether pauses differ by less than chance makes of jitter. None that is shorter than a
// millisecond is a pause.
func (f *retryPolicies) isAlike(pauses []time.Duration) bool {
	var sum, squares float64
	for _, p := range pauses {
		sum += float64(p)
		squares += float64(float64(p) * float64(p))
	}
	n := float64(len(pauses))
	mean := sum / n
	return mean >= float64(time.Millisecond) && math.Sqrt(max(0, squares/n-float64(mean*mean)))*1e6 < mean*float64(f.jitter)
}
