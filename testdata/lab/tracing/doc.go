// Package tracing is a small system that was instrumented by hand before
// OpenTelemetry, in the manner of OpenTracing: spans have operation names, tags
// and logs as their authors liked, and no kinds. It reports to the collector
// through Jaeger's own client.
package tracing

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/opentracing/opentracing-go"
	"github.com/uber/jaeger-client-go"
	"github.com/uber/jaeger-client-go/transport"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Services are the roles that this package can play, by name.
var Services = map[string]func(context.Context) error{
	"desk":          Desk,
	"quotes":        Quotes,
	"ledger":        Ledger,
	"desk-visitors": Visitors,
}

const port = ":18080"

// traced installs Jaeger's tracer for this process.
func traced(serve func() error) error {
	sender := transport.NewHTTPTransport("http://"+kit.Env("LAB_JAEGER", "127.0.0.1:14268")+"/api/traces", transport.HTTPBatchSize(50))
	tracer, closer := jaeger.NewTracer(kit.Env("SERVICE_NAME", "unknown"), jaeger.NewConstSampler(true),
		jaeger.NewRemoteReporter(sender, jaeger.ReporterOptions.BufferFlushInterval(time.Second)),
		jaeger.TracerOptions.Tag("version", kit.Env("SERVICE_VERSION", "")),
		jaeger.TracerOptions.Tag(jaeger.TracerHostnameTagKey, kit.Env("HOST_NAME", "")))
	defer closer.Close()
	opentracing.SetGlobalTracer(tracer)
	return serve()
}

// step is a span around do; a failure is tagged as OpenTracing's conventions say.
func step(ctx context.Context, name string, tags opentracing.Tags, do func(context.Context) error) error {
	span, ctx := opentracing.StartSpanFromContext(ctx, name, tags)
	defer span.Finish()
	err := do(ctx)
	if err != nil {
		span.SetTag("error", true)
		span.LogKV("event", "error", "message", err.Error())
	}
	return err
}

// work is a span that takes about as long as an honest computation would.
func work(ctx context.Context, name string, cost time.Duration) {
	_ = step(ctx, name, nil, func(context.Context) error { time.Sleep(cost); return nil })
}

// answer is a handler inside a span that continues the caller's trace.
func answer(name string, handle func(context.Context, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		caller, _ := opentracing.GlobalTracer().Extract(opentracing.HTTPHeaders, opentracing.HTTPHeadersCarrier(r.Header))
		span := opentracing.StartSpan(name, opentracing.ChildOf(caller), opentracing.Tags{"http.method": r.Method, "http.url": r.URL.String()})
		defer span.Finish()
		status := http.StatusOK
		if err := handle(opentracing.ContextWithSpan(r.Context(), span), r); err != nil {
			status = http.StatusBadGateway
			span.SetTag("error", true)
		}
		span.SetTag("http.status_code", status)
		w.WriteHeader(status)
	}
}

// ask calls another service inside a span of this one.
func ask(ctx context.Context, name, method, url string) error {
	return step(ctx, name, opentracing.Tags{"http.method": method, "http.url": url}, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, method, url, nil)
		if err != nil {
			return err
		}
		span := opentracing.SpanFromContext(ctx)
		if err := span.Tracer().Inject(span.Context(), opentracing.HTTPHeaders, opentracing.HTTPHeadersCarrier(req.Header)); err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", res.StatusCode)
		}
		return nil
	})
}

var client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// traceID is the id of the trace as a recording has it, or none if it is not sampled.
func traceID(ctx context.Context) string {
	sc, ok := opentracing.SpanFromContext(ctx).Context().(jaeger.SpanContext)
	if !ok || !sc.IsSampled() {
		return ""
	}
	return fmt.Sprintf("%016x%016x", sc.TraceID().High, sc.TraceID().Low)
}
