package critpath

import "github.com/longpole/longpole/trace"

// A Wait says whether the parent of a span waited for it, and how that is known.
type Wait uint8

// The waits, by the rule that decided.
const (
	Blocking       Wait = iota
	CutOff              // in flight when its parent gave up or was given up
	Above               // its parent had ended, and one above that waited for it
	LinkedOnly          // tied to its parent by FOLLOWS_FROM only
	Messaging           // a consumer of what its parent produced, or one that outlives its parent
	AfterParent         // started when the parent had ended
	OutlivesParent      // ended so long after the parent that the parent cannot have waited
	DeclaredAsync       // a plan says so
	OutlivesOften       // outlives its parent in too many requests of the run to be waited for in others
	Mirrored            // a copy of a call, whose answer nobody reads
	AfterAnswer         // ran on when the answer had been sent
	AfterReturn         // of a server: what it did when its caller had its answer and went on
)

var waitTexts = [...]string{
	Blocking:       "its parent waited for it",
	CutOff:         "cut off: in flight when its parent gave up, or was given up",
	Above:          "its parent had ended, and one above waited for it",
	LinkedOnly:     "asynchronous: tied to its parent by FOLLOWS_FROM only",
	Messaging:      "asynchronous: a consumer works on its own time",
	AfterParent:    "asynchronous: started when its parent had ended",
	OutlivesParent: "asynchronous: outlived its parent by more than 1 ms and 5 %",
	DeclaredAsync:  "asynchronous: the plan says so",
	OutlivesOften:  "asynchronous: in this run it often outlives its parent, which does not go on when it ends",
	Mirrored:       "asynchronous: a mirrored call, whose answer nobody reads",
	AfterAnswer:    "asynchronous: ran on when the answer had been sent",
	AfterReturn:    "asynchronous: ran on when its caller had its answer",
}

// String returns the wait in words.
func (w Wait) String() string { return waitTexts[w] }

// IsWaitedFor reports whether the parent waited.
func (w Wait) IsWaitedFor() bool { return w <= CutOff }

// IsAsync reports whether nobody waited.
func (w Wait) IsAsync() bool { return w > Above }

// Waits say of every span of a trace whether its parent waited for it.
type Waits struct {
	Of   []Wait
	Hung []Hung // few; in order of Under
}

// A Hung is a span that one above its parent waited for: its parent had ended.
type Hung struct{ Span, Under int32 }

// Overrule lets a plan decide what timestamps cannot show. The second value is false where it
// has no opinion; a nil Overrule never has one.
type Overrule func(*trace.Signature) (w Wait, decided bool)

// WaitOf decides whether p waited for its child c by what one request shows.
func WaitOf(p, c *trace.Span, overrule Overrule) Wait {
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
