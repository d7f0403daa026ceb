package export

import (
	"encoding/binary"
	"io"
	"iter"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/trace"
)

var otlpJSON = Format{
	Name: "otlp", Extension: "otlp.jsonl",
	Doc:   "OTLP JSON, one line a trace, as the collector's file exporter writes it",
	Loses: otlpLoses,
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		var m ptrace.JSONMarshaler
		for spans := range traces {
			line, err := m.MarshalTraces(otlp(spans))
			if err != nil {
				return err
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
		return nil
	},
}

var otlpProto = Format{
	Name: "otlp-proto", Extension: "otlp.pb",
	Doc:   "OTLP protobuf, each trace behind its length as 32 bits, as the collector's file exporter writes it",
	Loses: otlpLoses,
	Write: func(w io.Writer, traces iter.Seq[[]trace.Span]) error {
		var m ptrace.ProtoMarshaler
		for spans := range traces {
			message, err := m.MarshalTraces(otlp(spans))
			if err != nil {
				return err
			}
			framed := binary.BigEndian.AppendUint32(nil, uint32(len(message)))
			if _, err := w.Write(append(framed, message...)); err != nil {
				return err
			}
		}
		return nil
	},
}

var otlpLoses = []Loss{losesFollows, losesShared}

// otlp groups spans by what they share: runs of the same resource, then of the same scope.
func otlp(spans []trace.Span) ptrace.Traces {
	td := ptrace.NewTraces()
	var last *trace.Signature
	var scope ptrace.ScopeSpans
	for i := range spans {
		sig := spans[i].Sig
		if last == nil || !sameSource(sig, last) {
			rs := td.ResourceSpans().AppendEmpty()
			resource(rs.Resource().Attributes(), sig)
			scope = rs.ScopeSpans().AppendEmpty()
			scope.Scope().SetName(sig.Scope)
			last = sig
		}
		otlpSpan(scope.Spans().AppendEmpty(), &spans[i])
	}
	return td
}

func sameSource(a, b *trace.Signature) bool {
	if a.Service != b.Service || a.Host != b.Host || a.Scope != b.Scope || len(a.Resource) != len(b.Resource) {
		return false
	}
	for i := range a.Resource {
		if a.Resource[i] != b.Resource[i] {
			return false
		}
	}
	return true
}

func resource(m pcommon.Map, sig *trace.Signature) {
	if sig.Service != "" {
		m.PutStr("service.name", sig.Service)
	}
	for _, a := range sig.Resource {
		m.PutStr(a.Key, a.Value)
	}
	if sig.Host != "" && !hasHost(sig) {
		m.PutStr("host.name", sig.Host)
	}
}

// hasHost reports whether the resource still says where it ran, so that it need not be told.
func hasHost(sig *trace.Signature) bool {
	for _, a := range sig.Resource {
		if a.Value == sig.Host {
			return true
		}
	}
	return false
}

// The bits of OTLP's flags that say where the parent is.
const (
	otlpHasRemote = 0x100
	otlpIsRemote  = 0x200
)

func otlpSpan(out ptrace.Span, s *trace.Span) {
	out.SetTraceID(traceID(s.Trace))
	out.SetSpanID(spanID(s.ID))
	out.SetParentSpanID(spanID(s.Parent))
	out.SetName(s.Sig.Name)
	out.SetKind(ptrace.SpanKind(s.Sig.Kind))
	out.SetStartTimestamp(pcommon.Timestamp(s.Start))
	if !s.Flags.Has(trace.Unfinished) {
		out.SetEndTimestamp(pcommon.Timestamp(s.End))
	}
	switch {
	case s.Flags.Has(trace.RemoteParent):
		out.SetFlags(otlpHasRemote | otlpIsRemote)
	case s.Flags.Has(trace.LocalParent):
		out.SetFlags(otlpHasRemote)
	}
	if s.Flags.Has(trace.Failed) {
		out.Status().SetCode(ptrace.StatusCodeError)
	}
	if s.Flags.Has(trace.Sampled) {
		out.TraceState().FromRaw("ot=th:" + thresholdText(s.Threshold))
	}
	for _, a := range s.Sig.Attrs {
		out.Attributes().PutStr(a.Key, a.Value)
	}
	for _, e := range s.Events() {
		event := out.Events().AppendEmpty()
		event.SetName(e.Name)
		event.SetTimestamp(pcommon.Timestamp(e.At))
	}
	for _, l := range s.Links() {
		link := out.Links().AppendEmpty()
		link.SetTraceID(traceID(l.Trace))
		link.SetSpanID(spanID(l.Span))
	}
}

func traceID(id trace.ID) (b pcommon.TraceID) {
	binary.BigEndian.PutUint64(b[:8], id.Hi)
	binary.BigEndian.PutUint64(b[8:], id.Lo)
	return b
}

func spanID(id trace.SpanID) (b pcommon.SpanID) {
	binary.BigEndian.PutUint64(b[:], uint64(id))
	return b
}

// thresholdText spells a threshold as the trace state does: 14 hex digits without those zeros
// at the end that say nothing.
func thresholdText(th uint64) string {
	digits := strconv.FormatUint(1<<56|th, 16)[1:]
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits
}
