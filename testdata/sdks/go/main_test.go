// Package sdks_test sends spans as any program does that uses OpenTelemetry's SDK for Go.
package sdks_test

import (
	"os"
	"testing"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

func TestSendingTenThousandSpans(t *testing.T) {
	ctx := t.Context()
	client := otlptracehttp.NewClient()
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		client = otlptracegrpc.NewClient()
	}
	exporter, err := otlptrace.New(ctx, client)
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter))
	tracer := provider.Tracer("sdks")
	for range 100 {
		ctx, request := tracer.Start(ctx, "request")
		for range 99 {
			_, call := tracer.Start(ctx, "call")
			call.End()
		}
		request.End()
	}
	if err := provider.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
}
