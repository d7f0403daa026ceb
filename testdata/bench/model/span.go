package model

// An Attr is an attribute. Its value is a string, int64, float64, bool or []string.
type Attr struct {
	Key   string
	Value any
}

// Attrs are attributes in the order in which instrumentation sets them.
type Attrs []Attr

// number returns the value of key; 0 if it is not there.
func (a Attrs) number(key string) int64 {
	for _, at := range a {
		if n, ok := at.Value.(int64); ok && at.Key == key {
			return n
		}
	}
	return 0
}

// A Kind is OTLP's number for the kind of a span.
type Kind int

// The kinds that spans of the model have.
const (
	Internal Kind = 1 + iota
	Server
	Client
	Producer
	Consumer
)

// String returns the kind as Jaeger spells it.
func (k Kind) String() string {
	return [...]string{"unspecified", "internal", "server", "client", "producer", "consumer"}[k]
}

// An Event is a moment within a span, at nanoseconds since the Unix epoch.
type Event struct {
	At    int64
	Name  string
	Attrs Attrs
}

// A Span is one span. Times are nanoseconds since the Unix epoch.
type Span struct {
	Trace      [16]byte
	ID, Parent [8]byte // no parent: zero
	Name       string
	Kind       Kind
	Start, End int64
	Attrs      Attrs
	Events     []Event
	Link       *Span // a span that caused it besides its parent; nil: none
	Failed     bool
	Message    string // why it failed; may be empty
	Pod        *Pod
	Scope      *Scope
}

// A Scope is the library that made a span.
type Scope struct{ Name, Version string }

// Scopes are all of them.
var Scopes = []*Scope{
	{"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp", "0.63.0"},
	{"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc", "0.63.0"},
	{"io.opentelemetry.jdbc", "2.20.1-alpha"},
	{"@opentelemetry/instrumentation-kafkajs", "0.13.0"},
	{"tickets.internal", "1.4.0"},
}

// The scopes by what they watch.
var (
	overHTTP, overGRPC = Scopes[0], Scopes[1]
	overSQL, overKafka = Scopes[2], Scopes[3]
	byHand             = Scopes[4]
)
