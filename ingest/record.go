package ingest

import "github.com/longpole/longpole/trace"

// A recording follows one record: what stands by itself in a file. That is a JSON value, be it a
// line or all there is; a framed message, or a stream of protobuf without frames, which is one
// message however many were put together; or a line that is none of these. Each is counted when
// it begins, and once more when it ends by what became of it.
type recording struct {
	depth   int           // a frame may hold a JSON value
	used    bool          // some of it was decoded
	lost    bool          // some of it could not be
	records trace.Records // what became of all so far
}

// begin counts a record that begins, unless it stands in another one.
func (r *recording) begin() {
	if r.depth++; r.depth == 1 {
		r.records.Read++
		r.used, r.lost = false, false
	}
}

// end counts what became of the record.
func (r *recording) end() {
	if r.depth--; r.depth > 0 {
		return
	}
	switch {
	case !r.used:
		r.records.Skipped++
	case r.lost:
		r.records.Damaged++
	default:
		r.records.Whole++
	}
}

// damaged says that a part of the record cannot be decoded, or that there should have been one.
func (r *recording) damaged() {
	r.begin()
	r.lost = true
	r.end()
}
