package capture

import (
	"context"
	"net/http"

	logspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // as exporters may compress
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

func (r *Receiver) newGRPC() *grpc.Server {
	s := grpc.NewServer(grpc.MaxRecvMsgSize(int(r.MaxMessage)), grpc.ForceServerCodecV2(codec{encoding.GetCodecV2("proto")}))
	collectorpb.RegisterTraceServiceServer(s, traceService{r: r})
	metricspb.RegisterMetricsServiceServer(s, metricsService{r: r})
	logspb.RegisterLogsServiceServer(s, logsService{r: r})
	return s
}

// serveGRPC answers a call. gRPC refuses some itself, which only the answer tells.
func (r *Receiver) serveGRPC(w http.ResponseWriter, q *http.Request) {
	r.grpc.ServeHTTP(w, q)
	if code := w.Header().Get("Grpc-Status"); code != "" && code != "0" {
		r.refused(w.Header().Get("Grpc-Message"))
	}
}

// A codec decodes requests within limits, and those that are dropped not at all.
type codec struct{ encoding.CodecV2 }

// Unmarshal decodes a message.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*collectorpb.ExportTraceServiceRequest)
	if !ok {
		return nil
	}
	b := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer b.Free()
	if err := unmarshal(b.ReadOnlyData(), m); err != nil {
		return plain(err)
	}
	return nil
}

type traceService struct {
	collectorpb.UnimplementedTraceServiceServer
	r *Receiver
}

// Export takes spans.
func (s traceService) Export(_ context.Context, m *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	b, err := checked(m.GetResourceSpans())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	if err := s.r.keep(b); err != nil {
		return nil, status.Error(codes.ResourceExhausted, err.Error()) // which asks nobody to try again
	}
	return &collectorpb.ExportTraceServiceResponse{}, nil
}

type metricsService struct {
	metricspb.UnimplementedMetricsServiceServer
	r *Receiver
}

// Export drops metrics.
func (s metricsService) Export(context.Context, *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	s.r.dropped("metrics")
	return &metricspb.ExportMetricsServiceResponse{}, nil
}

type logsService struct {
	logspb.UnimplementedLogsServiceServer
	r *Receiver
}

// Export drops logs.
func (s logsService) Export(context.Context, *logspb.ExportLogsServiceRequest) (*logspb.ExportLogsServiceResponse, error) {
	s.r.dropped("logs")
	return &logspb.ExportLogsServiceResponse{}, nil
}
