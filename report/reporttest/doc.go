// Package reporttest has the traces that tests of the rooms of report look at.
//
// It takes nothing but a test and gives drawn traces, what an analysis makes of them, and the
// schemas of the manual. It must never know what a page says of them.
package reporttest
