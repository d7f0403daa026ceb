// Package findings says what is wrong with requests, and why a detector says so. It takes the result of an
// analysis that looked for findings, and gives a page, a section of a report, and rules and results for code
// scanning, all from the documentation that each detector carries. It must never know how anything is found.
package findings
