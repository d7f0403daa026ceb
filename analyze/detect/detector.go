package detect

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
)

// A Detector looks for one thing that can be wrong. Its documentation is data: the manual, the explanation
// of a finding and the rules of code scanning are printed from it.
type Detector struct {
	ID    string // stays, whatever the name
	Name  string // in plans and on pages
	Means string // what it is, in one sentence
	// Evidence is what must be seen, Alike what looks the same and is not reported, Remedy the usual cure.
	Evidence, Alike, Remedy string
	// Says is the evidence of one finding; {name} stands for its figure of that name.
	Says    string
	Params  []budget.Parameter // the thresholds, which a plan may set
	OfPages bool               // it looks at page loads and interactions only
	// WhatIf are the changes by which replay says what a finding is worth, as longpole whatif has them: the first
	// ones of which the requests have something. See [Finding.Changes] for the words in capitals. Pages have none.
	WhatIf [][]string
	// yields are the detectors that say more about the same time: what they explain is told with theirs.
	yields []string
	begin  func(limits) fold
}

// Detectors lists all of them, in the order of their ids.
var Detectors = []*Detector{
	&repeatedCall,
	&redundantCall,
	&sequentialCalls,
	&fewAtATime,
	&fanOutStraggler,
	&retry,
	&retryStorm,
	&retryPolicy,
	&timeoutPileUp,
	&abandonedWork,
	&oneAtATime,
	&waitForTurn,
	&timeoutMissing,
	&oneInstance,
	&coldStart,
	&connectionNotReused,
	&slowNames,
	&cacheMiss,
	&couldBeAsync,
	&notInThePlan,
	&notVisible,
	&lateResource,
	&renderBlocking,
	&redirects,
	&busyMainThread,
	&heavyResource,
	&slowThirdParty,
}

// Find returns the detector of that id or name; nil if there is none.
func Find(id string) *Detector {
	at := slices.IndexFunc(Detectors, func(d *Detector) bool { return d.ID == id || d.Name == id })
	if at < 0 {
		return nil
	}
	return Detectors[at]
}

// Known lists what a plan can say of findings.
func Known() (all []budget.Detectable) {
	for _, d := range Detectors {
		all = append(all, budget.Detectable{ID: d.ID, Name: d.Name, Params: d.Params})
	}
	return all
}

// limits are the thresholds of one detector, by name.
type limits map[string]int64

// limitsOf returns the thresholds of d as a plan sets them, else as they are usually.
func limitsOf(d *Detector, plan *budget.Plan) limits {
	l := limits{}
	for _, p := range d.Params {
		l[p.Name] = p.Default.Value
	}
	for _, s := range plan.Findings.Settings {
		if s.Finding == d.ID {
			l[s.Name] = s.Limit.Value
		}
	}
	return l
}

func (l limits) time(name string) time.Duration { return time.Duration(l[name]) }

// count is for numbers of things; ratios and shares stay in millionths.
func (l limits) count(name string) int { return int(l[name] / 1e6) }

func count(name, doc string, n int64) budget.Parameter {
	return budget.Parameter{Name: name, Doc: doc, Default: budget.Limit{Unit: budget.UnitRatio, Value: n * 1e6}}
}

func ratio(name, doc string, millionths int64) budget.Parameter {
	return budget.Parameter{Name: name, Doc: doc, Default: budget.Limit{Unit: budget.UnitRatio, Value: millionths}}
}

func share(name, doc string, percent int64) budget.Parameter {
	return budget.Parameter{Name: name, Doc: doc, Default: budget.Limit{Unit: budget.UnitShare, Value: percent * 1e4}}
}

func duration(name, doc string, d time.Duration) budget.Parameter {
	return budget.Parameter{Name: name, Doc: doc, Default: budget.Limit{Unit: budget.UnitTime, Value: int64(d)}}
}

// isShare reports whether part is a share of whole, in millionths, or more.
func isShare[T ~int | ~int64](part, whole T, millionths int64) bool {
	return float64(part)*1e6 >= float64(whole)*float64(millionths)
}

// A fold is what one detector has seen of requests. Folds that saw different requests merge in any order.
type fold interface {
	look(*request)
	merge(fold)
	forget(kept func(Ref) bool) // what requests show that are not kept any more
	code(*wire.Coder)
	find(*round)
}

// Parts cuts a sentence at its figures: each word comes with the name of the figure after it, the last one
// with none.
func Parts(says string) iter.Seq2[string, string] {
	return func(yield func(word, name string) bool) {
		for {
			word, rest, found := strings.Cut(says, "{")
			name, rest, _ := strings.Cut(rest, "}")
			if !yield(word, name) || !found {
				return
			}
			says = rest
		}
	}
}
