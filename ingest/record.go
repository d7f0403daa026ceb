package ingest

// A recording follows one record: what stands by itself in a file. That is a JSON value, be it a
// line or all there is; a framed message, or a stream of protobuf without frames, which is one
// message however many were put together; or a line that is none of these. Each is counted when
// it begins, and once more when it ends by what became of it.
type recording struct {
	depth int  // a frame may hold a JSON value
	used  bool // some of it was decoded
	lost  bool // some of it could not be
}

func (f *file) beginRecord() {
	if f.record.depth++; f.record.depth == 1 {
		f.records.Read++
		f.record.used, f.record.lost = false, false
	}
}

func (f *file) endRecord() {
	if f.record.depth--; f.record.depth > 0 {
		return
	}
	switch {
	case !f.record.used:
		f.records.Skipped++
	case f.record.lost:
		f.records.Damaged++
	default:
		f.records.Whole++
	}
}

// spoil says that a part of the record cannot be decoded, or that there should have been one.
func (f *file) spoil() {
	f.beginRecord()
	f.record.lost = true
	f.endRecord()
}
