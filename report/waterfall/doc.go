// Package waterfall draws one trace with its critical path, and explains one of its spans.
//
// It takes a trace, one of its requests and the explainer that has read it. It gives pages: spans
// over time with the path marked, or why a span counts as what it does. It must never compute a
// path or choose a category: analyze and budget do.
package waterfall
