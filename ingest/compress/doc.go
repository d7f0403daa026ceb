// Package compress takes the compression off a stream, whatever it is, within limits.
//
// It takes bytes of which nobody said how they are compressed (gzip, zstd, bzip2, or not at
// all) and gives what they hold, or says what the error of a decompressor means for what came
// before it. No stream expands further than its limits, so that a bomb costs little.
// It must never know what the bytes are about: no span, no format, no finding.
package compress
