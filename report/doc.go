// Package report says what an analysis found: it decides rows, words and precision once, and
// has one file for each output that formats them. It reads nothing, computes no percentile and
// passes no judgement that analyze has not passed.
package report
