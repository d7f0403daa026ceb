// Package term finds out what a stream can show: whether it is a terminal, how wide, with
// which colours and characters; and it draws the progress line. It decides nothing about what
// is said.
package term
