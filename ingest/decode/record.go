package decode

import "github.com/longpole/longpole/trace"

// A Record follows one record: what stands by itself in a file. That is a JSON value, be it a
// line or all there is; a framed message, or a stream of protobuf without frames, which is one
// message however many were put together; or a line that is none of these. Each is counted when
// it begins, and once more when it ends by what became of it.
type Record struct {
	depth  int           // a frame may hold a JSON value
	used   bool          // some of it was decoded
	lost   bool          // some of it could not be
	Counts trace.Records // what became of all so far
}

// Begin counts a record that begins, unless it stands in another one.
func (r *Record) Begin() {
	if r.depth++; r.depth == 1 {
		r.Counts.Read++
		r.used, r.lost = false, false
	}
}

// End counts what became of the record.
func (r *Record) End() {
	if r.depth--; r.depth > 0 {
		return
	}
	switch {
	case !r.used:
		r.Counts.Skipped++
	case r.lost:
		r.Counts.Damaged++
	default:
		r.Counts.Whole++
	}
}

// Use says that some of the record was decoded.
func (r *Record) Use() { r.used = true }

// Damage says that a part of the record cannot be decoded, or that there should have been one.
func (r *Record) Damage() {
	r.Begin()
	r.lost = true
	r.End()
}
