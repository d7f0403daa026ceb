// Package stacks keeps on which calls, below which others, requests spent their time. It takes the
// operations from the top of a request down to a span, and the number of a cell; it gives small numbers for both
// together, and finds again what each request spent on them. It must never know what a cell is.
package stacks
