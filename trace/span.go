package trace

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Time is an instant in nanoseconds since the Unix epoch. Differences of two are a
// time.Duration; neither becomes a float before it is printed.
type Time int64

// Sub returns the time from o to t.
func (t Time) Sub(o Time) time.Duration { return time.Duration(t - o) }

// Add returns t moved by d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Kind is OpenTelemetry's SpanKind, with its numbers.
type Kind uint8

// The kinds of OpenTelemetry's SpanKind.
const (
	Unspecified Kind = iota
	Internal
	Server
	Client
	Producer
	Consumer
)

var kindNames = [...]string{"unspecified", "internal", "server", "client", "producer", "consumer"}

// String returns OpenTelemetry's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[0]
}

// KindOf reads a kind's name in any case, with or without OTLP's SPAN_KIND_ or Python's
// SpanKind. before it; a name that is no kind gives Unspecified and false.
func KindOf(name string) (Kind, bool) {
	for k, n := range kindNames {
		if hasSuffixFold(name, n) {
			return Kind(k), true
		}
	}
	return Unspecified, false
}

func hasSuffixFold(s, suffix string) bool {
	cut := len(s) - len(suffix)
	if cut < 0 || (cut > 0 && s[cut-1] != '_' && s[cut-1] != '.') {
		return false
	}
	for i := range len(suffix) {
		if s[cut+i]|0x20 != suffix[i] {
			return false
		}
	}
	return true
}

// Flags are facts about one span that a single bit can hold.
type Flags uint16

// The facts a span can carry besides its signature.
const (
	// Failed: the span's status is ERROR (OTLP), or its error tag is set (Jaeger, Zipkin).
	Failed Flags = 1 << iota
	// FollowsFrom: the parent is tied by an OpenTracing FOLLOWS_FROM reference only, so it did not wait.
	FollowsFrom
	// Shared: Zipkin's shared:true, the server half of a span id that the client made.
	Shared
	// Unfinished: how long the span took is not known; End equals Start. The export holds no end
	// (or no duration), or one before the start.
	Unfinished
	// Sampled: Threshold holds the span's sampling threshold.
	Sampled
	// GaveUp: assembly found that this callee worked on after its caller had stopped waiting.
	GaveUp
	// OneWay: assembly found that this callee's caller had its answer long before the callee's end.
	OneWay
	// RemoteParent: the export says that the parent is a span of another process.
	RemoteParent
	// LocalParent: the export says that the parent is a span of the same process.
	LocalParent
)

// Has reports whether every fact of o is among f.
func (f Flags) Has(o Flags) bool { return f&o == o }

// An Attr is one attribute, its value spelled as text.
type Attr struct{ Key, Value string }

// Attrs is a list of attributes in order of their keys, each key once.
type Attrs []Attr

// Get returns the value of key; ok is false if the list does not hold it.
func (a Attrs) Get(key string) (value string, ok bool) {
	for i := range a {
		if a[i].Key == key {
			return a[i].Value, true
		}
	}
	return "", false
}

// Sort orders a by key and keeps the first of the attributes that share one.
func (a Attrs) Sort() Attrs {
	slices.SortStableFunc(a, func(x, y Attr) int { return cmp.Compare(x.Key, y.Key) })
	return slices.CompactFunc(a, func(x, y Attr) bool { return x.Key == y.Key })
}

// UnknownService is what a service without service.name is called: what OpenTelemetry's SDKs say, too, unless
// somebody names it.
const UnknownService = "unknown_service"

// A Signature is what a span is, as opposed to when it was: all spans alike share one, so
// what a span means is decided once per signature and not once per span. Attrs and Resource
// hold only the attributes that a rule, a slice or an expression can ask for.
type Signature struct {
	// What every span is asked for stands together, in one line of the processor's cache.
	Kind   Kind
	device uint32 // see OnDevice
	// Number is the signature's place among those of a run, so that what is known of it can
	// stand in a slice. Signatures of different runs may share it: compare the pointer, too.
	Number   uint32
	Service  string // service.name of the resource; UnknownService if none was read
	Host     string // identity of the machine or instance whose clock was read; empty if unknown
	Scope    string // name of the instrumentation scope
	Name     string
	Attrs    Attrs // of the span
	Resource Attrs
}

// IsNameless reports whether nobody gave the service a name: SDKs then say unknown_service:node.
func (s *Signature) IsNameless() bool {
	rest, found := strings.CutPrefix(s.Service, UnknownService)
	return found && (rest == "" || rest[0] == ':')
}

// Attr returns the value of key on the span, else on its resource.
func (s *Signature) Attr(key string) (value string, ok bool) {
	if value, ok = s.Attrs.Get(key); ok {
		return value, true
	}
	return s.Resource.Get(key)
}

// First returns the value of the first of keys that the span or its resource has.
func (s *Signature) First(keys ...string) (value string, ok bool) {
	for _, k := range keys {
		if value, ok = s.Attr(k); ok {
			return value, true
		}
	}
	return "", false
}

// Compare orders signatures by content, so that an order of spans does not depend on which
// one was read first.
func (s *Signature) Compare(o *Signature) int {
	if s == o {
		return 0
	}
	return cmp.Or(
		cmp.Compare(s.Service, o.Service),
		cmp.Compare(s.Name, o.Name),
		cmp.Compare(s.Kind, o.Kind),
		cmp.Compare(s.Host, o.Host),
		cmp.Compare(s.Scope, o.Scope),
		slices.CompareFunc(s.Attrs, o.Attrs, compareAttr),
		slices.CompareFunc(s.Resource, o.Resource, compareAttr),
	)
}

func compareAttr(a, b Attr) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
}

// An Event is a moment inside a span that a rule can read a phase from ("http.dns.start").
type Event struct {
	Name string
	At   Time
}

// A Link points at a span of this or another trace that is not the parent.
type Link struct {
	Trace ID
	Span  SpanID
}

// More holds what few spans have.
type More struct {
	Events []Event
	Links  []Link
	// Attrs are attributes of the span that are kept apart from its signature, because they
	// differ between spans that are alike in all else: a tenant, a user. Spans may share it.
	Attrs Attrs
	// Number is the place of Attrs among such lists of a run, so that what is known of it can
	// stand in a slice. It says nothing else: lists of different runs may have the same.
	Number uint32
}

// A Span is one span as it was exported. Start <= End holds only after assembly.
type Span struct {
	Trace      ID
	ID, Parent SpanID // Parent is zero for a root
	Start, End Time
	Sig        *Signature
	More       *More  // nil for most spans
	Target     uint64 // hash of what a call is about, to tell the next call from a repeated one; 0 if it does not say
	Threshold  uint64 // 56-bit rejection threshold of consistent probability sampling, when Sampled
	Flags      Flags
}

// Duration returns how long the span took; negative if the export says so.
func (s *Span) Duration() time.Duration { return s.End.Sub(s.Start) }

// Apart returns the attributes that are not in the span's signature.
func (s *Span) Apart() Attrs {
	if s.More == nil {
		return nil
	}
	return s.More.Attrs
}

// Attr returns the value of key on the span, else on its resource.
func (s *Span) Attr(key string) (value string, ok bool) {
	if value, ok = s.Apart().Get(key); ok {
		return value, true
	}
	return s.Sig.Attr(key)
}

// Events returns the span's timing events in the order of the export.
func (s *Span) Events() []Event {
	if s.More == nil {
		return nil
	}
	return s.More.Events
}

// Links returns the span's links.
func (s *Span) Links() []Link {
	if s.More == nil {
		return nil
	}
	return s.More.Links
}
