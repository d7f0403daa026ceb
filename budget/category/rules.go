package category

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Tier is a rung of the ladder on which rules are tried: of all rules that hold for a span
// the one on the lowest rung decides, whatever a higher one says.
type Tier uint8

// The rungs, in the order in which they are tried.
const (
	TierPhase Tier = iota // a step inside a call: DNS, connecting, TLS, waiting for a connection
	TierPeer              // a kind of remote system that is named: cache, database, broker, storage, model
	TierCall              // any other call, and the proxies that pass calls on
	TierWork              // a kind of work inside the process: rendering, the browser, starting up
	TierGuess             // what a well-known service name suggests
	TierKind              // what the span's kind alone says
)

var tierNames = []string{"phase", "peer", "call", "work", "guess", "kind"}

// String returns the tier's name in rule files.
func (t Tier) String() string { return tierNames[t] }

// A Rule says which category spans of one sort have.
type Rule struct {
	Name     string // "db/query"; stable, unique
	Doc      string // one line
	Category Category
	Tier     Tier
	Match    match.Matcher
	Passing  Category // category of own time around a SERVER child that took the call over; empty: as Category
	Remote   Remote
	// Transport says that spans are a part of the call that they are in, whose category and place they have.
	Transport bool
	Examples  []Example
	Not       []Example // near misses, with the category that they do have

	all, any keySet     // of attributes that a span must have
	ends     match.Ends // of names
}

// Remote says whether own time of a rule's spans is spent at the remote side.
type Remote uint8

// ByKind is the rule files' default: a CLIENT or PRODUCER is remote, and so is a span without
// a kind whose category is that of a remote system.
const (
	ByKind Remote = iota
	Always
	Never
)

// An Example is a span that a rule claims, or a near miss that it must leave alone.
type Example struct {
	Line     int // in the rule file
	Sig      trace.Signature
	Category Category // of a near miss
	Events   []string // of a phase's example, in order
}

// A Decision is what the rules say of one signature.
type Decision struct {
	Category Category
	Rule     string   // name of the rule that decided
	Why      string   // the conditions that held, with the values that met them, quoted
	Remote   bool     // own time is spent at the remote side
	Passing  Category // category of own time around a SERVER child that took the call over: network, or proxy
	Peer     string   // name of the remote side; empty if nothing names it; equal to the service if the span is the remote side
	// Step says that the span is a step inside a call: a lookup, a handshake, a wait for a connection.
	Step bool
	// Names says that the call names its remote side, so that calls inside it may only carry it: a
	// database, a broker, a model. What is inside a cache in the process itself fills the cache.
	Names bool
	// Transport says that inside a call that names its remote side the span only carries it.
	Transport bool
	Upstream  string   // whom a proxy passes the request on to, if it says so
	Phases    []*Phase // that the span's events may show; where two overlap the first one counts
}

// Rules is a set of category rules, ready to be asked. It is safe for concurrent use.
type Rules struct {
	rules  []Rule
	phases []Phase
	byKind [trace.Consumer + 1][]*Rule // in order of rank
	keys   map[string]semconv.ValueForm
	decide map[string]semconv.ValueForm // of keys, those that decisions and names rest on
	number map[string]uint              // of every key that a rule asks for; see keySet

	NoRequests *NoRequests // roots that are none
}

func newRules(rules []Rule, phases []Phase, none *NoRequests) *Rules {
	slices.SortFunc(rules, compareRules)
	slices.SortFunc(phases, comparePhases)
	r := &Rules{rules: rules, phases: phases, keys: semconv.NamingForms(), number: map[string]uint{}, NoRequests: none}
	for i := range rules {
		r.index(&rules[i])
	}
	for i := range phases {
		r.need(&phases[i].match)
	}
	r.decide = maps.Clone(r.keys)
	for _, key := range slices.Concat(semconv.OutcomeKeys(), semconv.ComparableKeys(), trace.DeviceKeys) {
		r.keys[key] = semconv.Whole
	}
	for _, key := range slices.Concat(trace.DeviceMarks, semconv.TargetKeys()) {
		if r.keys[key] == semconv.Dropped {
			r.keys[key] = semconv.Present
		}
	}
	for i := range none.kinds {
		r.need(&none.kinds[i].Match)
	}
	r.need(&none.received)
	return r
}

func (r *Rules) index(rule *Rule) {
	for k := range r.byKind {
		if len(rule.Match.Kinds) == 0 || slices.Contains(rule.Match.Kinds, trace.Kind(k)) {
			r.byKind[k] = append(r.byKind[k], rule)
		}
	}
	r.need(&rule.Match)
	rule.all, rule.any, rule.ends = r.keySet(rule.Match.Attrs), r.keySet(rule.Match.Any), rule.Match.Name.Ends()
}

// need widens the forms of the attributes that m asks for to what it asks.
func (r *Rules) need(m *match.Matcher) {
	for _, a := range slices.Concat(m.Attrs, m.Any) {
		asked := semconv.Whole
		if a.Values.OnlyPresence() {
			asked = semconv.Present
		}
		if has := r.keys[a.Key]; has == semconv.Dropped || (has != semconv.Whole && asked == semconv.Whole) {
			r.keys[a.Key] = asked
		}
	}
	if m.Not != nil {
		r.need(m.Not)
	}
}

// compareRules orders rules as they are tried: by tier, then the one that asks more, then by
// name. The name decides nothing that matters: a test shows that rules of equal rank never
// disagree about an example.
func compareRules(a, b Rule) int {
	return cmp.Or(a.compareRank(&b), strings.Compare(a.Name, b.Name))
}

func (a *Rule) compareRank(b *Rule) int {
	return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(b.Match.Specificity(), a.Match.Specificity()))
}

// Of decides what sig's own time is. It is pure; callers that meet a signature often keep the
// decision.
func (r *Rules) Of(sig *trace.Signature) Decision {
	rule := r.find(sig)
	d := Decision{
		Category: rule.Category,
		Rule:     rule.Name,
		Why:      rule.Match.Why(sig),
		Remote:   rule.remote(sig),
		Passing:  rule.Passing,
		Step:     rule.Tier == TierPhase && rule.Category != ColdStart,
		Names:    rule.Tier == TierPeer && rule.Category != App,
		Phases:   r.phasesOf(sig),
	}
	if rule.Category == Cache && sig.Kind != trace.Client {
		d.Names = false
	}
	d.Transport = rule.Transport || (rule.Category == External && sig.Kind == trace.Client && rule.Tier > TierPeer)
	d.Peer = peerOf(sig, d.Category, d.Remote)
	if d.Category == Proxy {
		d.Upstream = semconv.Upstream(sig)
	}
	if d.Passing == "" {
		d.Passing = passing(&d)
	}
	if d.Peer == "" && rule.Tier == TierGuess && d.Remote && len(rule.Match.Service) > 0 {
		d.Peer = sig.Service // hand-made spans give the store a service of its own
	}
	return d
}

// Deciding returns the form in which what Of, Operation and JourneyName say of a signature can
// rest on the attribute, but for the words of Decision.Why. Signatures that differ in nothing
// else (the same work of another tenant, on another host, with another outcome) need to be
// decided once.
func (r *Rules) Deciding(key string) semconv.ValueForm { return r.decide[key] }

// find returns the first rule that holds. The last rule asks for nothing but a kind, and a
// test shows that every kind is covered.
func (r *Rules) find(sig *trace.Signature) *Rule {
	has := r.keysOf(sig)
	for _, rule := range r.byKind[min(sig.Kind, trace.Consumer)] {
		if rule.canHold(sig.Name, &has) && rule.Match.Matches(sig) {
			return rule
		}
	}
	return &Rule{Name: "none", Category: Untraced}
}

// remote reports whether own time of sig is spent at the remote side. A span around a client
// library is often INTERNAL: it is remote where it says whom it asks.
func (r *Rule) remote(sig *trace.Signature) bool {
	switch r.Remote {
	case Always:
		return true
	case Never:
		return false
	}
	switch sig.Kind {
	case trace.Client, trace.Producer:
		return true
	case trace.Internal:
		return r.Category.of().side == remote && (semconv.NamesPeer(sig) || semconv.AsksServer(sig))
	}
	return sig.Kind == trace.Unspecified && r.Category.of().side == remote
}

func passing(d *Decision) Category {
	if d.Remote {
		return Network
	}
	return d.Category
}

// NeedsAttr reports whether a rule, the name of a journey, operation or peer, a cause, a default
// slice or the repair of clocks can ask for the attribute. A reader of traces keeps only those.
func (r *Rules) NeedsAttr(key string) bool { return r.keys[key] != semconv.Dropped }

// Form returns the form in which the attribute is asked for.
func (r *Rules) Form(key string) semconv.ValueForm { return r.keys[key] }

// NeedsEvent reports whether a phase can begin or end with the event.
func (r *Rules) NeedsEvent(name string) bool {
	for i := range r.phases {
		if r.phases[i].names(name) {
			return true
		}
	}
	return false
}

// With returns rules that also need the attributes of keys, whole: slices and expressions that
// a plan or a user adds.
func (r *Rules) With(keys ...string) *Rules {
	more := *r
	more.keys = maps.Clone(r.keys)
	for _, k := range keys {
		more.keys[k] = semconv.Whole
	}
	return &more
}

// All returns the rules in the order in which they are tried.
func (r *Rules) All() []Rule { return slices.Clone(r.rules) }

// Phases returns every phase; where two of one span overlap the first one counts.
func (r *Rules) Phases() []Phase { return slices.Clone(r.phases) }
