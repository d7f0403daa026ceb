package decode

// maxLists bounds lists in lists.
const maxLists = 3

// EachInLists calls each for the objects of lists in lists.
func (f *Decoder) EachInLists(depth int, each func(v []byte)) {
	w := f.Window
	if w.Peek() != '[' {
		f.Begin(0, 0)
		if v := w.Value(); w.Bad == nil {
			f.Whole(v, each)
		}
		return
	}
	if depth == maxLists {
		w.Skip()
		return
	}
	from := f.Mark()
	for w.Open('['); w.Elem(); {
		f.EachInLists(depth+1, each)
	}
	if depth > 0 && w.Bad == nil { // one of several lists holds a trace
		f.Complete(from)
	}
}

// Whole decodes the span v with each and commits it. Nil is a span over the limit.
func (f *Decoder) Whole(v []byte, each func(v []byte)) {
	switch {
	case v == nil:
		f.Draft.Refuse(&TooLarge, nil)
	case v[0] != '{':
		f.Draft.Refuse(&Malformed, v)
	default:
		each(v)
	}
	f.Commit()
}

// Lists calls node for each element, one level deeper, if a list stands here, and is false if
// something else does. What stands too deep is skipped.
func (f *Decoder) Lists(depth, most int, node func(depth int)) bool {
	w := f.Window
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
