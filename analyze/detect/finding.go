package detect

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/edges"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
)

// A Level says how sure a finding is.
type Level = budget.Level

// A Figure is a number or a name of the evidence.
type Figure struct {
	Name  string
	Unit  Unit
	Value int64           // of Count; nanoseconds of Time; millionths of Share and Ratio
	Text  string          // of Text: a name from the traces; of Words: words of ours
	Lead  string          // words of ours before a name, where there is one
	Times []time.Duration // of Times
}

// A Unit says how a figure is read.
type Unit string

// The units of figures.
const (
	Count Unit = "count"
	Time  Unit = "ns"
	Share Unit = "millionths"
	Ratio Unit = "ratio"
	Text  Unit = "text"
	Times Unit = "times"
	Words Unit = "words" // of ours
)

// A Finding is something that is wrong with the requests of one journey.
type Finding struct {
	*Detector
	Subject
	Journey  string
	Planned  bool // a plan names the journey
	Level    Level
	Requests int           // of the journey, that show it
	Of       int           // its requests
	Stake    time.Duration // what it adds to the tail: its time in slow requests over that in typical ones
	Typical  time.Duration // its time on the path of a typical request
	Slow     time.Duration // and of a slow one
	Figures  []Figure
	From, To trace.Time // when the first and the last request that shows it began
	// Exemplars are requests that show it, those first that it takes most of.
	Exemplars []Exemplar
	// With are findings about the same time, which this one explains.
	With []*Finding
	// Acknowledged is what the plan says of it; nil if it says nothing.
	Acknowledged *budget.Acknowledgement
	// Replay is what a replay of the requests says of it; nil where none was made. Stake, Typical and Slow are by
	// replay then.
	Replay *Replay

	hits []shownHit
}

// An Exemplar is a request that shows a finding.
type Exemplar struct {
	Trace    trace.ID
	Root     trace.SpanID
	Duration time.Duration
	Took     time.Duration // of it, on the path
}

// A Replay is what requests would take without a finding.
type Replay struct {
	Changes       []string      // what was changed, as flags of longpole whatif
	Before, After time.Duration // p95 of the journey
	Bound         time.Duration // of what it adds to the tail, as no replay knows it
	Why           string        // it could not be replayed: the stake is the bound
}

// NotReplayed says why a finding was not replayed.
func (f *Finding) NotReplayed(why string) { f.Replay = &Replay{Bound: f.Stake, Why: why} }

// Replayed notes what slow and typical requests would save without a finding: the mean of each.
func (f *Finding) Replayed(r Replay, slow, typical, extra time.Duration) {
	r.Bound = f.Stake
	f.Slow, f.Typical, f.Stake = slow, typical, max(0, min(slow-typical, extra))
	f.Replay = &r
}

// Changes fills the what-if of a finding: PLACE is where it is, OPERATION what is done there, TIMES how many calls are
// made, ONCE the share that one of them is, and what station says stands for STATION, with one more server than it has
// for MORE. Letters that mean something to a selector are any letter. It returns nil where a word stands for nothing.
func (f *Finding) Changes(whatIf []string, station string, servers int) (all []string) {
	times := 1
	for i := range f.Figures {
		if f.Figures[i].Name == "times" {
			times = int(f.Figures[i].Value)
		}
	}
	words := strings.NewReplacer("PLACE", anyLetter.Replace(f.Place()), "OPERATION", anyLetter.Replace(f.Operation), "TIMES", strconv.Itoa(times),
		"ONCE", strconv.FormatFloat(100/float64(times), 'f', 2, 64)+"%", "STATION", station, "MORE", strconv.Itoa(servers+1))
	for _, w := range whatIf {
		if strings.Contains(w, "OPERATION") && f.Operation == "" || strings.Contains(w, "STATION") && station == "" {
			return nil
		}
		all = append(all, words.Replace(w))
	}
	return all
}

// anyLetter puts a letter that matches any in place of those by which selectors are written.
var anyLetter = strings.NewReplacer("{", "?", "}", "?", ",", "?", "=", "?", "*", "?", "\\", "?")

// Rank puts findings in order: what adds most to a tail comes first.
func Rank(all []*Finding) { slices.SortStableFunc(all, compareFindings) }

// A Request is one request of a journey.
type Request struct {
	Ref
	Start    trace.Time
	Duration time.Duration
	Weight   quantile.Weight
}

// A Journey is the requests of one journey in order of duration, and which of them are slow or typical.
type Journey struct {
	Name     string
	Planned  bool
	Requests []Request
	Slow     int           // place of the first slow one
	Typical  [2]int        // places of the first typical one, and after the last
	Extra    time.Duration // what slow requests take more than typical ones
	SlowMean time.Duration
	Mean     time.Duration // of the typical ones
}

// mostExemplars is how many requests of a finding are named.
const mostExemplars = 3

// A shownHit is a hit with the place of its request in the journey.
type shownHit struct {
	hit
	at int
}

// A shown is what requests of one journey show of a subject.
type shown struct {
	*Journey
	Subject
	hits                 []shownHit // in order of their places
	typical, slow, stake time.Duration
}

// A round is where the folds put what they found.
type round struct {
	journeys []Journey
	places   map[Ref]place
	more     []place // of requests that are in several journeys
	judged   *attribute.Judgement
	edges    *edges.Table
	found    []*Finding
}

// A place is where a request stands in the journeys.
type place struct{ journey, at, next int32 }

// Find returns what is wrong with the journeys: what adds most to a tail first.
func (s *Survey) Find(journeys []Journey, judged *attribute.Judgement) []*Finding {
	r := &round{journeys: journeys, places: map[Ref]place{}, judged: judged, edges: &s.edges}
	for j := range journeys {
		for at := range journeys[j].Requests {
			r.put(journeys[j].Requests[at].Ref, place{int32(j), int32(at), -1})
		}
	}
	for _, f := range s.folds {
		f.find(r)
	}
	found := explained(r.found)
	Rank(found)
	acknowledge(found, s.plan, journeys)
	return found
}

func (r *round) put(ref Ref, p place) {
	if first, known := r.places[ref]; known {
		p.next = int32(len(r.more))
		r.more = append(r.more, first)
	}
	r.places[ref] = p
}

// each calls yield with what the requests of each journey show of a subject.
func (r *round) each(s Subject, hits []hit, yield func(*shown)) {
	of := map[int32]*shown{}
	for i := range hits {
		p, known := r.places[hits[i].Ref]
		for known {
			if of[p.journey] == nil {
				of[p.journey] = &shown{Journey: &r.journeys[p.journey], Subject: s}
			}
			of[p.journey].hits = append(of[p.journey].hits, shownHit{hits[i], int(p.at)})
			if known = p.next >= 0; known {
				p = r.more[p.next]
			}
		}
	}
	for j := range r.journeys {
		if found := of[int32(j)]; found != nil {
			found.weigh()
			yield(found)
		}
	}
}

// weigh sums up what is at stake.
func (s *shown) weigh() {
	slices.SortFunc(s.hits, func(a, b shownHit) int { return cmp.Compare(a.at, b.at) })
	var slow, typical quantile.Sum
	for i := range s.hits {
		h := &s.hits[i]
		w := s.Requests[h.at].Weight
		if h.at >= s.Slow {
			slow.Add(w, h.stake)
		}
		if h.at >= s.Typical[0] && h.at < s.Typical[1] {
			typical.Add(w, h.stake)
		}
	}
	s.slow, s.typical = meanOf(slow, s.Requests[s.Slow:]), meanOf(typical, s.Requests[s.Typical[0]:s.Typical[1]])
	s.stake = max(0, min(s.slow-s.typical, s.Extra))
}

func meanOf(sum quantile.Sum, over []Request) time.Duration {
	var all quantile.Weight
	for i := range over {
		all += over[i].Weight
	}
	if all == 0 {
		return 0
	}
	return sum.Over(all)
}

// What a finding must show at least: so many requests, such a share of them, and so much time.
const (
	fewestRequests = 3
	leastShare     = 10_000 // millionths
	leastTime      = time.Millisecond
	// A finding is worth the word likely if it is so much of a tail, or of what typical and slow requests take.
	leastWorth   = 5 * time.Millisecond
	leastOfWhole = 50_000
	leastOfFew   = 100_000 // of requests that are so quick that few milliseconds count
)

// isSeen reports whether enough requests show it, and lose time by it.
func (s *shown) isSeen() bool {
	took := max(s.slow, s.typical)
	return len(s.hits) >= fewestRequests && isShare(len(s.hits), len(s.Requests), leastShare) &&
		took >= leastTime && (took >= leastWorth || isShare(took, s.SlowMean, leastOfFew))
}

// isWorth reports whether it is enough time to be called likely.
func (s *shown) isWorth() bool {
	if s.stake >= leastWorth && isShare(s.stake, s.Extra, leastOfWhole) {
		return true
	}
	return min(s.slow, s.typical) >= leastWorth && isShare(s.typical, s.Mean, leastOfWhole)
}

// adds reports whether it is more of slow requests than of typical ones.
func (s *shown) adds() bool { return s.stake >= leastWorth && isShare(s.stake, s.Extra, leastOfWhole) }

// slowHits returns those of slow requests.
func (s *shown) slowHits() []shownHit {
	at, _ := slices.BinarySearchFunc(s.hits, s.Slow, func(h shownHit, slow int) int { return cmp.Compare(h.at, slow) })
	return s.hits[at:]
}

// found notes a finding. What is not worth more is a hint.
func (r *round) add(d *Detector, s *shown, level Level, figures ...Figure) *Finding {
	if !s.isWorth() {
		level = budget.Hint
	}
	f := &Finding{
		Detector: d, Subject: s.Subject, Journey: s.Name, Planned: s.Planned, Level: level, Requests: len(s.hits), Of: len(s.Requests),
		Stake: s.stake, Typical: s.typical, Slow: s.slow, hits: s.hits,
	}
	f.Figures = append(figures,
		Figure{Name: "requests", Unit: Count, Value: int64(f.Requests)}, Figure{Name: "of", Unit: Count, Value: int64(f.Of)},
		Figure{Name: "others", Unit: Count, Value: int64(f.Of - f.Requests)})
	f.period(s)
	f.exemplify(s)
	r.found = append(r.found, f)
	return f
}

func (f *Finding) period(s *shown) {
	for i := range s.hits {
		start := s.Requests[s.hits[i].at].Start
		if i == 0 {
			f.From, f.To = start, start
		}
		f.From, f.To = min(f.From, start), max(f.To, start)
	}
}

func (f *Finding) exemplify(s *shown) {
	hits := slices.Clone(s.hits)
	slices.SortStableFunc(hits, func(a, b shownHit) int { return cmp.Compare(b.stake, a.stake) })
	for _, h := range hits[:min(len(hits), mostExemplars)] {
		q := &s.Requests[h.at]
		f.Exemplars = append(f.Exemplars, Exemplar{q.Trace, q.Root, q.Duration, h.stake})
	}
}

// compareFindings puts those first that add most to a tail.
func compareFindings(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Stake, a.Stake), cmp.Compare(b.Slow, a.Slow), cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Journey, b.Journey), compareSubjects(a.Subject, b.Subject),
	)
}

// mostlyThe is how much of the time of a finding another must have to be about the same, in millionths.
const mostlyThe = 700_000

// explained puts findings with those that say more about the same time.
func explained(all []*Finding) (left []*Finding) {
	slices.SortStableFunc(all, compareFindings)
	for _, f := range all {
		var by *Finding
		for _, g := range all {
			if f.Journey == g.Journey && f.Planned == g.Planned && slices.Contains(f.yields, g.ID) && sameTime(f, g) && (by == nil || g.Stake > by.Stake) {
				by = g
			}
		}
		if by == nil {
			left = append(left, f)
			continue
		}
		by.With = append(by.With, f)
	}
	for _, f := range left {
		f.With = gathered(f.With)
	}
	return left
}

// gathered lists findings and what was put with them.
func gathered(with []*Finding) (all []*Finding) {
	for _, f := range with {
		more := f.With
		f.With = nil
		all = append(append(all, f), gathered(more)...)
	}
	return all
}

// sameTime reports whether most of the time of f, request by request, may be that of g: as much of what it
// adds to the tail; where it adds nothing, what it does must be the same.
func sameTime(f, g *Finding) bool {
	if f.Stake == 0 {
		return f.Service == g.Service && f.Callee == g.Callee && f.Operation == g.Operation
	}
	if !isShare(g.Stake, f.Stake, mostlyThe) {
		return false
	}
	var all, same time.Duration
	at := 0
	for i := range f.hits {
		h := &f.hits[i]
		all += h.stake
		for at < len(g.hits) && g.hits[at].at < h.at {
			at++
		}
		if at < len(g.hits) && g.hits[at].at == h.at {
			same += min(h.stake, g.hits[at].stake)
		}
	}
	return isShare(same, all, mostlyThe)
}

// figures in short:

func countOf[T ~int | ~int32 | ~int64](name string, n T) Figure {
	return Figure{Name: name, Unit: Count, Value: int64(n)}
}

func timeOf(name string, d time.Duration) Figure {
	return Figure{Name: name, Unit: Time, Value: int64(d)}
}

func textOf(name, text string) Figure { return Figure{Name: name, Unit: Text, Text: text} }

func ratioOf(name string, millionths int64) Figure {
	return Figure{Name: name, Unit: Ratio, Value: millionths}
}

func shareOf[T ~int | ~int64](name string, part, whole T) Figure {
	return Figure{Name: name, Unit: Share, Value: int64(part) * 1e6 / max(1, int64(whole))}
}

// A Subject is what a finding is about: an operation of a service, or one that it asks a callee for.
type Subject struct {
	Service, Callee, Operation string
	Other                      string // what else tells it apart: an instance, another callee
}

// Place returns where it is: a service, or the edge from a caller to its callee.
func (s *Subject) Place() string {
	if s.Callee == "" || s.Callee == s.Service {
		return s.Service
	}
	return s.Service + " -> " + s.Callee
}

func compareSubjects(a, b Subject) int {
	return cmp.Or(
		cmp.Compare(a.Service, b.Service), cmp.Compare(a.Callee, b.Callee),
		cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Other, b.Other),
	)
}

// A Ref names a request.
type Ref struct {
	Trace trace.ID
	Root  trace.SpanID
}

// A hit is what one request shows of a subject.
type hit struct {
	Ref
	stake time.Duration // of its critical path
	times int32         // how often
	took  time.Duration // what the detector measures
	who   uint32        // hash of the name that it was at
	left  bool          // the request is not kept: it is counted only
}

// A seen is the requests that show a subject. Those that are not kept, as others of their journeys stand for them, are
// counted: nobody asks for the hits of requests that no journey has.
type seen struct {
	all  int // of all requests
	last Ref
	hits []hit
}

// add adds a hit; hits of one request are one.
func (s *seen) add(h hit) {
	if at := len(s.hits) - 1; at >= 0 && s.hits[at].Ref == h.Ref {
		l := &s.hits[at]
		l.stake += h.stake
		l.times += h.times
		l.took += h.took
		return
	}
	if s.all == 0 || s.last != h.Ref {
		s.all++
		s.last = h.Ref
	}
	if !h.left {
		s.hits = append(s.hits, h)
	}
}

func (s *seen) merge(o *seen) {
	s.all += o.all
	s.hits = append(s.hits, o.hits...)
}

// forget drops the hits of requests that are not kept.
func (s *seen) forget(kept func(Ref) bool) {
	if kept == nil {
		return
	}
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return !kept(h.Ref) })
}

// code is how many requests there are, and the hits of those that are kept in order.
func (s *seen) code(c *wire.Coder) {
	wire.Counts(c, &s.all)
	if codeHits(c, &s.hits); s.all < len(s.hits) {
		c.Fail("more requests are kept than there are")
	}
}

// ofKept returns how many of n requests that all show are to be expected of those that are kept.
func (s *seen) ofKept(n int) int {
	if s.all == len(s.hits) {
		return n
	}
	return int(int64(n) * int64(len(s.hits)) / int64(s.all))
}

// A tally is what requests show, by subject.
type tally struct{ of map[Subject]*seen }

// add adds a hit; hits of one request and subject are one.
func (t *tally) add(s Subject, h hit) { t.at(s).add(h) }

func (t *tally) at(s Subject) *seen {
	if t.of == nil {
		t.of = map[Subject]*seen{}
	}
	of := t.of[s]
	if of == nil {
		of = &seen{}
		t.of[s] = of
	}
	return of
}

func (t *tally) mergeTally(o *tally) {
	for s, theirs := range o.of {
		t.at(s).merge(theirs)
	}
}

func (t *tally) forget(kept func(Ref) bool) {
	for _, s := range t.of {
		s.forget(kept)
	}
}

// subjects lists what was met, in order.
func (t *tally) subjects() []Subject { return slices.SortedFunc(maps.Keys(t.of), compareSubjects) }

// medianOf returns the middle of what hits say.
func medianOf(hits []shownHit, of func(*shownHit) time.Duration) time.Duration {
	all := make([]time.Duration, len(hits))
	for i := range hits {
		all[i] = of(&hits[i])
	}
	return edges.Middle(all)
}

// acknowledge notes what the plan says of findings, as long as it says so: until a day, by the time of the
// last request.
func acknowledge(found []*Finding, plan *budget.Plan, journeys []Journey) {
	var last trace.Time
	for i := range journeys {
		for k := range journeys[i].Requests {
			last = max(last, journeys[i].Requests[k].Start)
		}
	}
	for _, f := range found {
		for i := range plan.Findings.Acknowledged {
			a := &plan.Findings.Acknowledged[i]
			if a.Finding == f.ID && int64(last) < a.Until.UnixNano() && a.Covers(f.Journey, f.Place()) {
				f.Acknowledged = a
				break
			}
		}
	}
}

// edge returns all calls of the subject.
func (r *round) edge(s Subject) *edges.Edge {
	return r.edges.At(edges.Call{Caller: s.Service, Callee: s.Callee, Operation: s.Operation})
}

// code is the hits of each subject, in order of their requests.
func (t *tally) code(c *wire.Coder) {
	codeSubjects(c, &t.of, func(s **seen) {
		if c.Reading() {
			*s = &seen{}
		}
		(*s).code(c)
	})
}

// codeSubjects is a map by subjects.
func codeSubjects[V any](c *wire.Coder, m *map[Subject]V, value func(*V)) {
	wire.Map(c, m, compareSubjects, func(s *Subject) {
		wire.Text(c, &s.Service)
		wire.Text(c, &s.Callee)
		wire.Text(c, &s.Operation)
		wire.Text(c, &s.Other)
	}, value)
}

// codeCounts is how often something was met.
func codeCounts(c *wire.Coder, m *map[Subject]int) {
	codeSubjects(c, m, func(n *int) { wire.Counts(c, n) })
}

func codeHits(c *wire.Coder, hits *[]hit) {
	slices.SortFunc(*hits, compareHits)
	wire.List(c, hits, func(h *hit) {
		id := wire.ID{h.Trace.Hi, h.Trace.Lo, uint64(h.Root)}
		c.ID(&id)
		h.Trace, h.Root = trace.ID{Hi: id[0], Lo: id[1]}, trace.SpanID(id[2])
		wire.Num(c, &h.stake)
		wire.Num(c, &h.times)
		wire.Num(c, &h.took)
		wire.Num(c, &h.who)
	})
}

func compareHits(a, b hit) int {
	if c := a.Trace.Compare(b.Trace); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Root, b.Root), cmp.Compare(a.stake, b.stake), cmp.Compare(a.times, b.times), cmp.Compare(a.took, b.took), cmp.Compare(a.who, b.who),
	)
}
