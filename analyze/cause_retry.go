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
		if p == trace.None || visit.Span == v.path.Root {
			continue
		}
		next, repeated := v.nextAttempt(p, visit.Span)
		if !repeated || !v.wasRetried(visit.Span, next) {
			continue
		}
		to := visit.To
		if again, onPath := v.visits[next]; onPath {
			to = max(to, again.From)
		}
		lost = append(lost, critpath.Spell{From: visit.From, To: to})
	}
	return lost
}

// nextAttempt returns the first child of p after c that does what c did.
func (v *visitor) nextAttempt(p, c int32) (next int32, ok bool) {
	alike := v.family(p).attempts[v.callOf(c)]
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
	if isChallenge(statusOf(&v.trace.Spans[c])) {
		return false
	}
	return hasFailed(&v.trace.Spans[c]) || isResend(&v.trace.Spans[next])
}

func isChallenge(status int) bool {
	return status == 401 || status == 407 || (status >= 300 && status < 400)
}

// hasFailed reports whether the span failed in a way that a caller may try again.
func hasFailed(s *trace.Span) bool {
	status := statusOf(s)
	return s.Flags.Has(trace.Failed) || status >= 500 || status == 408 || status == 429
}

func isResend(s *trace.Span) bool {
	n, ok := s.Sig.Attrs.Get("http.request.resend_count")
	if !ok {
		n, ok = s.Sig.Attrs.Get("grpc.previous-rpc-attempts")
	}
	return ok && n != "0" && n != ""
}

// statusOf returns the HTTP status code of the call, 0 if it has none.
func statusOf(s *trace.Span) int {
	text, ok := s.Sig.Attrs.Get("http.response.status_code")
	if !ok {
		text, _ = s.Sig.Attrs.Get("http.status_code")
	}
	code, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return code
}
