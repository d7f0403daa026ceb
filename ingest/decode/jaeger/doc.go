// Package jaeger decodes what Jaeger writes: its API, Elasticsearch, protobuf, and that as JSON.
//
// It takes a decoder whose window holds one of these and gives it spans, with the process that
// may come after them, and the first reference that can be a parent as the parent. The fast
// path is for what the API writes. It must never know another family of formats.
package jaeger
