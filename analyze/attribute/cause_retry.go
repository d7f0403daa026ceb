package attribute

import (
	"sort"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// retries returns the time of attempts on the path that failed and were repeated by a later
// sibling, and of the waits before those repeats.
//
//	parent  ===================
//	call     xxxx                 failed: its time, and the wait until
//	call           ====           the next attempt
func retries(r *pathfinder, lost []critpath.Spell) []critpath.Spell {
	if !r.mayRepeat() {
		return lost
	}
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
		if again, onPath := r.walker.Visit(next); onPath && r.isNext(visit.Span, next) {
			to = max(to, again.From)
		}
		spell := critpath.Spell{From: visit.From, To: to}
		lost = append(lost, spell)
		r.lose(visit.Span, spell)
	}
	return lost
}

// isNext reports whether nothing of what c did was done between c and its repeat, so that the time
// between them was a wait.
func (r *kinship) isNext(c, repeat int32) bool {
	alike := r.attempts(r.Trace.Parent(c), c)
	return alike[r.firstAfter(alike, c)] == repeat
}

// mostTried is how many calls of the same kind after one that failed may be to other targets, before
// it is not looked for that one again.
const mostTried = 100

// nextAttempt returns the first child of p after c that does what c did, to the same target as far
// as both say one.
func (r *kinship) nextAttempt(p, c int32) (next int32, ok bool) {
	alike := r.attempts(p, c)
	at := r.firstAfter(alike, c)
	for _, next := range alike[at:min(len(alike), at+mostTried)] {
		if sameTarget(&r.Trace.Spans[c], &r.Trace.Spans[next]) {
			return next, true
		}
	}
	return trace.None, false
}

// firstAfter returns which of spans, in order of start, is the first that started after c; their
// number if none did.
func (r *kinship) firstAfter(spans []int32, c int32) int {
	end := r.Trace.Spans[c].End
	at := sort.Search(len(spans), func(i int) bool { return r.Trace.Spans[spans[i]].Start >= end })
	if at < len(spans) && spans[at] == c { // c has no length
		at++
	}
	return at
}

func sameTarget(a, b *trace.Span) bool { return a.Target == b.Target || a.Target == 0 || b.Target == 0 }

// wasRetried reports whether next repeats c because c failed. A challenge that asks for
// credentials, a redirect and that something is not there are answers, so what follows them is no
// retry. Nor is a storage span inside a process an attempt if it does not say at what: files that
// are looked for in one place after the other.
func (r *kinship) wasRetried(c, next int32) bool {
	m := r.is[c]
	if m.answered || m.Category == category.Storage && !m.Remote && r.Trace.Spans[c].Target == 0 {
		return false
	}
	return r.failed(c) || r.is[next].resend
}

// An outcome is what a call's attributes say of how it ended.
type outcome struct {
	failed   bool // with a status after which a caller may try again
	answered bool // with an answer, though the span may count as failed: a demand for credentials, a redirect, not found
	resend   bool // it was itself sent again
	answers  bool // it sent a part of the body of an answer
	fault    bool // of whoever answered
}

func outcomeOf(sig *trace.Signature) outcome {
	status := semconv.HTTPStatus(sig)
	return outcome{
		failed:   status >= 500 || status == 408 || status == 429,
		answered: status == 401 || status == 407 || status == 404 || status == 410 || (status >= 300 && status < 400) || semconv.IsAnswer(sig),
		resend:   semconv.IsResend(sig),
		answers:  semconv.SendsBody(sig),
		fault:    semconv.ServerFailed(sig),
	}
}
