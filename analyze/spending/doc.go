// Package spending keeps what millions of requests spent on which cells in little memory. It
// takes numbers of cells and times, and gives back a reference of three small numbers, by which
// they are found again. It must never know what a cell is, nor what the times are added up for.
package spending
