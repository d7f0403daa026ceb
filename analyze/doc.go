// Package analyze turns traces into answers: what each observation waited for by category,
// cause and place, and, over many observations of a journey, where the tail goes. It takes
// values and returns values; it reads nothing, prints nothing and starts no goroutine.
package analyze
