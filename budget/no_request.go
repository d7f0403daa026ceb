package budget

import (
	_ "embed"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/longpole/longpole/trace"
)

//go:embed no_requests.yaml
var noRequestsFile []byte

// A NoRequest is a kind of root whose end nobody waits for, so that its length is no latency.
type NoRequest struct {
	Name     string // "poll/receive"; stable, unique
	Why      string // "poll", "connection", "stream" or "session"
	Doc      string // one line
	Idle     bool   // only if it received nothing, and nothing was done below it
	Match    Matcher
	Examples []Example
	Not      []Example // what looks alike and is a request
}

// NoRequests are the kinds in the order in which they are tried.
type NoRequests struct {
	kinds    []NoRequest
	received Matcher // what idle kinds must not have
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
	r.file = "no_requests.yaml"
	if bare {
		text = withoutExamples(text)
	}
	var all NoRequests
	if n := r.root(text); n != nil {
		r.object(n, "kinds of roots that are no requests",
			field{"received", func(n ast.Node) { all.received = r.matcher(n, "received") }},
			field{"kinds", func(n ast.Node) {
				for _, n := range r.list(n, "kinds") {
					all.kinds = append(all.kinds, r.noRequest(n))
				}
			}},
		)
	}
	return &all, r.err()
}

func (r *ruleReader) noRequest(n ast.Node) NoRequest {
	var k NoRequest
	examples := func(n ast.Node) (out []Example) {
		for _, n := range r.list(n, "examples") {
			out = append(out, r.example(n))
		}
		return out
	}
	r.object(n, "a kind",
		field{"name", func(n ast.Node) { k.Name = r.name(n) }},
		field{"why", func(n ast.Node) { k.Why = r.text(n, "why") }},
		field{"idle", func(n ast.Node) { k.Idle = r.bool(n, "idle") }},
		field{"doc", func(n ast.Node) { k.Doc = r.text(n, "doc") }},
		field{"match", func(n ast.Node) { k.Match = r.matcher(n, "match") }},
		field{"examples", func(n ast.Node) { k.Examples = examples(n) }},
		field{"not", func(n ast.Node) { k.Not = examples(n) }},
	)
	r.require(n, "kind", k.Name, map[string]bool{
		"name": k.Name != "", "why": k.Why != "", "doc": k.Doc != "", "match": !k.Match.IsZero(),
		"examples": r.bare || len(k.Examples) > 0, "not": r.bare || len(k.Not) > 0,
	})
	return k
}
