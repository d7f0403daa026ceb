// Package account puts what was read, and what was found about it, into words and rows.
//
// It takes a ledger of what was read, and what a result says of sampling. It gives lines, notices,
// rows of counts and values for json, the same for every page. It must never know what else a
// page says, nor how an output formats it.
package account
