package trace

import (
	"strconv"
	"time"
)

// Crosses reports whether c answers a call of p that another clock may have timed. Work that
// nobody waits for may run at any time, so it says nothing about clocks.
func Crosses(p, c *Span) bool {
	if c.Flags.Has(FollowsFrom) || c.Sig.Kind == Consumer || p.Sig.Kind == Producer {
		return false
	}
	if p.Sig.Host != "" && c.Sig.Host != "" {
		return p.Sig.Host != c.Sig.Host
	}
	return c.Sig.Kind == Server && (p.Sig.Kind == Client || IsFromDevice(p, c))
}

// IsFromDevice reports whether c is a server that a user's device called.
func IsFromDevice(p, c *Span) bool {
	return c.Sig.Kind == Server && p.Sig.Kind != Server && p.Sig.OnDevice() && !c.Sig.OnDevice()
}

// overtime returns how much longer the callee took.
func overtime(caller, callee *Span) time.Duration { return callee.Duration() - caller.Duration() }

// isLonger reports whether no clock makes the callee fit.
func isLonger(caller, callee *Span) bool {
	return overtime(caller, callee) > Tolerance(caller.Duration()) && !caller.Flags.Has(Unfinished)
}

// hasGivenUp reports whether the caller stopped waiting before it had the callee's answer: it
// failed, and not by an error that the callee answered with.
func hasGivenUp(caller, callee *Span) bool {
	if status := statusOf(caller.Sig); status.isError() {
		return !status.isAnswer() || status != statusOf(callee.Sig)
	}
	if kind, _ := caller.Sig.Attrs.Get("error.type"); kind != "" {
		answer, _ := callee.Sig.Attrs.Get("error.type")
		return answer != kind
	}
	answered := callee.Flags.Has(Failed) && !isLonger(caller, callee)
	return caller.Flags.Has(Failed) && !answered
}

// A status is how a call ended, in the words of its protocol; empty if nothing says it.
type status struct {
	grpc bool
	code string
}

func statusOf(sig *Signature) status {
	for _, key := range [...]string{"rpc.grpc.status_code", "rpc.response.status_code", "grpc.status_code"} {
		if code, ok := sig.Attrs.Get(key); ok {
			return status{true, code}
		}
	}
	for _, key := range [...]string{"http.response.status_code", "http.status_code"} {
		if code, ok := sig.Attrs.Get(key); ok {
			return status{false, code}
		}
	}
	return status{}
}

func (s status) isError() bool {
	if s.grpc {
		return s.code != "" && s.code != "0" && s.code != "OK"
	}
	code, err := strconv.Atoi(s.code)
	return err == nil && (code == 0 || code >= 400)
}

// isAnswer reports whether a callee can have given it. Callers make the others up: no HTTP
// status at all, a call that they cancelled, a deadline that passed.
func (s status) isAnswer() bool {
	switch s.code {
	case "0", "CANCELLED", "DEADLINE_EXCEEDED":
		return false
	case "1", "4":
		return !s.grpc
	}
	return s.code != ""
}
