package ingest

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// The collector's own decoder says what well-formed OTLP means; ours must agree on every
// span that can be used.

func drawPdata(td ptrace.Traces) string {
	var lines []string
	for _, rs := range td.ResourceSpans().All() {
		var r spanstore.ResourceDraft
		t := spanstore.NewShard(spanstore.Options{}, spanstore.NewMemory(0, 1), nil).Interner
		for k, v := range rs.Resource().Attributes().All() {
			r.Add(t, t.Key([]byte(k)), []byte(k), []byte(spell(v)))
		}
		res := r.Resource(t)
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				if sp, ok := fromPdata(s, &res, ss.Scope().Name()); ok {
					lines = append(lines, drawSpan(&sp))
				}
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func fromPdata(s ptrace.Span, r *spanstore.Resource, scope string) (sp trace.Span, usable bool) {
	id, span, parent := s.TraceID(), s.SpanID(), s.ParentSpanID()
	start, end := int64(s.StartTimestamp()), int64(s.EndTimestamp())
	sig := &trace.Signature{Service: cmp.Or(r.Service, trace.UnknownService), Host: r.Host, Scope: scope, Name: s.Name(), Resource: r.Attrs}
	if s.Kind() >= 0 && s.Kind() <= 5 {
		sig.Kind = trace.Kind(s.Kind())
	}
	for k, v := range s.Attributes().All() {
		sig.Attrs = append(sig.Attrs, trace.Attr{Key: k, Value: cut(spell(v))})
	}
	sig.Attrs = sig.Attrs.Sort()
	sp = trace.Span{Start: trace.Time(start), End: trace.Time(end), Sig: sig, Parent: trace.SpanID(binary.BigEndian.Uint64(parent[:]))}
	sp.Trace, _ = decode.BytesTraceID(id[:])
	sp.ID, _ = decode.BytesSpanID(span[:])
	if end == 0 {
		sp.End, sp.Flags = sp.Start, trace.Unfinished
	}
	if s.Status().Code() == ptrace.StatusCodeError {
		sp.Flags |= trace.Failed
	}
	if th, ok := decode.Threshold([]byte(s.TraceState().AsRaw())); ok {
		sp.Threshold = th
		sp.Flags |= trace.Sampled
	}
	sp.More = pdataMore(s)
	const year = trace.Time(366 * 24 * time.Hour)
	long := sp.End-sp.Start > year || sp.Start-sp.End > year
	return sp, !sp.Trace.IsZero() && sp.ID != 0 && start > 0 && end >= 0 && !long
}

// cut is what is kept of a value: no rune is cut in two.
func cut(value string) string {
	for len(value) > 256 {
		_, size := utf8.DecodeLastRuneInString(value)
		value = value[:len(value)-size]
	}
	return value
}

func pdataMore(s ptrace.Span) *trace.More {
	var m trace.More
	for _, e := range s.Events().All() {
		if at := int64(e.Timestamp()); at > 0 {
			m.Events = append(m.Events, trace.Event{Name: e.Name(), At: trace.Time(at)})
		}
	}
	for _, l := range s.Links().All() {
		id, span := l.TraceID(), l.SpanID()
		link := trace.Link{}
		link.Trace, _ = decode.BytesTraceID(id[:])
		link.Span, _ = decode.BytesSpanID(span[:])
		if !link.Trace.IsZero() || link.Span != 0 {
			m.Links = append(m.Links, link)
		}
	}
	return &m
}

// spell writes a value as our decoders do.
func spell(v pcommon.Value) string {
	switch v.Type() {
	case pcommon.ValueTypeSlice, pcommon.ValueTypeMap:
		return string(spellInside(nil, v))
	case pcommon.ValueTypeDouble:
		return string(decode.FormatDouble(nil, v.Double()))
	}
	return v.AsString()
}

func spellInside(out []byte, v pcommon.Value) []byte {
	switch v.Type() {
	case pcommon.ValueTypeSlice:
		out = append(out, '[')
		for i, x := range v.Slice().All() {
			if i > 0 {
				out = append(out, ',')
			}
			out = spellInside(out, x)
		}
		return append(out, ']')
	case pcommon.ValueTypeMap:
		out = append(out, '{')
		first := true
		for k, x := range v.Map().All() {
			if !first {
				out = append(out, ',')
			}
			first = false
			out = spellInside(append(jsontext.AppendQuoted(out, []byte(k)), ':'), x)
		}
		return append(out, '}')
	case pcommon.ValueTypeStr, pcommon.ValueTypeBytes:
		return jsontext.AppendQuoted(out, []byte(v.AsString()))
	case pcommon.ValueTypeEmpty:
		return out
	}
	return append(out, spell(v)...)
}

// sorted returns the lines of drawn spans in the order of drawPdata.
func sorted(drawn string) string {
	lines := strings.Split(strings.TrimSuffix(drawn, "\n"), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestOTLPIsReadAsTheCollectorReadsIt(t *testing.T) {
	for seed := range uint64(40) {
		td := randomTraces(rand.New(rand.NewPCG(seed, 1)))
		wanted := drawPdata(td)
		json, err := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
		if err != nil {
			t.Fatal(err)
		}
		proto, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
		if err != nil {
			t.Fatal(err)
		}
		want(t, fmt.Sprint("json of seed ", seed), sorted(draw(read(t, string(json), Options{}))), wanted)
		want(t, fmt.Sprint("tolerant json of seed ", seed), sorted(draw(read(t, string(json), Options{tolerant: true}))), wanted)
		want(t, fmt.Sprint("protobuf of seed ", seed), sorted(draw(read(t, string(proto), Options{}))), wanted)
	}
}

func TestSamplesAreReadAsTheCollectorReadsThem(t *testing.T) {
	dir := shared(t, "oracles/samples/otlp")
	for _, name := range []string{"example_trace.json", "link_attributes_trace.json", "log_tags_trace.json", "otlp2jaeger-in.json",
		"opentelemetry-proto-examples-trace.json", "scope_name_version_trace.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(data)
		if err != nil {
			t.Fatal(err)
		}
		want(t, name, sorted(draw(read(t, string(data), Options{}))), drawPdata(td))
	}
}

// randomTraces makes traces with everything that OTLP can say about a span.
func randomTraces(r *rand.Rand) ptrace.Traces {
	td := ptrace.NewTraces()
	for range 1 + r.IntN(3) {
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", word(r))
		rs.Resource().Attributes().PutStr("host.name", word(r))
		randomAttrs(r, rs.Resource().Attributes())
		for range 1 + r.IntN(2) {
			ss := rs.ScopeSpans().AppendEmpty()
			ss.Scope().SetName(word(r))
			for range r.IntN(6) + 1 {
				randomSpan(r, ss.Spans().AppendEmpty())
			}
		}
	}
	return td
}

func randomSpan(r *rand.Rand, s ptrace.Span) {
	s.SetTraceID(randomTraceID(r))
	s.SetSpanID(randomSpanID(r))
	if r.IntN(3) > 0 {
		s.SetParentSpanID(randomSpanID(r))
	}
	if r.IntN(4) == 0 {
		s.TraceState().FromRaw("vendor=x,ot=rv:1;th:c8")
	}
	s.SetFlags(uint32(r.IntN(3)) * 256)
	s.SetName(word(r))
	s.SetKind(ptrace.SpanKind(r.IntN(6)))
	start := int64(1.7e18) + r.Int64N(1e15)
	s.SetStartTimestamp(pcommon.Timestamp(start))
	s.SetEndTimestamp(pcommon.Timestamp(start + r.Int64N(1e10)))
	if r.IntN(10) == 0 {
		s.SetEndTimestamp(0)
	}
	randomAttrs(r, s.Attributes())
	for range r.IntN(3) {
		e := s.Events().AppendEmpty()
		e.SetName(word(r))
		e.SetTimestamp(pcommon.Timestamp(start + r.Int64N(100)))
		randomAttrs(r, e.Attributes())
	}
	for range r.IntN(2) {
		l := s.Links().AppendEmpty()
		l.SetTraceID(randomTraceID(r))
		l.SetSpanID(randomSpanID(r))
	}
	s.Status().SetCode(ptrace.StatusCode(r.IntN(3)))
	if r.IntN(3) == 0 {
		s.Status().SetMessage(word(r))
	}
	s.SetDroppedAttributesCount(uint32(r.IntN(2)))
	s.SetDroppedEventsCount(uint32(r.IntN(2)))
	s.SetDroppedLinksCount(uint32(r.IntN(2)))
}

func randomAttrs(r *rand.Rand, m pcommon.Map) {
	for i := range r.IntN(5) {
		randomValue(r, m.PutEmpty(fmt.Sprint(word(r), i)), 3)
	}
}

func randomValue(r *rand.Rand, v pcommon.Value, depth int) {
	switch n := r.IntN(9); {
	case n == 0:
		v.SetBool(r.IntN(2) == 0)
	case n == 1:
		v.SetInt(r.Int64() - r.Int64())
	case n == 2:
		v.SetInt([]int64{0, -1, 7, math.MaxInt64, math.MinInt64 + 1}[r.IntN(5)])
	case n == 3:
		v.SetDouble(r.NormFloat64() * math.Pow(10, float64(r.IntN(40)-20)))
	case n == 4:
		v.SetEmptyBytes().FromRaw([]byte{byte(r.IntN(256)), 1, 2})
	case n == 5 && depth > 0:
		s := v.SetEmptySlice()
		for range r.IntN(3) {
			randomValue(r, s.AppendEmpty(), depth-1)
		}
	case n == 6 && depth > 0:
		randomValue(r, v.SetEmptyMap().PutEmpty(word(r)), depth-1)
	default:
		v.SetStr(word(r))
	}
}

// word returns text of the kinds that trip decoders.
func word(r *rand.Rand) string {
	words := []string{"", "a", "GET /users/{id}", `quote " and \ slash`, "line\nbreak", "tab\tand \x01 control", "café ☕ 𝄞", "a\\", `"`,
		strings.Repeat("long ", 70), "</script>", "null", "%s%d", "\u2028"}
	return words[r.IntN(len(words))]
}

func randomTraceID(r *rand.Rand) (id pcommon.TraceID) {
	hex.Decode(id[:], fmt.Appendf(nil, "%016x%016x", r.Uint64(), r.Uint64()|1))
	return id
}

func randomSpanID(r *rand.Rand) (id pcommon.SpanID) {
	hex.Decode(id[:], fmt.Appendf(nil, "%016x", r.Uint64()|1))
	return id
}
