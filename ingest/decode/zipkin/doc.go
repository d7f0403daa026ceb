// Package zipkin decodes Zipkin's JSON, version 2 and version 1.
//
// It takes a decoder whose window holds lists of spans and gives it spans: of version 1, where
// one span may hold both halves of a call, two. A server that shares the id of its client
// keeps it. It must never know another family of formats.
package zipkin
