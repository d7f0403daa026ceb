package attribute

import (
	"cmp"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/intern"
	"github.com/longpole/longpole/internal/wire"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A classification is what signatures of one decidingKey share: those that differ in nothing on which
// the rules and the names rest.
type classification struct {
	does, call int32  // numbers of the operation and of the call
	identity   uint64 // of what the span does, for structures
	op         Operation
	category.Decision
	asRoot *asRoot

	edges [4]lastEdge // by the operation above

	pairedWith string // the service of the last call that was answered, and
	pair       int32  // the number of that pair

	tellsOwn          bool    // see known
	whats             []*What // of its pieces, the first of them
	alone, overlapped *What   // of own time that nothing but the span tells of; nil as long as none was met
	passed            *What   // of the last time around a server's span
}

// A lastEdge is from an operation to what is below it.
type lastEdge struct {
	below  int32 // number of the operation
	number int32 // 1 + that of the edge; 0 as long as there is none
}

// asRoot names the requests that begin at a span.
type asRoot struct {
	journey string // where no plan names it
	route   string
	graphQL bool // takes all operations: one below says which it was
}

// An Operation is what a span does, and where: what makes siblings alike.
type Operation struct {
	Service, Name string
	Kind          trace.Kind
}

// A call is an operation on one peer: what a repeated attempt repeats.
type call struct {
	does int32
	peer string
}

// classifier are the classifier that were made, by decidingKey.
type classifier struct {
	rules *category.Rules
	made  map[string]*classification
	does  intern.Numbers[Operation]
	calls intern.Numbers[call]
	whats map[classified]*What // that are not among the first of a classification
	next  int32                // number of a What
}

type classified struct {
	*classification
	What
}

// mostWhats is how many of one classification are looked through before a map is quicker.
const mostWhats = 12

// what returns the one What that all pieces of a classification share which are like w. They mostly share their
// texts, which makes comparing quick and hashing slow.
func (d *classifier) what(m *classification, w *What) *What {
	for _, known := range m.whats {
		if w.number = known.number; *known == *w {
			return known
		}
	}
	w.number = 0
	known := d.whats[classified{m, *w}]
	if known == nil {
		known = d.newWhat(m, *w)
	}
	return known
}

func (d *classifier) newWhat(m *classification, w What) *What {
	key := classified{m, w}
	w.number = d.next
	d.next++
	if len(m.whats) < mostWhats {
		m.whats = append(m.whats, &w)
		return &w
	}
	if d.whats == nil {
		d.whats = map[classified]*What{}
	}
	d.whats[key] = &w
	return &w
}

// of decides sig, of which decidingKey holds all that counts.
func (d *classifier) of(decidingKey []byte, sig *trace.Signature) *classification {
	if found := d.made[string(decidingKey)]; found != nil {
		return found
	}
	if d.made == nil {
		d.made = map[string]*classification{}
	}
	made := d.decide(sig)
	d.made[string(decidingKey)] = made
	return made
}

func (d *classifier) decide(sig *trace.Signature) *classification {
	m := &classification{Decision: d.rules.Of(sig), op: Operation{sig.Service, semconv.Operation(sig), sig.Kind}}
	m.Why = "" // which may name what others of the decidingKey have not
	m.does = d.does.Number(m.op)
	m.call = d.calls.Number(call{m.does, m.Peer})
	m.identity = identity(sig.Kind, m.op.Name)
	m.tellsOwn = m.tellsOfOwnTime()
	return m
}

// root names the requests that begin at a span of sig, which has classification m.
func (m *classification) root(sig *trace.Signature) *asRoot {
	if m.asRoot == nil {
		route := semconv.Route(sig)
		m.asRoot = &asRoot{semconv.JourneyName(sig), route, semconv.IsGraphQL(route)}
	}
	return m.asRoot
}

// Code is the operation.
func (o *Operation) Code(c *wire.Coder) {
	wire.Text(c, &o.Service)
	wire.Text(c, &o.Name)
	if wire.Num(c, &o.Kind); o.Kind > trace.Consumer {
		c.Fail("a span is of no kind")
		o.Kind = trace.Unspecified
	}
}

func compareOperations(a, b Operation) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
}
