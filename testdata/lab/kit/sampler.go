package kit

import (
	"encoding/binary"
	"fmt"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// thresholdSampler is the consistent probability sampler of the OpenTelemetry
// specification: the last 56 bits of a trace id are its randomness, and a
// trace is kept when they reach the rejection threshold, which then travels in
// the trace state as ot=th:<hex without trailing zeros>.
type thresholdSampler struct {
	threshold uint64
	state     string
}

// rootSampler turns "th:c" (reject three quarters) into a sampler. Nothing, or
// anything else, samples always.
func rootSampler(setting string) sdktrace.Sampler {
	digits, ok := strings.CutPrefix(setting, "th:")
	if !ok {
		return sdktrace.AlwaysSample()
	}
	var threshold uint64
	if _, err := fmt.Sscanf((digits + "00000000000000")[:14], "%x", &threshold); err != nil {
		return sdktrace.AlwaysSample()
	}
	return thresholdSampler{threshold: threshold, state: setting}
}

func (s thresholdSampler) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	state := trace.SpanContextFromContext(p.ParentContext).TraceState()
	random := binary.BigEndian.Uint64(p.TraceID[8:]) & (1<<56 - 1)
	if random < s.threshold {
		return sdktrace.SamplingResult{Decision: sdktrace.Drop, Tracestate: state}
	}
	if with, err := state.Insert("ot", s.state); err == nil {
		state = with
	}
	return sdktrace.SamplingResult{Decision: sdktrace.RecordAndSample, Tracestate: state}
}

func (s thresholdSampler) Description() string { return "Threshold{" + s.state + "}" }
