// Package otlpjson spells OTLP JSON as the collector spells it, to the byte: ids as hex digits, enums
// as numbers, 64 bits as text; protojson has base64 and names there. It takes messages of OpenTelemetry's
// protocol, whole or a span after the other, and gives lines for its file format; for what came from
// elsewhere, messages of such JSON. It must never know where spans come from, nor what they mean.
package otlpjson
