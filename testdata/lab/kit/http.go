package kit

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/httptrace/otelhttptrace"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Phases says how a client shows the phases of a request.
type Phases int

// The three ways in which otelhttptrace is used, or not.
const (
	NoPhases    Phases = iota // otelhttp alone
	SubSpans                  // a span for each phase, the default of otelhttptrace
	EventPhases               // events on the client span, WithoutSubSpans
)

// Client is an instrumented HTTPS client with a connection pool of its own.
// An idle connection is closed after idle (0: never); one for each request
// where keepAlive is false.
func Client(phases Phases, keepAlive bool, idle time.Duration) (*http.Client, error) {
	conf, err := ClientTLS()
	if err != nil {
		return nil, err
	}
	base := &http.Transport{
		TLSClientConfig: conf, DisableKeepAlives: !keepAlive, IdleConnTimeout: idle,
		MaxIdleConnsPerHost: 64, TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
	return &http.Client{Transport: otelhttp.NewTransport(base, clientOptions(phases)...)}, nil
}

func clientOptions(phases Phases) []otelhttp.Option {
	if phases == NoPhases {
		return nil
	}
	var opts []otelhttptrace.ClientTraceOption
	if phases == EventPhases {
		opts = append(opts, otelhttptrace.WithoutSubSpans())
	}
	return []otelhttp.Option{otelhttp.WithClientTrace(func(ctx context.Context) *httptrace.ClientTrace {
		return otelhttptrace.NewClientTrace(ctx, opts...)
	})}
}

// Routes are handlers by pattern, "POST /checkout".
type Routes map[string]http.HandlerFunc

// ServeHTTPS serves routes on ADDR until ctx ends, each of them behind
// otelhttp on its own, so that its spans know their route.
func ServeHTTPS(ctx context.Context, routes Routes) error {
	mux := http.NewServeMux()
	for pattern, handle := range routes {
		mux.Handle(pattern, otelhttp.NewHandler(handle, pattern))
	}
	return ServePlain(ctx, mux)
}

// ServePlain serves a handler over HTTPS without any instrumentation.
func ServePlain(ctx context.Context, h http.Handler) error {
	conf, err := ServerTLS()
	if err != nil {
		return err
	}
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: h, TLSConfig: conf}
	return serve(ctx, server, func() error { return server.ListenAndServeTLS("", "") })
}

// ServeHTTP serves routes without TLS and without any instrumentation.
func ServeHTTP(ctx context.Context, routes Routes) error {
	mux := http.NewServeMux()
	for pattern, handle := range routes {
		mux.Handle(pattern, handle)
	}
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: mux}
	return serve(ctx, server, server.ListenAndServe)
}

func serve(ctx context.Context, server *http.Server, listen func() error) error {
	go func() {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(late)
	}()
	if err := listen(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// SampledTrace is the id of the trace that a caller without a span here
// continues, or none if it is not recorded.
func SampledTrace(h http.Header) string {
	part := strings.Split(h.Get("traceparent"), "-")
	if len(part) != 4 || part[3] != "01" {
		return ""
	}
	return part[1]
}
