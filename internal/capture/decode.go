package capture

import (
	"errors"
	"fmt"
	"strings"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/longpole/longpole/internal/otlpjson"
)

// deepest is how deep messages may be nested: lists in lists of an attribute's value.
const deepest = 100

// A batch is what one request holds.
type batch struct {
	resources []*tracepb.ResourceSpans
	spans     int
}

// decodeProto decodes a request in protobuf.
func decodeProto(b []byte) (batch, error) {
	var m collectorpb.ExportTraceServiceRequest
	if err := unmarshal(b, &m); err != nil {
		return batch{}, plain(err)
	}
	return checked(m.GetResourceSpans())
}

func unmarshal(b []byte, m proto.Message) error {
	return proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: deepest}.Unmarshal(b, m)
}

// decodeJSON decodes a request in JSON.
func decodeJSON(b []byte) (batch, error) {
	var m collectorpb.ExportTraceServiceRequest
	if err := otlpjson.Read(b, &m, deepest); err != nil {
		return batch{}, plain(err)
	}
	return checked(m.GetResourceSpans())
}

// plain spells an error of protobuf without what it puts in so that nobody compares it.
func plain(err error) error {
	text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	return errors.New(strings.TrimPrefix(text, "proto: "))
}

// checked counts spans. Ids of a wrong length are an error, as they are for the collector.
func checked(resources []*tracepb.ResourceSpans) (batch, error) {
	b := batch{resources: resources}
	for _, r := range resources {
		for _, s := range r.GetScopeSpans() {
			b.spans += len(s.GetSpans())
			for _, span := range s.GetSpans() {
				if err := checkIDs(span); err != nil {
					return batch{}, err
				}
			}
		}
	}
	return b, nil
}

func checkIDs(s *tracepb.Span) error {
	if err := checkPair(s.GetTraceId(), s.GetSpanId()); err != nil {
		return err
	}
	if err := checkPair(nil, s.GetParentSpanId()); err != nil {
		return err
	}
	for _, l := range s.GetLinks() {
		if err := checkPair(l.GetTraceId(), l.GetSpanId()); err != nil {
			return err
		}
	}
	return nil
}

func checkPair(trace, span []byte) error {
	if n := len(trace); n != 0 && n != 16 {
		return fmt.Errorf("a trace id has %d bytes, not 16", n)
	}
	if n := len(span); n != 0 && n != 8 {
		return fmt.Errorf("a span id has %d bytes, not 8", n)
	}
	return nil
}

// line spells a batch as the file exporter does.
func (b *batch) line() []byte {
	var l otlpjson.Line
	l.Traces(b.resources)
	return append(l, '\n')
}
