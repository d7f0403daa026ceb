package export

import (
	"io"
	"iter"

	"github.com/longpole/longpole/internal/otlpjson"
	"github.com/longpole/longpole/trace"
)

// OTLP is OTLP as lines of JSON.
var OTLP = Format{
	Name: "otlp", Extension: "otlp.jsonl",
	Doc:   "OTLP JSON, one line a trace, as the collector's file exporter writes it",
	Loses: otlpLoses,
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		var messages otlpMessages
		var line otlpjson.Line
		for spans := range traces {
			line = line[:0]
			appendTrace(&line, spans, &messages)
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
		return nil
	},
}

func appendTrace(line *otlpjson.Line, spans []trace.Span, messages *otlpMessages) {
	line.Begin()
	for group := range bySource(spans) {
		line.BeginResource(messages.resourceOf(group[0].Sig))
		line.BeginScope(messages.scopeOf(group[0].Sig))
		for i := range group {
			line.Span(messages.spanOf(&group[i]))
		}
		line.EndScope("")
		line.EndResource("")
	}
	line.End()
}
