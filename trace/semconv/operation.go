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
// template or name of the destination of its message, its page; else its name, folded. A name that says nothing gives
// way to method and path. Behind one endpoint for everything GraphQL's operation tells requests apart.
func Route(sig *trace.Signature) string { return withWord(endpoint(sig), GraphQL(sig)) }

func endpoint(sig *trace.Signature) string {
	route := value(sig, routes)
	if route != "" && !isWildcard(route) {
		return withMethod(route, sig)
	}
	if service, method := rpcOf(sig); method != "" {
		return joinNonEmpty("/", service, method)
	}
	if t := value(sig, destinationTemplates); t != "" {
		return joinWords(messageVerb(sig), t)
	}
	if d := value(sig, destinations); d != "" {
		return joinWords(messageVerb(sig), Fold(d))
	}
	if p := value(sig, paths); p != "" {
		if route != "" || saysNothing(sig) {
			return withMethod(Fold(pathOf(p)), sig)
		}
		if isPage(sig) {
			return joinWords(Fold(sig.Name), Fold(pathOf(p)))
		}
	}
	if route != "" {
		return withMethod(route, sig)
	}
	return Fold(sig.Name)
}

// GraphQL returns type and name of the operation of GraphQL that a span stands for; "" for any other span.
func GraphQL(sig *trace.Signature) string {
	name, _ := sig.Attr(graphQLName)
	if name == "" {
		return ""
	}
	kind, _ := sig.Attr(graphQLType)
	return joinWords(kind, Fold(name))
}

// IsGraphQL reports whether route is where a server takes all operations of GraphQL.
func IsGraphQL(route string) bool { return strings.HasSuffix(strings.ToLower(route), "/graphql") }

// saysNothing reports whether the name of a span is that of spans with any path.
func saysNothing(sig *trace.Signature) bool {
	if isBare(sig.Name) || isWildcard(sig.Name) {
		return true
	}
	return sig.Kind == trace.Server && value(sig, methods) != "" && isOneWord(sig.Name)
}

// isPage reports whether a span is what happens on a page, a load or a click: it names the page by its URL, and asks for nothing
// itself.
func isPage(sig *trace.Signature) bool {
	return sig.Kind == trace.Internal && value(sig, methods) == "" && isOneWord(sig.Name)
}

// isOneWord accepts what names a component or an event, ingress or documentLoad, and no endpoint or function of a class.
func isOneWord(name string) bool { return !strings.ContainsAny(name, " /.:#\\()") }

// isWildcard reports whether a route, or a name, stands for whatever path there is. One with a word of the path,
// as /static/*, says as much as any route.
func isWildcard(route string) bool {
	if route == "$default" {
		return true
	}
	path := route[strings.IndexByte(route, '/')+1:]
	if rest, found := CutMethod(path); found {
		path = rest
	}
	return path == "*" || path == "**" || path == "(.*)" || (strings.HasPrefix(path, "{") && strings.HasSuffix(path, "}") && strings.ContainsAny(path, "*+")) || strings.HasPrefix(path, "[...")
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
