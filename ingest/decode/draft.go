package decode

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// A Draft is the span that is being decoded, with what was noticed about it.
type Draft struct {
	spanstore.Draft
	notes
	Reject *trace.Code // why it cannot be used; nil if it can
	quote  []byte      // what the reason is about
	late   []lateAttr  // attributes that are kept only if the span turns out to be an entry
	text   []byte      // their values
}

// A lateAttr is an attribute whose value ends at a place of the draft's text.
type lateAttr struct {
	key *spanstore.Key
	end int
}

// isEntry reports whether a request may begin at the span, or enters a service there.
func (d *Draft) isEntry() bool {
	return d.Kind == trace.Server || d.Kind == trace.Consumer || d.Parent == 0 || d.Flags.Has(trace.RemoteParent)
}

// Notes are what is noticed about one span. They are cleared at a stroke.
type notes struct {
	At      int64  // where the span stands in the stream
	Seen    uint32 // JSON keys met, to notice one that comes twice
	zero    bool   // a start of zero is meant: times count from the start of the trace
	Doubt   Doubt
	notUTF8 bool // the name of an event, or a value apart, was not UTF-8
}

// A Doubt is one bit for each finding that may be made while a span is decoded and that
// counts only if the span is used.
type Doubt uint16

const (
	cutDoubt Doubt = 1 << iota
	KindDoubt
	AttrDoubt
	opaqueDoubt
	TwiceDoubt
	AttrsDropped
	EventsDropped
	LinksDropped
	WarningDoubt
	FloatDoubt
)

var doubtCodes = [...]trace.Code{CutValue, BadKind, BadAttribute, OpaqueID, DuplicateKey, DroppedAttributes, DroppedEvents, DroppedLinks, SourceWarning, FloatTime}

// Reset begins a span that stands at a position of the stream.
func (d *Draft) Reset(at int64, res, scope uint32) {
	d.Draft.Reset(res, scope)
	d.notes = notes{At: at}
	d.Reject, d.quote = nil, d.quote[:0]
	d.late, d.text = d.late[:0], d.text[:0]
}

// DroppedBySource notes that the SDK says that it left something out.
func (d *Draft) DroppedBySource(what Doubt, really bool) {
	if really {
		d.Doubt |= what
	}
}

// Refuse marks the span as unusable; the first reason counts.
func (d *Draft) Refuse(code *trace.Code, quote []byte) {
	if d.Reject == nil {
		d.Reject = code
		d.quote = append(d.quote[:0], quote[:min(len(quote), 80)]...)
	}
}

// The bits of OTLP's flags that say where the parent is: nothing is known without the first.
const (
	otlpHasRemote = 0x100
	otlpIsRemote  = 0x200
)

// ParentFlags reads what OTLP's flags say of the parent.
func (d *Draft) ParentFlags(flags uint64) {
	if flags&otlpHasRemote != 0 {
		d.ParentIsRemote(flags&otlpIsRemote != 0)
	}
}

// ParentIsRemote notes where the parent is. SDKs say it of roots, too, which have none: the store
// drops it there.
func (d *Draft) ParentIsRemote(yes bool) {
	if yes {
		d.Flags |= trace.RemoteParent
		return
	}
	d.Flags |= trace.LocalParent
}

// TraceState reads the sampling threshold of OpenTelemetry's member: "ot=th:8;rv:..." says
// that 8/16 of the traces like this one were dropped.
func (d *Draft) TraceState(list []byte) {
	th, ok := Threshold(list)
	if ok {
		d.Threshold = th
		d.Flags |= trace.Sampled
	}
}

// Threshold reads the sampling threshold of OpenTelemetry from a trace state.
func Threshold(list []byte) (th uint64, ok bool) {
	for member := range splitSeq(list, ',') {
		if len(member) < 4 || string(member[:3]) != "ot=" {
			continue
		}
		for field := range splitSeq(member[3:], ';') {
			if len(field) > 3 && len(field) <= 3+14 && string(field[:3]) == "th:" {
				n, ok := jsontext.HexDigits(field[3:])
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
