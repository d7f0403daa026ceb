package budget

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/trace"
)

// Where the route of a request may stand.
var (
	methods    = []string{"http.request.method", "http.method"}
	routes     = []string{"http.route", "http.path_group", "aspnetcore.route", "next.route"}
	paths      = []string{"url.path", "http.target", "http.path", "http.url", "url.full"}
	operations = []string{"messaging.operation.name", "messaging.operation.type", "messaging.operation"}
	statements = []string{"db.query.text", "db.statement", "sql.query", "cassandra.query", "mongodb.query"}
	verbs      = []string{"db.operation.name", "db.operation"}
	tables     = []string{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "sql.table"}
)

// JourneyName names the journey that a request with this root belongs to where no plan names
// it: service and route, "web POST /checkout".
func JourneyName(sig *trace.Signature) string {
	return joinWords(sig.Service, routeOf(sig))
}

// Operation names what a span did, for places and for grouping spans that do the same: service
// and operation, ids folded, "cart GET /items/{id}" or "orders SELECT lines".
func Operation(sig *trace.Signature) string {
	if q := queryOf(sig); q != "" {
		return joinWords(sig.Service, q)
	}
	return joinWords(sig.Service, routeOf(sig))
}

// routeOf returns what a request asks for: the route of its template, the method of its RPC, the
// destination of its message; else its name, folded. A name that is a bare method says nothing,
// so the path stands beside it.
func routeOf(sig *trace.Signature) string {
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
	service, _ = sig.Attr("rpc.service")
	method, _ = sig.Attr("rpc.method")
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

// queryOf returns what a database span did: its summary if there is one, else its name with the
// verb and the table that the name leaves out. It is empty for other spans.
func queryOf(sig *trace.Signature) string {
	if s := value(sig, []string{"db.query.summary"}); s != "" {
		return Fold(s)
	}
	verb, table := verbAndTableOf(value(sig, statements))
	if v := value(sig, verbs); v != "" {
		verb = v
	}
	if t := value(sig, tables); t != "" {
		table = t
	}
	if verb == "" && table == "" {
		return ""
	}
	return withWord(withWord(Fold(sig.Name), verb), Fold(table))
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

func matchesRoute(gs Globs, sig *trace.Signature) bool {
	route := routeOf(sig)
	if gs.find(route) != "" {
		return true
	}
	first, rest, _ := strings.Cut(route, " ")
	return isMethod(first) && gs.find(rest) != ""
}

// failureKeys say that an attempt failed, was repeated, or was answered by a redirect or a demand to log in.
var failureKeys = []string{
	"http.request.resend_count", "http.resend_count", "retry.count", "grpc.previous-rpc-attempts", "previous-rpc-attempts",
	"http.response.status_code", "http.status_code", "rpc.grpc.status_code", "rpc.response.status_code", "grpc.status_code",
	"error", "error.type", "exception.type", "otel.status_code", "response_flags", "cache.hit", "spymemcached.result",
	"http.conn.reused", "db.response.status_code", "messaging.consumer.group.name", "messaging.kafka.consumer.group",
}

// sliceKeys are the attributes by which requests are compared where a plan names none.
var sliceKeys = []string{
	"cloud.region", "cloud.availability_zone", "service.version", "deployment.environment", "deployment.environment.name",
	"tenant.id", "service.instance.id", "host.name", "k8s.pod.name", "k8s.node.name", "k8s.cluster.name",
	"feature_flag.key", "feature_flag.variant", "user_agent.name", "device.type",
	"tailsampling.policy", "tailsampling.composite_policy", "meta.refinery.reason", "sampling.policy",
}

// ComparableKeys lists the attributes by which requests are compared: where they ran, which
// version served them, for whom.
func ComparableKeys() []string { return slices.Clone(sliceKeys) }

// Route returns what a request with this root asks for, as JourneyName has it.
func Route(sig *trace.Signature) string { return routeOf(sig) }
