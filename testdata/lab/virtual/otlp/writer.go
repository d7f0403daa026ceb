// Package otlp writes spans as the file exporter of the OpenTelemetry
// collector does: a batch on each line, spans by resource and scope.
package otlp

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strconv"
)

// Kinds of spans.
const (
	Internal = 1 + iota
	Server
	Client
	Producer
	Consumer
)

// Attr is an attribute; its value is a string, an int or a bool.
type Attr struct {
	Key   string
	Value any
}

// Resource is who made a span. Spans of the same pointer share an entry of a batch.
type Resource struct{ Attrs []Attr }

// TraceID has the half that tells runs apart first.
type TraceID [2]uint64

// Span is one span. Start and End are nanoseconds since 1970.
type Span struct {
	Resource   *Resource
	Scope      string
	Trace      TraceID
	ID, Parent uint64
	Links      []uint64 // ids of spans of the same trace
	State      string   // W3C trace state
	Name       string
	Kind       int
	Start, End int64
	Attrs      []Attr
	Events     []Event
	Failed     bool
}

// Event is a moment inside a span.
type Event struct {
	Name string
	At   int64
}

// Writer collects spans into batches.
type Writer struct {
	out   *bufio.Writer
	batch []*Span
	line  []byte
	err   error
}

const batchSize = 512

// NewWriter writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 1<<20)} }

// Write hands over the spans of one trace.
func (w *Writer) Write(spans []*Span) {
	w.batch = append(w.batch, spans...)
	if len(w.batch) >= batchSize {
		w.flush()
	}
}

// Close writes what is left, and says what went wrong if anything did.
func (w *Writer) Close() error {
	w.flush()
	if err := w.out.Flush(); w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *Writer) flush() {
	if len(w.batch) == 0 || w.err != nil {
		return
	}
	w.line = append(w.line[:0], `{"resourceSpans":[`...)
	for i, group := range grouped(w.batch, func(s *Span) *Resource { return s.Resource }) {
		w.line = w.comma(i)
		w.resource(group)
	}
	w.line = append(w.line, "]}\n"...)
	_, w.err = w.out.Write(w.line)
	w.batch = w.batch[:0]
}

func (w *Writer) resource(spans []*Span) {
	w.line = append(w.line, `{"resource":{"attributes":`...)
	w.attributes(spans[0].Resource.Attrs)
	w.line = append(w.line, `},"scopeSpans":[`...)
	for i, group := range grouped(spans, func(s *Span) string { return s.Scope }) {
		w.line = w.comma(i)
		w.line = append(w.line, `{"scope":{"name":`...)
		w.line = strconv.AppendQuote(w.line, group[0].Scope)
		w.line = append(w.line, `},"spans":[`...)
		for j, s := range group {
			w.line = w.comma(j)
			w.span(s)
		}
		w.line = append(w.line, "]}"...)
	}
	w.line = append(w.line, "]}"...)
}

func (w *Writer) span(s *Span) {
	w.line = append(w.line, `{"traceId":"`...)
	w.line = appendID(appendID(w.line, s.Trace[0]), s.Trace[1])
	w.line = append(w.line, `","spanId":"`...)
	w.line = appendID(w.line, s.ID)
	if s.State != "" {
		w.line = append(w.line, `","traceState":"`...)
		w.line = append(w.line, s.State...)
	}
	if s.Parent != 0 {
		w.line = append(w.line, `","parentSpanId":"`...)
		w.line = appendID(w.line, s.Parent)
	}
	w.line = append(w.line, `","name":`...)
	w.line = strconv.AppendQuote(w.line, s.Name)
	w.line = append(w.line, `,"kind":`...)
	w.line = strconv.AppendInt(w.line, int64(s.Kind), 10)
	w.time(`,"startTimeUnixNano":"`, s.Start)
	w.time(`,"endTimeUnixNano":"`, s.End)
	if len(s.Attrs) > 0 {
		w.line = append(w.line, `,"attributes":`...)
		w.attributes(s.Attrs)
	}
	w.events(s.Events)
	w.links(s)
	if s.Failed {
		w.line = append(w.line, `,"status":{"code":2}}`...)
		return
	}
	w.line = append(w.line, `,"status":{}}`...)
}

func (w *Writer) time(name string, t int64) {
	w.line = append(w.line, name...)
	w.line = strconv.AppendInt(w.line, t, 10)
	w.line = append(w.line, '"')
}

func (w *Writer) events(list []Event) {
	for i, e := range list {
		if i == 0 {
			w.line = append(w.line, `,"events":[`...)
		}
		w.line = w.comma(i)
		w.line = append(w.line, '{')
		w.time(`"timeUnixNano":"`, e.At)
		w.line = append(w.line, `,"name":`...)
		w.line = strconv.AppendQuote(w.line, e.Name)
		w.line = append(w.line, '}')
	}
	if len(list) > 0 {
		w.line = append(w.line, ']')
	}
}

func (w *Writer) links(s *Span) {
	for i, id := range s.Links {
		if i == 0 {
			w.line = append(w.line, `,"links":[`...)
		}
		w.line = w.comma(i)
		w.line = append(w.line, `{"traceId":"`...)
		w.line = appendID(appendID(w.line, s.Trace[0]), s.Trace[1])
		w.line = append(w.line, `","spanId":"`...)
		w.line = append(appendID(w.line, id), `"}`...)
	}
	if len(s.Links) > 0 {
		w.line = append(w.line, ']')
	}
}

func (w *Writer) attributes(list []Attr) {
	w.line = append(w.line, '[')
	for i, a := range list {
		w.line = w.comma(i)
		w.line = append(w.line, `{"key":`...)
		w.line = strconv.AppendQuote(w.line, a.Key)
		w.line = append(w.line, `,"value":{`...)
		switch v := a.Value.(type) {
		case string:
			w.line = strconv.AppendQuote(append(w.line, `"stringValue":`...), v)
		case int:
			w.line = append(w.line, `"intValue":"`...)
			w.line = append(strconv.AppendInt(w.line, int64(v), 10), '"')
		case bool:
			w.line = strconv.AppendBool(append(w.line, `"boolValue":`...), v)
		}
		w.line = append(w.line, "}}"...)
	}
	w.line = append(w.line, ']')
}

func (w *Writer) comma(i int) []byte {
	if i > 0 {
		return append(w.line, ',')
	}
	return w.line
}

// ID is an id as OTLP writes it.
func (t TraceID) String() string { return string(appendID(appendID(nil, t[0]), t[1])) }

func appendID(to []byte, id uint64) []byte {
	return hex.AppendEncode(to, binary.BigEndian.AppendUint64(nil, id))
}

// grouped keeps the order in which groups first appear, and spans inside them.
func grouped[K comparable](spans []*Span, by func(*Span) K) [][]*Span {
	var out [][]*Span
	at := map[K]int{}
	for _, s := range spans {
		i, known := at[by(s)]
		if !known {
			i = len(out)
			at[by(s)] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	return out
}
