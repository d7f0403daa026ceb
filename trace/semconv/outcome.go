package semconv

import (
	"slices"
	"strconv"
	"strings"

	"github.com/longpole/longpole/trace"
)

// SaysOutcome reports whether HTTPStatus, ServerFailed or IsResend may rest on the attribute.
func SaysOutcome(key string) bool {
	return slices.Contains(statuses, key) || slices.Contains(rpcCodes, key) || slices.Contains(resends, key)
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
