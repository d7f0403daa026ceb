package attribute

import (
	"sort"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// retries returns the time of attempts on the path that failed and were repeated by a later
// sibling, and of the waits before those repeats.
//
//	parent  ===================
//	call     xxxx                 failed: its time, and the wait until
//	call           ====           the next attempt
func retries(r *Reading, lost []critpath.Spell) []critpath.Spell {
	for _, visit := range r.path.Visits {
		p := r.Trace.Parent(visit.Span)
		if p == trace.None || visit.Span == r.path.Root || !r.family(p).anyFailed {
			continue
		}
		next, repeated := r.nextAttempt(p, visit.Span)
		if !repeated || !r.wasRetried(visit.Span, next) {
			continue
		}
		to := visit.To
		if again, onPath := r.walker.Visit(next); onPath {
			to = max(to, again.From)
		}
		lost = append(lost, critpath.Spell{From: visit.From, To: to})
	}
	return lost
}

// nextAttempt returns the first child of p after c that does what c did.
func (r *Reading) nextAttempt(p, c int32) (next int32, ok bool) {
	alike := r.attempts(p, c)
	end := r.Trace.Spans[c].End
	at := sort.Search(len(alike), func(i int) bool { return r.Trace.Spans[alike[i]].Start >= end })
	if at < len(alike) && alike[at] == c { // c has no length
		at++
	}
	if at == len(alike) {
		return trace.None, false
	}
	return alike[at], true
}

// wasRetried reports whether next repeats c because c failed. A challenge that asks for
// credentials and a redirect are answers, so what follows them is no retry.
func (r *Reading) wasRetried(c, next int32) bool {
	return !r.is[c].challenge && (r.failed(c) || r.is[next].resend)
}

// An outcome is what a call's attributes say of how it ended.
type outcome struct {
	failed    bool // with a status after which a caller may try again
	challenge bool // with a demand for credentials, or a redirect
	resend    bool // it was itself sent again
	answers   bool // it sent a part of the body of an answer
}

func outcomeOf(sig *trace.Signature) outcome {
	status := semconv.HTTPStatus(sig)
	return outcome{
		failed:    status >= 500 || status == 408 || status == 429,
		challenge: status == 401 || status == 407 || (status >= 300 && status < 400),
		resend:    semconv.IsResend(sig),
		answers:   semconv.SendsBody(sig),
	}
}
