// Sends spans as any program does that uses OpenTelemetry's SDK for JavaScript.
const { trace, context } = require('@opentelemetry/api');
const { NodeTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-node');

const by = { grpc: 'grpc', 'http/protobuf': 'proto', 'http/json': 'http' }[process.env.OTEL_EXPORTER_OTLP_PROTOCOL];
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${by}`);

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
const tracer = trace.getTracer('sdks');
for (let r = 0; r < 100; r++) {
  const request = tracer.startSpan('request');
  const inside = trace.setSpan(context.active(), request);
  for (let c = 0; c < 99; c++) tracer.startSpan('call', {}, inside).end();
  request.end();
}
provider.shutdown();
