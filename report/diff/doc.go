// Package diff says what changed from one set of traces to another.
//
// It takes a comparison of both sets. It gives a page: the change that matters most in one
// sentence, where it went, for whom, and how sure that is; and the value that json holds. It must
// never know how traces are read, or how anything was computed.
package diff
