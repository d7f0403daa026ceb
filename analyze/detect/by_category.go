package detect

import (
	"time"

	"github.com/longpole/longpole/analyze/detect/pages"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
)

var coldStart = Detector{
	ID: "LP015", Name: "cold-start",
	Means:    "Requests wait until an instance or a function has started.",
	Evidence: "Spans or attributes that are named as a start, an initialisation or a cold start, on the path.",
	Alike:    "First requests after a deploy, which a new version may make slow for reasons of its own.",
	Remedy:   "Keep instances warm, start them before they are needed, or make starting shorter.",
	Says:     "{requests} of {of} requests wait for a start, half of them {start} or longer",
	WhatIf:   [][]string{{"set coldstart{PLACE}=0"}},
	begin: func(limits) fold {
		return &categoryFold{kinds: []category.Category{category.ColdStart}, id: "LP015", figure: "start"}
	},
}

var slowNames = Detector{
	ID: "LP017", Name: "slow-names",
	Means:    "Requests wait until the name of a callee is resolved.",
	Evidence: "Lookups on the path, by spans or events.",
	Alike:    "Opening a connection, once the name is known: connection-not-reused.",
	Remedy:   "Keep connections longer, cache names, and look at the resolver: search domains, timeouts, IPv6 answers.",
	Says:     "{requests} of {of} requests wait for the name, half of them {lookup} or longer",
	WhatIf:   [][]string{{"set dns{PLACE}=0"}},
	begin: func(limits) fold {
		return &categoryFold{kinds: []category.Category{category.DNS}, id: "LP017", figure: "lookup"}
	},
}

// visitorsLookup is how long a page load may wait for a name: whoever comes for the first time has to ask for it.
const visitorsLookup = 50 * time.Millisecond

// A categoryFold finds kinds of work that are wrong by themselves.
type categoryFold struct {
	tally
	kinds  []category.Category // steps
	id     string
	figure string
}

func (f *categoryFold) look(q *request) {
	atLeast := time.Duration(0)
	if pages.IsPage(q.Reading, q.Request) { // a visitor comes without names
		atLeast = visitorsLookup
	}
	for _, p := range q.steps {
		for _, c := range f.kinds {
			if p.Category == c && p.Duration() >= atLeast {
				f.add(Subject{Service: q.is[p.Span].service, Callee: p.Callee}, q.hit(p.Duration()))
			}
		}
	}
}

func (f *categoryFold) merge(o fold) { f.mergeTally(&o.(*categoryFold).tally) }

func (f *categoryFold) find(r *round) {
	for _, s := range f.subjects() {
		r.each(s, f.of[s].hits, func(s *shown) {
			if s.isSeen() {
				r.add(Find(f.id), s, budget.Proven, timeOf(f.figure, medianOf(longOnes(s), (*shownHit).staked)))
			}
		})
	}
}

// longOnes are the hits that are worth a word.
func longOnes(s *shown) []shownHit {
	var some []shownHit
	for _, h := range s.hits {
		if h.stake >= time.Millisecond {
			some = append(some, h)
		}
	}
	return some
}
