// Package doctor says what traces are good for.
//
// It takes the result of an analysis and what a survey of the traces found that they lack. It gives
// a page: whether they are fit for verdicts, what was read, and what each lack costs. It must never
// decide what a lack is or what traces are fit for: analyze/quality does.
package doctor
