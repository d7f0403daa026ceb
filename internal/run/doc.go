// Package run is the one way from files to answers: it reads spans, assembles their traces,
// computes what each request waited for, once, as the plan has it, and shows it to whoever
// looks. The only goroutines of an analysis are its workers; no answer depends on how many
// there are.
package run
