# Sends spans as any program does that uses OpenTelemetry's SDK for Python.
import os

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = provider.get_tracer("sdks")
for _ in range(100):
    with tracer.start_as_current_span("request"):
        for _ in range(99):
            with tracer.start_as_current_span("call"):
                pass
provider.shutdown()
