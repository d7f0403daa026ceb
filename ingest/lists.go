package ingest

// zipkinDepth bounds lists in lists.
const zipkinDepth = 3

// eachInLists calls each for the objects of lists in lists.
func (f *decoder) eachInLists(depth int, each func(v []byte)) {
	w := f.w
	if w.Peek() != '[' {
		f.begin(0, 0)
		if v := w.Value(); w.Bad == nil {
			f.whole(v, each)
		}
		return
	}
	if depth == zipkinDepth {
		w.Skip()
		return
	}
	from := f.Mark()
	for w.Open('['); w.Elem(); {
		f.eachInLists(depth+1, each)
	}
	if depth > 0 && w.Bad == nil { // one of several lists holds a trace
		f.complete(from)
	}
}

// whole decodes the span v with each and commits it. Nil is a span over the limit.
func (f *decoder) whole(v []byte, each func(v []byte)) {
	switch {
	case v == nil:
		f.draft.refuse(&TooLarge, nil)
	case v[0] != '{':
		f.draft.refuse(&Malformed, v)
	default:
		each(v)
	}
	f.commit()
}

// lists calls node for each element, one level deeper, if a list stands here, and is false if
// something else does. What stands too deep is skipped.
func (f *decoder) lists(depth, most int, node func(depth int)) bool {
	w := f.w
	switch {
	case depth == most:
		w.Skip()
	case w.Peek() == '[':
		for w.Open('['); w.Elem(); {
			node(depth + 1)
		}
	default:
		return false
	}
	return true
}
