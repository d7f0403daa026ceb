// Package unit turns integer nanoseconds, counts and shares into the words that people read.
// It knows nothing of traces, and does all rounding in integers, half up.
package unit
