package critpath

// A lateHeap is a binary heap of candidates, the longest on top. (That of container/heap puts
// every candidate that it takes or gives into memory of its own.)
type lateHeap []candidate

func (h *lateHeap) push(c candidate) {
	*h = append(*h, c)
	s, at := *h, len(*h)-1
	for at > 0 && c.compare(s[(at-1)/2]) < 0 {
		s[at] = s[(at-1)/2]
		at = (at - 1) / 2
	}
	s[at] = c
}

func (h *lateHeap) pop() candidate {
	s, last := *h, len(*h)-1
	top, c := s[0], s[last]
	*h = s[:last]
	if last > 0 {
		h.sink(c)
	}
	return top
}

// sink puts c where the top was, and moves it below whatever is longer.
func (h lateHeap) sink(c candidate) {
	at := 0
	for {
		below := 2*at + 1
		if below >= len(h) {
			break
		}
		if below+1 < len(h) && h[below+1].compare(h[below]) < 0 {
			below++
		}
		if c.compare(h[below]) <= 0 {
			break
		}
		h[at] = h[below]
		at = below
	}
	h[at] = c
}
