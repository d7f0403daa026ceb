package decode

import (
	"time"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

// ReadTraceID sets the trace id, in any spelling.
func (d *Draft) ReadTraceID(v []byte) {
	id, ok := AnyTraceID(v)
	if !ok || id.IsZero() {
		d.Refuse(&BadTraceID, v)
	}
	d.Trace = id
}

// ReadSpanID sets the span id, in any spelling.
func (d *Draft) ReadSpanID(v []byte) {
	id, ok := AnySpanID(v)
	if !ok || id == 0 {
		d.Refuse(&BadSpanID, v)
	}
	d.ID = id
}

// ReadParentID sets the parent, in any spelling; it may be missing.
func (d *Draft) ReadParentID(v []byte) {
	if len(v) == 0 {
		return
	}
	id, ok := AnySpanID(v)
	if !ok {
		d.Refuse(&BadParentID, v)
	}
	d.Parent = id
}

// ReadKind reads the number, or the name that Tempo and Grafana write.
func (d *Draft) ReadKind(v []byte) trace.Kind {
	if n, ok := jsontext.PlainDigits(v); ok && n <= int64(trace.Consumer) {
		return trace.Kind(n)
	}
	k, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		d.Doubt |= KindDoubt
	}
	return k
}

// Link keeps a Link of the drafted span, unless it points nowhere.
func (d *Draft) Link(l trace.Link) {
	if l.Trace.IsZero() && l.Span == 0 {
		return
	}
	d.Links = append(d.Links, l)
}

// TraceIDBytes reads the bytes of a trace id.
func (d *Draft) TraceIDBytes(b []byte) trace.ID {
	id, ok := BytesTraceID(b)
	if !ok || id.IsZero() {
		d.Refuse(&BadTraceID, hexOf(b))
	}
	return id
}

// SpanIDBytes reads a span id; a parent's may be missing.
func (d *Draft) SpanIDBytes(b []byte, bad *trace.Code) trace.SpanID {
	if len(b) == 0 && bad == &BadParentID {
		return 0
	}
	id, ok := BytesSpanID(b)
	if !ok {
		d.Refuse(bad, hexOf(b))
	}
	return id
}

func hexOf(b []byte) []byte {
	out := make([]byte, 0, 64)
	for _, c := range b[:min(len(b), 32)] {
		out = append(out, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
	}
	return out
}

// Sound refuses the span if a message inside of it is damaged.
func (d *Draft) Sound(ok bool) {
	if !ok {
		d.Refuse(&Malformed, d.Name)
	}
}

// RFC3339 reads the time of a span.
func (d *Draft) RFC3339(v []byte) int64 {
	n, ok := rfc3339(v)
	if !ok {
		d.Refuse(&BadTime, v)
	}
	return n
}

// MomentOf reads the time of an event, which costs nobody but the event if it is none.
func MomentOf(v []byte) int64 {
	n, _ := rfc3339(v)
	return n
}

// rfc3339 reads a time with its zone; the zero time of year 1 is no time.
func rfc3339(v []byte) (n int64, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, string(v))
	if err != nil {
		return 0, false
	}
	if year := t.Year(); year < 1970 || year > 2261 {
		return 0, t.IsZero()
	}
	return t.UnixNano(), true
}

// HexOrName reads a trace id in hex of any length; other text, which hand-made files have,
// is taken as a name.
func (d *Draft) HexOrName(v []byte) trace.ID {
	if id, ok := HexTraceID(v); ok || len(v) == 0 {
		return id
	}
	d.Doubt |= opaqueDoubt
	return trace.OpaqueID(string(v))
}

// HexOrNameSpan is hexOrName for a span id.
func (d *Draft) HexOrNameSpan(v []byte) trace.SpanID {
	if id, ok := HexSpanID(v); ok || len(v) == 0 {
		return id
	}
	d.Doubt |= opaqueDoubt
	return trace.OpaqueSpanID(string(v))
}

// SetMicros gives the drafted span its times.
func (d *Draft) SetMicros(t MicroTimes) {
	d.Start, d.zero = t.Start, t.HasStart
	d.End = t.Start + t.Duration
	d.zero = t.HasStart
	if !t.Ok || t.Start < 0 || (t.Duration > 0 && d.End < 0) {
		d.Refuse(&BadTime, d.Name)
		return
	}
	if !t.HasDuration && (t.Start > 0 || t.HasStart) {
		d.Flags |= trace.Unfinished
	}
}

// check refuses what cannot be placed in time or told apart.
func (d *Draft) check() {
	switch {
	case d.Reject != nil:
	case d.Trace.IsZero():
		d.Refuse(&BadTraceID, nil)
	case d.ID == 0:
		d.Refuse(&BadSpanID, nil)
	case d.Start == 0 && !d.zero:
		d.Refuse(&NoStart, d.Name)
	case d.Start < 0 || d.End < 0:
		d.Refuse(&BadTime, d.Name)
	case d.End == 0 && d.Start > 0:
		d.End = d.Start
		d.Flags |= trace.Unfinished
	case d.End-d.Start > int64(year) || d.Start-d.End > int64(year):
		d.Refuse(&TooLong, d.Name)
	}
}
