// Package layout puts text into columns that fit a terminal: widths, cutting, bars, and
// tables. It knows nothing of traces and escapes nothing; what it is given must be safe.
package layout
