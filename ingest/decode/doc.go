// Package decode turns what stands in a window into spans; a folder for each family of formats.
//
// It takes a window, a shard and the formats that may be met (Decoder, Format) and gives
// drafts to the shard, and findings, records and progress to who asks. A decoder costs a span
// that it cannot use, never the rest of its file. It must never know where the bytes come from:
// no file, archive, goroutine or limit of memory.
package decode
