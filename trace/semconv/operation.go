package semconv

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/trace"
)

// JourneyName names the journey that a request with this root belongs to where no plan names
// it: service and route, "web POST /checkout".
func JourneyName(sig *trace.Signature) string {
	return joinWords(sig.Service, Route(sig))
}

// Operation names what a span did, for places and for grouping spans that do the same: service
// and operation, ids folded, "cart GET /items/{id}" or "orders SELECT lines".
func Operation(sig *trace.Signature) string {
	if q := queryOf(sig); q != "" {
		return joinWords(sig.Service, q)
	}
	return joinWords(sig.Service, Route(sig))
}

// Route returns what a request with this root asks for: the route of its template, the method of its RPC, the
// destination of its message; else its name, folded. A name that is a bare method says nothing,
// so the path stands beside it.
func Route(sig *trace.Signature) string {
	if r := value(sig, routes); r != "" {
		return withMethod(r, sig)
	}
	if service, method := rpcOf(sig); method != "" {
		return joinNonEmpty("/", service, method)
	}
	if d := value(sig, destinations); d != "" {
		return joinWords(messageVerb(sig), Fold(d))
	}
	if p := value(sig, paths); p != "" && isBare(sig.Name) {
		return withMethod(Fold(pathOf(p)), sig)
	}
	return Fold(sig.Name)
}

// withMethod puts the method before a route that does not have it yet.
func withMethod(route string, sig *trace.Signature) string {
	if first, _, found := strings.Cut(route, " "); found && isMethod(first) {
		return route
	}
	method := value(sig, methods)
	if method == "" {
		method = methodIn(sig.Name)
	}
	return joinWords(strings.ToUpper(method), route)
}

// methodIn returns the method that a name begins with, "HTTP GET /x" and "GET" alike.
func methodIn(name string) string {
	for word := range strings.FieldsSeq(name) {
		if isMethod(word) {
			return word
		}
		if !strings.EqualFold(word, "HTTP") {
			return ""
		}
	}
	return ""
}

var httpMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY"}

func isMethod(word string) bool { return slices.Contains(httpMethods, strings.ToUpper(word)) }

// CutMethod returns a route without its method, if it has one.
func CutMethod(route string) (rest string, found bool) {
	first, rest, _ := strings.Cut(route, " ")
	return rest, isMethod(first)
}

// isBare reports whether a name says no more than that there was a request.
func isBare(name string) bool {
	for word := range strings.FieldsSeq(name) {
		if !isMethod(word) && !strings.EqualFold(word, "HTTP") && !strings.EqualFold(word, "HTTPS") {
			return false
		}
	}
	return true
}

// pathOf returns the path of a URL or of a request target.
func pathOf(target string) string { return string(urlOf([]byte(target)).target()) }

// rpcOf returns service and method of a remote procedure call. Newer conventions have both in
// the method, and instrumentation in between has the service in both.
func rpcOf(sig *trace.Signature) (service, method string) {
	service, _ = sig.Attr(rpcService)
	method, _ = sig.Attr(rpcMethod)
	full := strings.TrimPrefix(method, "/")
	if i := strings.LastIndexByte(full, '/'); i >= 0 {
		return full[:i], full[i+1:]
	}
	return service, full
}

func messageVerb(sig *trace.Signature) string {
	if v := value(sig, operations); v != "" {
		return v
	}
	switch sig.Kind {
	case trace.Producer:
		return "send"
	case trace.Consumer:
		return "process"
	}
	return ""
}

// withWord appends word unless text has it.
func withWord(text, word string) string {
	if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
		return text
	}
	return joinWords(text, word)
}

func joinWords(a, b string) string { return joinNonEmpty(" ", a, b) }

func joinNonEmpty(sep, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + sep + b
}

// value returns the first of keys that has something to say.
func value(sig *trace.Signature, keys []string) string {
	for _, k := range keys {
		if v, ok := sig.Attr(k); ok && v != "" && v != "-" {
			return v
		}
	}
	return ""
}
