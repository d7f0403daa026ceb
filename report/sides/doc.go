// Package sides puts into words whose the time of a page is: frontend or backend.
//
// It takes a journey and gives phrases for its first sentence. It must never know how the sides are told apart.
package sides
