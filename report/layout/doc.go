// Package layout puts text into columns that fit a terminal: widths, cutting, bars, tables.
//
// It takes columns and rows of text, and what a terminal can show. It gives lines, or a table of
// Markdown. It must never know traces or escape anything: what it is given must be safe.
package layout
