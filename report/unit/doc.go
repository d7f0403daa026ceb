// Package unit turns integer nanoseconds, counts and shares into the words that people read.
//
// It takes integers and gives text; all rounding is done in integers, half up. It must never know
// traces, nor what a figure is about.
package unit
