// Package otlp decodes OTLP: JSON, protobuf, the frames of the collector, bare spans.
//
// It takes a decoder whose window holds OTLP, alone or in another envelope (Tempo's, Jaeger's
// api_v3), and gives it spans: on a fast path if they are written as exporters write them, and
// else by a tolerant one that says the same. It must never know another family of formats.
package otlp
