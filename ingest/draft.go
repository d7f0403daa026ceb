package ingest

import (
	"github.com/longpole/longpole/trace"
)

// A draft is the span that is being decoded. Its slices are reused from span to span, and
// name may point into the window: it holds only until the next span.
type draft struct {
	plain
	name   []byte
	words  []uint32 // of the part: room for scope, kind and name, then numbers of attributes
	apart  []uint32 // numbers of attributes that stay out of the signature
	events []trace.Event
	links  []trace.Link
	reject *trace.Code
	quote  []byte
}

// What is plain of a draft is cleared at a stroke.
type plain struct {
	trace      trace.ID
	id, parent trace.SpanID
	start, end int64
	threshold  uint64
	at         int64 // where the span stands in the stream
	res, scope uint32
	seen       uint32 // JSON keys met, to notice one that comes twice
	kind       trace.Kind
	flags      trace.Flags
	zero       bool // a start of zero is meant: times count from the start of the trace
	doubt      doubt
	odd        bool // the name of an event, or a value apart, was not UTF-8
}

// A doubt is one bit for each finding that may be made while a span is decoded and that
// counts only if the span is used.
type doubt uint16

const (
	cutDoubt doubt = 1 << iota
	kindDoubt
	attrDoubt
	opaqueDoubt
	twiceDoubt
	attrsDropped
	eventsDropped
	linksDropped
	warningDoubt
	floatDoubt
)

var doubtCodes = [...]trace.Code{CutValue, BadKind, BadAttribute, OpaqueID, DuplicateKey, DroppedAttributes, DroppedEvents, DroppedLinks, SourceWarning, FloatTime}

func (d *draft) reset(at int64, res, scope uint32) {
	d.plain = plain{at: at, res: res, scope: scope}
	d.name, d.reject = nil, nil
	d.apart = d.apart[:0]
	d.words, d.events, d.links, d.quote = append(d.words[:0], 0, 0, 0), d.events[:0], d.links[:0], d.quote[:0]
}

// dropped notes that the SDK says that it left something out.
func (d *draft) dropped(what doubt, really bool) {
	if really {
		d.doubt |= what
	}
}

// refuse marks the span as unusable; the first reason counts.
func (d *draft) refuse(code *trace.Code, quote []byte) {
	if d.reject == nil {
		d.reject = code
		d.quote = append(d.quote[:0], quote[:min(len(quote), 80)]...)
	}
}

// traceState reads the sampling threshold of OpenTelemetry's member: "ot=th:8;rv:..." says
// that 8/16 of the traces like this one were dropped.
func (d *draft) traceState(list []byte) {
	th, ok := threshold(list)
	if ok {
		d.threshold = th
		d.flags |= trace.Sampled
	}
}

// The bits of OTLP's flags that say where the parent is: nothing is known without the first.
const (
	otlpHasRemote = 0x100
	otlpIsRemote  = 0x200
)

// parentFlags reads what OTLP's flags say of the parent.
func (d *draft) parentFlags(flags uint64) {
	if flags&otlpHasRemote != 0 {
		d.parentIsRemote(flags&otlpIsRemote != 0)
	}
}

// parentIsRemote notes where the parent is. SDKs say it of roots, too, which have none: see add.
func (d *draft) parentIsRemote(yes bool) {
	if yes {
		d.flags |= trace.RemoteParent
		return
	}
	d.flags |= trace.LocalParent
}

func threshold(list []byte) (th uint64, ok bool) {
	for member := range splitSeq(list, ',') {
		if len(member) < 4 || string(member[:3]) != "ot=" {
			continue
		}
		for field := range splitSeq(member[3:], ';') {
			if len(field) > 3 && len(field) <= 3+14 && string(field[:3]) == "th:" {
				n, ok := hexDigits(field[3:])
				return n << (4 * (14 - (len(field) - 3))), ok
			}
		}
	}
	return 0, false
}

// splitSeq yields the parts of b between sep, without blanks around them.
func splitSeq(b []byte, sep byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		from := 0
		for i := 0; i <= len(b); i++ {
			if i < len(b) && b[i] != sep {
				continue
			}
			if !yield(trimBlank(b[from:i])) {
				return
			}
			from = i + 1
		}
	}
}

func trimBlank(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
