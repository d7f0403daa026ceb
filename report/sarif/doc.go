// Package sarif is the part of SARIF 2.1.0 that code scanning reads of this program. It takes rules, results
// and where they are to be shown, and gives values that encode as the standard says. It must never know what
// the rules are about.
package sarif
