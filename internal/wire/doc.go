// Package wire writes values as bytes and reads them back with one walk for both, so that what is read cannot
// differ from what was written. It takes values, or bytes that nobody checked, and gives the other; the same values
// give the same bytes, and what reading takes of memory is bounded by the length of the bytes. It must never
// know what the values mean.
package wire
