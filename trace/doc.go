// Package trace is the vocabulary that every other room speaks. It takes spans as they were exported,
// and gives traces: trees of spans after named repairs, each of them noted, and a ledger of what was
// read, repaired and left out. It must never know a file, a format or a plan, and it decides nothing
// about blame.
package trace
