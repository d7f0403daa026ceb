// Package model makes up the traces of a shop that sells concert tickets: twelve services on
// Kubernetes that speak HTTP and gRPC, query databases and caches, and send messages. Names
// of attributes follow OpenTelemetry's semantic conventions, some services those from before
// 1.23, as in any grown system. The same seed makes the same traces.
//
// It is for measuring speed. It knows no format and writes nothing, and no fault is hidden in
// it that an analysis should find.
package model
