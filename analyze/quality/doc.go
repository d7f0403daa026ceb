// Package quality looks at what traces do not tell: calls without their other side, requests with
// missing spans, servers that nobody looked into, clocks that disagree. It takes readings of traces
// and gives a survey: facts, each with what it takes of the critical paths, and for which verdicts
// the traces are fit. What is wrong with the input as such is in the ledger. It must never know how
// any of that is said: package report does.
package quality
