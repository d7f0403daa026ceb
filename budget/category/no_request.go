package category

import (
	_ "embed"
	"slices"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/trace"
)

//go:embed no_requests.yaml
var noRequestsFile []byte

// A NoRequest is a kind of root whose end nobody waits for, so that its length is no latency.
type NoRequest struct {
	Name     string // "poll/receive"; stable, unique
	Why      string // "poll", "connection", "stream", "session", "vital" or "prepared"
	Doc      string // one line
	Idle     bool   // only if it received nothing, and nothing was done below it
	Match    match.Matcher
	Examples []Example
	Not      []Example // what looks alike and is a request
}

// NoRequests are the kinds in the order in which they are tried.
type NoRequests struct {
	kinds    []NoRequest
	received match.Matcher // what idle kinds must not have
}

// Of returns the kind of a root; nil for a request.
func (n *NoRequests) Of(sig *trace.Signature) *NoRequest {
	for i := range n.kinds {
		k := &n.kinds[i]
		if k.Match.Matches(sig) && !(k.Idle && n.received.Matches(sig)) {
			return k
		}
	}
	return nil
}

// Kinds returns all kinds.
func (n *NoRequests) Kinds() []NoRequest { return slices.Clone(n.kinds) }

func loadNoRequests(text []byte, bare bool) (*NoRequests, error) {
	r := ruleReader{bare: bare}
	r.File = "no_requests.yaml"
	if bare {
		text = withoutExamples(text)
	}
	var all NoRequests
	if n := r.Root(text); n != nil {
		r.Object(n, "kinds of roots that are no requests",
			strictyaml.Key("received", func(n strictyaml.Node) { all.received = match.Read(&r.Reader, n, "received") }),
			strictyaml.Key("kinds", func(n strictyaml.Node) {
				for _, n := range r.List(n, "kinds") {
					all.kinds = append(all.kinds, r.noRequest(n))
				}
			}),
		)
	}
	return &all, r.Err()
}

func (r *ruleReader) noRequest(n strictyaml.Node) NoRequest {
	var k NoRequest
	examples := func(n strictyaml.Node) (out []Example) {
		for _, n := range r.List(n, "examples") {
			out = append(out, r.example(n))
		}
		return out
	}
	r.Object(n, "a kind",
		strictyaml.Key("name", func(n strictyaml.Node) { k.Name = r.name(n) }),
		strictyaml.Key("why", func(n strictyaml.Node) { k.Why = r.Text(n, "why") }),
		strictyaml.Key("idle", func(n strictyaml.Node) { k.Idle = r.Bool(n, "idle") }),
		strictyaml.Key("doc", func(n strictyaml.Node) { k.Doc = r.Text(n, "doc") }),
		strictyaml.Key("match", func(n strictyaml.Node) { k.Match = match.Read(&r.Reader, n, "match") }),
		strictyaml.Key("examples", func(n strictyaml.Node) { k.Examples = examples(n) }),
		strictyaml.Key("not", func(n strictyaml.Node) { k.Not = examples(n) }),
	)
	r.require(n, "kind", k.Name, map[string]bool{
		"name": k.Name != "", "why": k.Why != "", "doc": k.Doc != "", "match": !k.Match.IsZero(),
		"examples": r.bare || len(k.Examples) > 0, "not": r.bare || len(k.Not) > 0,
	})
	return k
}
