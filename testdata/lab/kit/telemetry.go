package kit

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Telemetry installs the OpenTelemetry SDK the way its documentation does:
// OTLP over gRPC in batches, W3C propagation, a parent-based sampler. The
// returned function flushes and must be called before the process ends.
func Telemetry(ctx context.Context) (flush func(), err error) {
	exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithInsecure(), otlptracegrpc.WithEndpoint(Env("LAB_COLLECTOR", "127.0.0.1:14317")))
	if err != nil {
		return nil, fmt.Errorf("exporter to the collector: %w", err)
	}
	res, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(identity()...))
	if err != nil {
		return nil, fmt.Errorf("resource: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.ParentBased(rootSampler(os.Getenv("LAB_SAMPLER")))),
		sdktrace.WithResource(res),
		sdktrace.WithBatcher(skewed(exporter, EnvMS("SKEW_MS", 0)), sdktrace.WithBatchTimeout(time.Second)),
	)
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = provider.Shutdown(ctx)
	}, nil
}

// identity is the resource of this process; every part of it comes from the
// settings, so that a fault can tell instances, builds and regions apart.
func identity() []attribute.KeyValue {
	attrs := []attribute.KeyValue{attribute.String("service.namespace", "shop")}
	for _, key := range []string{"service.name", "service.version", "service.instance.id", "host.name", "cloud.region"} {
		if v := os.Getenv(strings.ToUpper(strings.ReplaceAll(key, ".", "_"))); v != "" {
			attrs = append(attrs, attribute.String(key, v))
		}
	}
	return attrs
}

// Tracer is for the spans that a service makes by hand around its own work.
func Tracer() trace.Tracer {
	return otel.Tracer("shop/" + Env("SERVICE_NAME", "unknown"))
}

// Work is an INTERNAL span around do.
func Work(ctx context.Context, name string, do func(context.Context)) {
	ctx, span := Tracer().Start(ctx, name)
	defer span.End()
	do(ctx)
}
