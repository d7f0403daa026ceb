package detect

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
)

var oneInstance = Detector{
	ID: "LP014", Name: "one-instance",
	Means:    "One instance of a service takes longer than the others for the same requests.",
	Evidence: "Slow requests passed through it far more often than others did (Fisher's exact test, corrected for the number of instances tried), and its own time is longer than that of the others. Proven where that holds in three of five stretches of time.",
	Alike:    "An instance with other traffic or at another distance: look at what runs there, and for whom.",
	Remedy:   "Take it out of rotation, and compare its version, host, neighbours and configuration with those of the others.",
	Says:     "{instance} is in {hits} of {slow} slow requests and {rest} of {others} others; it takes {own} there, the others {usual}{aliases}",
	WhatIf:   [][]string{{"set {PLACE}=typical"}},
	Params: []budget.Parameter{
		ratio("lift", "how much more often slow requests pass through it at least", 2_000_000),
		ratio("longer", "its own time against that of the others at least", 1_500_000),
		share("chance", "chance at most, over all instances tried", 5),
	},
	yields: []string{"LP001", "LP005", "LP006", "LP007", "LP010", "LP011", "LP012", "LP015", "LP016", "LP017", "LP018", "LP019"},
	begin: func(l limits) fold {
		return &instances{lift: l["lift"], longer: l["longer"], chance: l["chance"], of: map[Subject]*presence{}}
	},
}

// instances adds up what of each request was spent at which instance: Subject.Other.
type instances struct {
	of                   map[Subject]*presence
	lift, longer, chance int64
}

// A presence is what requests spend at one instance.
type presence struct {
	seen
	version string                    // that it runs
	own     time.Duration             // in itself, over all requests
	calls   map[string]*time.Duration // in calls to each callee
	to      string                    // the last one of them
	there   *time.Duration            // in calls to it
}

func (f *instances) look(q *request) {
	for i := range q.Pieces {
		p := &q.Pieces[i]
		sig := q.is[p.Span]
		if sig.instance == "" {
			continue
		}
		if sig.at == nil {
			sig.at = f.at(Subject{Service: sig.service, Other: sig.instance})
			version, _ := q.span(p.Span).Sig.First("service.version")
			sig.at.runs(version)
		}
		sig.at.add(q, p)
	}
}

func (f *instances) at(s Subject) *presence {
	if f.of[s] == nil {
		f.of[s] = &presence{calls: map[string]*time.Duration{}}
	}
	return f.of[s]
}

// runs notes a version; of several it keeps the least, whichever is met first.
func (a *presence) runs(version string) {
	if a.version == "" || version != "" && version < a.version {
		a.version = version
	}
}

func (a *presence) add(q *request, p *attribute.Piece) {
	a.seen.add(q.hit(p.Duration()))
	if p.Callee == "" {
		a.own += p.Duration()
		return
	}
	*a.at(p.Callee) += p.Duration()
}

// at returns where the time in calls to a callee is added up.
func (a *presence) at(callee string) *time.Duration {
	if a.there != nil && a.to == callee {
		return a.there
	}
	if a.calls[callee] == nil {
		a.calls[callee] = new(time.Duration)
	}
	a.to, a.there = callee, a.calls[callee]
	return a.there
}

func (f *instances) merge(o fold) {
	for s, theirs := range o.(*instances).of {
		a := f.at(s)
		a.merge(&theirs.seen)
		a.own += theirs.own
		for callee, d := range theirs.calls {
			*a.at(callee) += *d
		}
		a.runs(theirs.version)
	}
}

func (f *instances) forget(kept func(Ref) bool) {
	for _, a := range f.of {
		a.forget(kept)
	}
}

func (f *instances) code(c *wire.Coder) {
	codeSubjects(c, &f.of, func(a **presence) {
		if c.Reading() {
			*a = &presence{}
		}
		(*a).seen.code(c)
		wire.Text(c, &(*a).version)
		wire.Num(c, &(*a).own)
		wire.Map(c, &(*a).calls, cmp.Compare[string], func(callee *string) { wire.Text(c, callee) }, func(d **time.Duration) {
			if c.Reading() {
				*d = new(time.Duration)
			}
			wire.Num(c, *d)
		})
	})
}

// A station is one instance in one journey.
type station struct {
	*shown
	others   time.Duration // what requests spend at the other instances, in the middle
	own      time.Duration
	inSlow   int
	chance   float64
	siblings []Subject
}

func (f *instances) find(r *round) {
	subjects := slices.SortedFunc(maps.Keys(f.of), compareSubjects)
	var all []*station
	for from := 0; from < len(subjects); {
		to := from + 1
		for to < len(subjects) && subjects[to].Service == subjects[from].Service {
			to++
		}
		if to-from > 1 {
			all = append(all, f.stations(r, subjects[from:to])...)
		}
		from = to
	}
	slices.SortStableFunc(all, func(a, b *station) int { return cmp.Compare(a.chance, b.chance) })
	last := -1
	for i, s := range all {
		if s.chance*float64(len(all))*1e6 <= float64(f.chance)*float64(i+1) {
			last = i
		}
	}
	for _, s := range all[:last+1] {
		f.report(r, s)
	}
}

// stations compares the instances of a service, in each journey.
func (f *instances) stations(r *round, of []Subject) (all []*station) {
	in := map[*Journey][]*shown{}
	for _, s := range of {
		r.each(s, f.of[s].hits, func(s *shown) { in[s.Journey] = append(in[s.Journey], s) })
	}
	for j := range r.journeys {
		each := in[&r.journeys[j]]
		if len(each) < 2 {
			continue
		}
		peers := peersOf(each)
		for i := range each {
			if s := f.station(each[i], peers, i); s != nil {
				s.siblings = of
				all = append(all, s)
			}
		}
	}
	return all
}

// peers are the times of all instances of a service in a journey, from the shortest: what all others take is told for each
// without going over them again.
type peers struct {
	times []time.Duration
	of    [][]int // where the times of each instance stand, in order
	sum   time.Duration
}

func peersOf(each []*shown) *peers {
	type timed struct {
		took time.Duration
		of   int
	}
	var all []timed
	for i, s := range each {
		for h := range s.hits {
			all = append(all, timed{s.hits[h].stake, i})
		}
	}
	slices.SortFunc(all, func(a, b timed) int { return cmp.Compare(a.took, b.took) })
	p := &peers{times: make([]time.Duration, len(all)), of: make([][]int, len(each))}
	for at, t := range all {
		p.times[at] = t.took
		p.sum += t.took
		p.of[t.of] = append(p.of[t.of], at)
	}
	return p
}

// others is how many times are not of instance i.
func (p *peers) others(i int) int { return len(p.times) - len(p.of[i]) }

// middle returns the middle one of the others, the lower one of two.
func (p *peers) middle(i int) time.Duration {
	at := (p.others(i) - 1) / 2
	for _, own := range p.of[i] {
		if own > at {
			break
		}
		at++
	}
	return p.times[at]
}

// mean returns the mean of the others.
func (p *peers) mean(i int) time.Duration {
	sum := p.sum
	for _, own := range p.of[i] {
		sum -= p.times[own]
	}
	return sum / time.Duration(p.others(i))
}

// station compares instance i with the others; nil where it does not take longer.
func (f *instances) station(own *shown, all *peers, i int) *station {
	if all.others(i) < fewestRequests || !own.isSeen() {
		return nil
	}
	s := &station{shown: own, own: medianOf(own.hits, (*shownHit).staked), others: all.middle(i)}
	if !isShare(s.own, s.others, f.longer) { // fewer than half of its requests may be slow
		if s.own, s.others = s.meanStake(), all.mean(i); !isShare(s.own, s.others, f.longer) {
			return nil
		}
	}
	return f.overrepresented(s)
}

// overrepresented returns an instance that is in slow requests more often than in others; otherwise nil.
func (f *instances) overrepresented(s *station) *station {
	all, slow := len(s.Requests), len(s.Requests)-s.Slow
	s.inSlow = len(s.slowHits())
	if float64(s.inSlow)*float64(all-slow)*1e6 < float64(len(s.hits)-s.inSlow)*float64(slow)*float64(f.lift) {
		return nil
	}
	s.chance = suspects.Chance(all, slow, s.inSlow, len(s.hits))
	return s
}

func (s *station) meanStake() time.Duration {
	var sum time.Duration
	for i := range s.hits {
		sum += s.hits[i].stake
	}
	return sum / time.Duration(len(s.hits))
}

func (f *instances) report(r *round, s *station) {
	own, held := s.own, f.holds(s)
	hits := s.hits[:0:0]
	for _, h := range s.hits {
		if h.stake -= s.others; h.stake > 0 {
			hits = append(hits, h)
		}
	}
	total, slow := len(s.shown.hits), len(s.Requests)-s.Slow
	s.shown.hits = hits
	s.weigh()
	if !s.isSeen() || !s.adds() {
		return
	}
	level := budget.Likely
	if held {
		level = budget.Proven
	}
	alias := f.alias(s)
	s.Callee = f.mostlyTo(s)
	r.add(&oneInstance, s.shown, level, textOf("instance", s.Other), countOf("hits", s.inSlow), countOf("slow", slow),
		countOf("rest", total-s.inSlow), countOf("others", len(s.Requests)-slow), timeOf("own", own), timeOf("usual", s.others), alias)
}

// mostlyTo returns the callee on the way to which the instance loses most of what it takes more than the others;
// empty where that is in the service itself.
func (f *instances) mostlyTo(s *station) string {
	n, others := time.Duration(f.of[s.Subject].all), time.Duration(0)
	for _, o := range s.siblings {
		if o != s.Subject {
			others += time.Duration(f.of[o].all)
		}
	}
	callees := map[string]time.Duration{}
	for _, o := range s.siblings {
		share := -max(1, others)
		if o == s.Subject {
			share = n
		}
		callees[""] += f.of[o].own / share
		for callee, d := range f.of[o].calls {
			callees[callee] += *d / share
		}
	}
	most := ""
	for _, callee := range slices.Sorted(maps.Keys(callees)) {
		if callees[callee] > callees[most] {
			most = callee
		}
	}
	return most
}

// alias tells the version that no other instance runs.
func (f *instances) alias(s *station) Figure {
	version := f.of[s.Subject].version
	for _, o := range s.siblings {
		if o != s.Subject && f.of[o].version == version {
			version = ""
		}
	}
	return Figure{Name: "aliases", Unit: Text, Text: version, Lead: "; it alone runs version "}
}

// holds reports whether the instance takes longer in three of five stretches of time.
func (f *instances) holds(s *station) bool {
	byTime := slices.Clone(s.hits)
	slices.SortFunc(byTime, func(a, b shownHit) int {
		return cmp.Or(cmp.Compare(s.Requests[a.at].Start, s.Requests[b.at].Start), cmp.Compare(a.at, b.at))
	})
	longer := 0
	for k := range 5 {
		part := byTime[len(byTime)*k/5 : len(byTime)*(k+1)/5]
		if len(part) >= fewestRequests && isShare(medianOf(part, (*shownHit).staked), s.others, f.longer) {
			longer++
		}
	}
	return longer >= 3
}
