// Command record makes the HotROD recordings beside it again: it starts Jaeger's demo, sends it a seeded
// open-loop load, and keeps every span the demo exports in the lines that the collector's file exporter writes.
//
//	load ──GET /dispatch──> HotROD ──OTLP/HTTP──> receiver ──JSON lines, zstd──> <recording>.otlp.jsonl.zst
//	                                                                              └─ summarize ──> truth.json
//
// It changes nothing about HotROD but the repairs that HotROD itself offers as flags, it edits no span, and it
// judges nothing: what the numbers should be is for the reader of truth.json to say.
package main
