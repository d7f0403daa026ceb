// Package quality looks at what traces do not tell: calls without their other side, requests
// with missing spans, servers that nobody looked into, clocks that disagree. It adds up facts
// with what each takes of the critical path; what is wrong with the input as such is in the
// ledger, and what to say of all that is the business of package report.
package quality
