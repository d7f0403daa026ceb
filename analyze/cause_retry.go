package analyze

import (
	"sort"
	"strconv"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/trace"
)

// retries returns the time of attempts on the path that failed and were repeated by a later
// sibling, and of the waits before those repeats.
//
//	parent  ===================
//	call     xxxx                 failed: its time, and the wait until
//	call           ====           the next attempt
func retries(v *visitor) (lost []critpath.Spell) {
	for _, visit := range v.path.Visits {
		p := v.trace.Parent(visit.Span)
		if p == trace.None || visit.Span == v.path.Root || !v.family(p).troubled {
			continue
		}
		next, repeated := v.nextAttempt(p, visit.Span)
		if !repeated || !v.wasRetried(visit.Span, next) {
			continue
		}
		to := visit.To
		if again, onPath := v.visit(next); onPath {
			to = max(to, again.From)
		}
		lost = append(lost, critpath.Spell{From: visit.From, To: to})
	}
	return lost
}

// nextAttempt returns the first child of p after c that does what c did.
func (v *visitor) nextAttempt(p, c int32) (next int32, ok bool) {
	alike := v.attempts(p, c)
	end := v.trace.Spans[c].End
	at := sort.Search(len(alike), func(i int) bool { return v.trace.Spans[alike[i]].Start >= end })
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
func (v *visitor) wasRetried(c, next int32) bool {
	return !v.meaning(c).challenge && (v.failed(c) || v.meaning(next).resend)
}

// An outcome is what a call's attributes say of how it ended.
type outcome struct {
	failed    bool // with a status after which a caller may try again
	challenge bool // with a demand for credentials, or a redirect
	resend    bool // it was itself sent again
}

func outcomeOf(sig *trace.Signature) outcome {
	status := statusOf(sig)
	return outcome{
		failed:    status >= 500 || status == 408 || status == 429,
		challenge: status == 401 || status == 407 || (status >= 300 && status < 400),
		resend:    isResend(sig),
	}
}

func isResend(sig *trace.Signature) bool {
	n, ok := sig.Attrs.Get("http.request.resend_count")
	if !ok {
		n, ok = sig.Attrs.Get("grpc.previous-rpc-attempts")
	}
	return ok && n != "0" && n != ""
}

// statusOf returns the HTTP status code of the call, 0 if it has none.
func statusOf(sig *trace.Signature) int {
	text, ok := sig.Attrs.Get("http.response.status_code")
	if !ok {
		text, _ = sig.Attrs.Get("http.status_code")
	}
	code, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return code
}
