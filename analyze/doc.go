// Package analyze turns traces into answers: what each observation waited for by category, cause
// and place, and, over many observations of a journey, where the tail goes. It takes readings of
// traces, collects them into Data, which merge in any order, and gives a Result: journeys with
// percentiles and their composition, and verdicts of a plan. It must never know a file, a writer,
// a clock or a goroutine, nor how a figure is printed.
package analyze
