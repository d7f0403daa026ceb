// The telemetry of the page, set up as the documentation of each package says.
import { ZoneContextManager } from '@opentelemetry/context-zone'
import { NavigationInstrumentation } from '@opentelemetry/browser-instrumentation/experimental/navigation'
import { NavigationTimingInstrumentation } from '@opentelemetry/browser-instrumentation/experimental/navigation-timing'
import { ResourceTimingInstrumentation } from '@opentelemetry/browser-instrumentation/experimental/resource-timing'
import { UserActionInstrumentation } from '@opentelemetry/browser-instrumentation/experimental/user-action'
import { WebVitalsInstrumentation } from '@opentelemetry/browser-instrumentation/experimental/web-vitals'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { DocumentLoadInstrumentation } from '@opentelemetry/instrumentation-document-load'
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch'
import { UserInteractionInstrumentation } from '@opentelemetry/instrumentation-user-interaction'
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request'
import { logs } from '@opentelemetry/api-logs'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { BatchSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'
import * as session from '@opentelemetry/web-common'

const collector = 'https://otel.shop.test:14318'
const ignoreUrls = [new RegExp(`^${collector}/`)]
const soon = { scheduledDelayMillis: 500 }

const sessions = session.createSessionManager({
  sessionIdGenerator: session.createDefaultSessionIdGenerator(),
  sessionStore: session.createLocalStorageSessionStore(),
})
sessions.start()

const resource = resourceFromAttributes({ 'service.name': 'storefront', 'service.namespace': 'shop', 'service.version': '12.4.0' })

const tracer = new WebTracerProvider({
  resource,
  spanProcessors: [
    session.createSessionSpanProcessor(sessions),
    new BatchSpanProcessor(new OTLPTraceExporter({ url: `${collector}/v1/traces` }), soon),
  ],
})
tracer.register({ contextManager: new ZoneContextManager() })

logs.setGlobalLoggerProvider(new LoggerProvider({
  resource,
  processors: [
    session.createSessionLogRecordProcessor(sessions),
    new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${collector}/v1/logs` }), ...soon }),
  ],
}))

registerInstrumentations({
  instrumentations: [
    new DocumentLoadInstrumentation(),
    new FetchInstrumentation({ ignoreUrls }),
    new XMLHttpRequestInstrumentation({ ignoreUrls }),
    new UserInteractionInstrumentation(),
    new NavigationInstrumentation(),
    new NavigationTimingInstrumentation(),
    new ResourceTimingInstrumentation({ ignoreUrls }),
    new UserActionInstrumentation(),
    new WebVitalsInstrumentation({ includeRawAttribution: true }),
  ],
})
