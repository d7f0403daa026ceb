package critpath

import "github.com/longpole/longpole/trace"

// A Verdict says whether the parent of a span waited for it, and how that is known.
type Verdict uint8

// The verdicts, by the rule that decided.
const (
	Blocking       Verdict = iota
	LinkedOnly             // tied to its parent by FOLLOWS_FROM only
	Messaging              // a consumer of what its parent produced, or one that outlives its parent
	AfterParent            // started when the parent had ended
	OutlivesParent         // ended so long after the parent that the parent cannot have waited
	DeclaredAsync          // a plan says so
)

var verdictTexts = [...]string{
	Blocking:       "its parent waited for it",
	LinkedOnly:     "asynchronous: tied to its parent by FOLLOWS_FROM only",
	Messaging:      "asynchronous: a consumer works on its own time",
	AfterParent:    "asynchronous: started when its parent had ended",
	OutlivesParent: "asynchronous: outlived its parent by more than 1 ms and 5 %",
	DeclaredAsync:  "asynchronous: the plan says so",
}

// String returns the verdict in words.
func (v Verdict) String() string { return verdictTexts[v] }

// Overrule lets a plan decide what timestamps cannot show. The second value is false where it
// has no opinion; a nil Overrule never has one.
type Overrule func(*trace.Signature) (v Verdict, decided bool)

// Judge decides whether p waited for its child c.
func Judge(p, c *trace.Span, overrule Overrule) Verdict {
	if overrule != nil {
		if v, decided := overrule(c.Sig); decided {
			return v
		}
	}
	over := c.End.Sub(p.End)
	call := p.Sig.Kind == trace.Client && c.Sig.Kind == trace.Server
	switch {
	case c.Flags.Has(trace.FollowsFrom):
		return LinkedOnly
	case c.Sig.Kind == trace.Consumer && (p.Sig.Kind == trace.Producer || over > 0):
		return Messaging
	case c.Start >= p.End:
		return AfterParent
	case over > trace.Tolerance(p.Duration()) && !call:
		return OutlivesParent
	}
	return Blocking
}
