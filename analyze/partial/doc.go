// Package partial writes what was collected of some requests as bytes, and puts together what was written of all of
// them. It takes data, with what is known of where it is from, and gives bytes that do not depend on any order, and
// data of bytes that nobody checked; it refuses to put together what does not belong together, with the reason. It
// must never know files, nor who gathers what.
//
// Three kinds of documents are written alike: a head, a body, a check.
//
//	mark       8 bytes: "longpole"
//	kind       1 byte: 'l' the ledger of one reading, 'p' a partial, 'f' facts
//	version    1 byte
//	head       4 bytes of length, then what Header says
//	body       4 bytes of length as it stands, 4 bytes of length when it is expanded, then the body: with zstd if the
//	           two differ; a body of which it would leave less than a hundredth stands as it is
//	check      4 bytes: CRC-32C of all before
//
// Lengths are little-endian. Head and body are what package wire writes; docs/partials.md describes them.
package partial
