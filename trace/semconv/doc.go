// Package semconv knows OpenTelemetry's conventions, old and new, and those of libraries before
// it: which attributes say what a span is called, what it asked, whom, and how that ended. It
// takes signatures and gives names, in which one of many (an id, an address, a date) is a
// placeholder. Its lists of attribute keys stand in keys.go. It must never know a category, a
// plan or a duration: what a name is good for is decided above.
package semconv
