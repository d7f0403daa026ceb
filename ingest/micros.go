package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// What Jaeger and Zipkin have in common: start and duration in microseconds, and tags that
// carry the facts for which OpenTelemetry has fields.

// A microTimes gathers the times of a span, as nanoseconds.
type microTimes struct {
	start, duration       int64
	hasStart, hasDuration bool
	ok                    bool
}

// micros reads microseconds as nanoseconds.
func (t *microTimes) micros(v []byte) int64 {
	if v == nil {
		return 0
	}
	n, ok := jsontext.Decimal(v, 3)
	t.ok = t.ok && ok
	return n
}

// microSpan gives the drafted span its times.
func (f *file) microSpan(t microTimes) {
	d := &f.draft
	d.Start, d.zero = t.start, t.hasStart
	d.End = t.start + t.duration
	d.zero = t.hasStart
	if !t.ok || t.start < 0 || (t.duration > 0 && d.End < 0) {
		d.refuse(&BadTime, d.Name)
		return
	}
	if !t.hasDuration && (t.start > 0 || t.hasStart) {
		d.Flags |= trace.Unfinished
	}
}

// tag takes one tag of a span: a fact that OpenTelemetry has a field for, an attribute, or
// both.
func (f *file) tag(key, value []byte) {
	k := f.Interner.Key(key)
	if k.Role != plainKey {
		f.tagRole(k.Role, value)
	}
	if k.Keep {
		f.attr(k, value)
	}
}

func (f *file) tagRole(r role, value []byte) {
	d := &f.draft
	switch r {
	case kindKey:
		kind, ok := trace.KindOf(string(value))
		if !ok && len(value) > 0 {
			d.doubt |= kindDoubt
		}
		d.Kind = kind
	case errorKey:
		if string(value) == "true" {
			d.Flags |= trace.Failed
		}
	case statusKey:
		if string(value) == "ERROR" {
			d.Flags |= trace.Failed
		}
	case scopeKey:
		d.Scope = f.Interner.Scope(value)
	case traceStateKey:
		d.traceState(value)
	case attrsDroppedKey:
		d.dropped(attrsDropped, positive(value))
	case eventsDroppedKey:
		d.dropped(eventsDropped, positive(value))
	case linksDroppedKey:
		d.dropped(linksDropped, positive(value))
	}
}

// hexOrName reads a trace id in hex of any length; other text, which hand-made files have,
// is taken as a name.
func (f *file) hexOrName(v []byte) trace.ID {
	if id, ok := hexTraceID(v); ok || len(v) == 0 {
		return id
	}
	f.draft.doubt |= opaqueDoubt
	return trace.OpaqueID(string(v))
}

// hexOrNameSpan is hexOrName for a span id.
func (f *file) hexOrNameSpan(v []byte) trace.SpanID {
	if id, ok := hexSpanID(v); ok || len(v) == 0 {
		return id
	}
	f.draft.doubt |= opaqueDoubt
	return trace.OpaqueSpanID(string(v))
}
