// Package term finds out what a stream can show. It takes a stream, what flags say and the environment,
// and gives whether it is a terminal, how wide, with which colours and characters, and whether a line
// of it can be overwritten. It must never know what is said there.
package term
