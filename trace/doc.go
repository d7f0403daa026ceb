// Package trace is the vocabulary that every other room speaks: spans as they were
// exported, and traces as trees of spans after named repairs. It reads no file, knows no
// format and no budget, and decides nothing about blame.
package trace
