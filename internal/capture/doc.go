// Package capture receives OTLP, by gRPC and by HTTP on the same port, while a command runs that sends it.
// It takes addresses, limits and a command, and gives lines as the collector's file exporter writes
// them, in a file of which at any moment all is whole that was promised to a sender, and counts of what came.
// It is the only room that knows a network or other processes, and it must never know what an analysis
// makes of spans.
package capture
