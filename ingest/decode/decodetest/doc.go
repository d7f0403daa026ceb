// Package decodetest lets a test decode one text with one decoder, and spells what comes of it.
//
// It takes a format and a text and gives spans and findings as text, one a line. It must never
// know which formats there are, so that the decoder of each family can be tested alone.
package decodetest
