// Package run is the one way from files to answers. It takes what is to be read and whoever looks,
// reads spans, assembles their traces, computes what each request waited for, once, as the plan has
// it, and gives what the lookers saw, merged. The only goroutines of an analysis are its workers; no
// answer depends on how many there are. It must never know what a looker looks for.
package run
