// Package report says what an analysis found, and how requests kept a plan.
//
// It takes the result of an analysis. It gives a report: a page whose rows, words and precision are
// decided once, and outputs that are about a plan or figures, a file for each. It must never read
// anything, compute a percentile, or pass a judgement that analyze has not passed.
//
//	page         a page, and the outputs that write any page
//	account      words and rows about what was read
//	waterfall    one trace, or one span of it
//	doctor       what traces are good for
//	export       traces in other formats
//	layout       tables of text
//	unit         numbers and times as people write them
package report
