package export

import (
	"io"
	"iter"

	"github.com/longpole/longpole/trace"
)

// A Format is a way to write traces.
type Format struct {
	Name, Doc string
	Extension string
	Loses     []Loss // what of a span the format has no place for; empty if nothing
	// Write writes the spans of one trace after the other. It returns only errors of w, if all
	// text is UTF-8, as ingest gives it: OTLP protobuf has no other.
	Write func(w io.Writer, traces iter.Seq[[]trace.Span]) error
}

// String returns the name.
func (f Format) String() string { return f.Name }

// Formats lists every format in the order of the help.
var Formats = []Format{OTLP, OTLPProto, Jaeger, JaegerProto, Zipkin}
