package ingest

import (
	"time"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/trace"
)

func (d *draft) otlpTraceID(v []byte) {
	id, ok := anyTraceID(v)
	if !ok || id.IsZero() {
		d.refuse(&BadTraceID, v)
	}
	d.Trace = id
}

func (d *draft) otlpSpanID(v []byte) {
	id, ok := anySpanID(v)
	if !ok || id == 0 {
		d.refuse(&BadSpanID, v)
	}
	d.ID = id
}

func (d *draft) otlpParentID(v []byte) {
	if len(v) == 0 {
		return
	}
	id, ok := anySpanID(v)
	if !ok {
		d.refuse(&BadParentID, v)
	}
	d.Parent = id
}

// otlpKind reads the number, or the name that Tempo and Grafana write.
func (d *draft) otlpKind(v []byte) trace.Kind {
	if n, ok := jsontext.PlainDigits(v); ok && n <= int64(trace.Consumer) {
		return trace.Kind(n)
	}
	k, ok := trace.KindOf(string(v))
	if !ok && len(v) > 0 {
		d.doubt |= kindDoubt
	}
	return k
}

// link keeps a link of the drafted span, unless it points nowhere.
func (d *draft) link(l trace.Link) {
	if l.Trace.IsZero() && l.Span == 0 {
		return
	}
	d.Links = append(d.Links, l)
}

func (d *draft) protoTraceID(b []byte) trace.ID {
	id, ok := bytesTraceID(b)
	if !ok || id.IsZero() {
		d.refuse(&BadTraceID, hexOf(b))
	}
	return id
}

// protoSpanID reads a span id; a parent's may be missing.
func (d *draft) protoSpanID(b []byte, bad *trace.Code) trace.SpanID {
	if len(b) == 0 && bad == &BadParentID {
		return 0
	}
	id, ok := bytesSpanID(b)
	if !ok {
		d.refuse(bad, hexOf(b))
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

// sound refuses the span if a message inside of it is damaged.
func (d *draft) sound(ok bool) {
	if !ok {
		d.refuse(&Malformed, d.Name)
	}
}

// rfc3339 reads a time with its zone; the zero time of year 1 is no time.
func (d *draft) rfc3339(v []byte) int64 {
	t, err := time.Parse(time.RFC3339Nano, string(v))
	if err != nil {
		d.refuse(&BadTime, v)
		return 0
	}
	if year := t.Year(); year < 1970 || year > 2261 {
		if !t.IsZero() {
			d.refuse(&BadTime, v)
		}
		return 0
	}
	return t.UnixNano()
}

// hexOrName reads a trace id in hex of any length; other text, which hand-made files have,
// is taken as a name.
func (d *draft) hexOrName(v []byte) trace.ID {
	if id, ok := hexTraceID(v); ok || len(v) == 0 {
		return id
	}
	d.doubt |= opaqueDoubt
	return trace.OpaqueID(string(v))
}

// hexOrNameSpan is hexOrName for a span id.
func (d *draft) hexOrNameSpan(v []byte) trace.SpanID {
	if id, ok := hexSpanID(v); ok || len(v) == 0 {
		return id
	}
	d.doubt |= opaqueDoubt
	return trace.OpaqueSpanID(string(v))
}

// microSpan gives the drafted span its times.
func (d *draft) microSpan(t microTimes) {
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

// check refuses what cannot be placed in time or told apart.
func (d *draft) check() {
	switch {
	case d.reject != nil:
	case d.Trace.IsZero():
		d.refuse(&BadTraceID, nil)
	case d.ID == 0:
		d.refuse(&BadSpanID, nil)
	case d.Start == 0 && !d.zero:
		d.refuse(&NoStart, d.Name)
	case d.Start < 0 || d.End < 0:
		d.refuse(&BadTime, d.Name)
	case d.End == 0 && d.Start > 0:
		d.End = d.Start
		d.Flags |= trace.Unfinished
	case d.End-d.Start > int64(year) || d.Start-d.End > int64(year):
		d.refuse(&TooLong, d.Name)
	}
}
