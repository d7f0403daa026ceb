// Package choice reads what people write to choose requests: an expression over what is known of
// a request, and the period in which it began.
package choice
