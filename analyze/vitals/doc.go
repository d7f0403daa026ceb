// Package vitals rates what browsers measure of pages by the usual limits: good, needs improvement, poor.
//
// It takes times and layout shifts and gives how many loads are rated how. It must never know spans, nor add a shift to a time.
package vitals
