package semconv

import (
	"slices"
	"strconv"
	"strings"

	"github.com/longpole/longpole/trace"
)

// SaysOutcome reports whether HTTPStatus, ServerFailed, IsResend, IsAnswer or SendsBody may rest on the attribute.
func SaysOutcome(key string) bool {
	return key == asgiEvent || slices.Contains(slices.Concat(statuses, rpcCodes, resends, answers), key)
}

// SaysWhomFor reports whether IsMirrored may rest on the attribute.
func SaysWhomFor(key string) bool { return slices.Contains(authorities, key) }

// IsMirrored reports whether a call for a host is a copy that a proxy made, whose answer nobody
// reads: Envoy and Istio append -shadow to the host.
func IsMirrored(host string) bool {
	if !strings.Contains(host, "-shadow") {
		return false
	}
	host, _, _ = strings.Cut(host, ":")
	return strings.HasSuffix(host, "-shadow")
}

// SendsBody reports whether a span of an ASGI server sent a part of the body of an answer.
func SendsBody(sig *trace.Signature) bool {
	event, _ := sig.Attrs.Get(asgiEvent)
	return event == "http.response.body"
}

// serverFaults are the codes of gRPC that mean that a server failed, as OpenTelemetry has them: the
// others are the caller's mistake, or an answer.
var serverFaults = map[string]bool{
	"2": true, "UNKNOWN": true, "4": true, "DEADLINE_EXCEEDED": true, "12": true, "UNIMPLEMENTED": true,
	"13": true, "INTERNAL": true, "14": true, "UNAVAILABLE": true, "15": true, "DATA_LOSS": true,
}

// ServerFailed reports whether a call was answered with an HTTP status from 500 on, or with a code
// of gRPC that means the same. Instrumentation may leave the status of the span alone then.
func ServerFailed(sig *trace.Signature) bool {
	return HTTPStatus(sig) >= 500 || serverFaults[strings.ToUpper(own(sig, rpcCodes))]
}

// HTTPStatus returns the HTTP status code of a call, 0 if it has none.
func HTTPStatus(sig *trace.Signature) int {
	code, err := strconv.Atoi(own(sig, statuses))
	if err != nil {
		return 0
	}
	return code
}

// Status returns the HTTP status code of a call, else the number of its code of gRPC; 0 if it has
// neither, or is OK by gRPC.
func Status(sig *trace.Signature) int {
	if code := HTTPStatus(sig); code != 0 {
		return code
	}
	code := own(sig, rpcCodes)
	if n, err := strconv.Atoi(code); err == nil {
		return n
	}
	return max(0, slices.Index(grpcCodes, strings.ToUpper(code)))
}

// grpcCodes are the names of the codes of gRPC, by number.
var grpcCodes = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// IsAnswer reports whether a call that may count as failed was answered: a miss, something that is not
// there, a demand for credentials.
func IsAnswer(sig *trace.Signature) bool {
	return slices.ContainsFunc(answers, func(key string) bool {
		v, ok := sig.Attrs.Get(key)
		return ok && slices.ContainsFunc(answerValues, func(a string) bool { return strings.EqualFold(v, a) })
	})
}

// IsResend reports whether a call says that it was made before.
func IsResend(sig *trace.Signature) bool {
	n := own(sig, resends)
	return n != "0" && n != ""
}

// own returns the first of keys that the span itself has.
func own(sig *trace.Signature, keys []string) string {
	for _, k := range keys {
		if v, ok := sig.Attrs.Get(k); ok {
			return v
		}
	}
	return ""
}

// SamplerMark returns the attribute by which a tail sampler says that it kept the trace of a
// root, "" if there is none.
func SamplerMark(root *trace.Span) string {
	for _, k := range samplerMarks {
		if _, ok := root.Attr(k); ok {
			return k
		}
	}
	return ""
}
