package jsontext

import "bytes"

// A line that its writer could not finish leaves a value open, and what stands on the next line
// could be taken for a part of it:
//
//	{"resourceSpans":[{"resource":
//	{"resourceSpans":[ ... ]}
//
// But no value of a trace export holds, at the very beginning of a line, what it begins with itself.

// CutShort says of a value that its end is missing.
const CutShort = "the text ends too early"

// maxStart is how far the first key of a value may reach.
const maxStart = 64

// Enter says that a value begins here. Another one that begins in the same way on a later line
// ends it, until Leave.
func (w *Window) Enter() {
	w.Need(maxStart)
	head := w.Rest()[:min(maxStart, len(w.Rest()))]
	colon := bytes.IndexByte(head, ':')
	if colon < 0 || bytes.IndexByte(head[:colon], '\n') >= 0 {
		colon = -1
	}
	w.skim.start = append(w.skim.start[:0], head[:colon+1]...)
}

// Leave says that the value has ended.
func (w *Window) Leave() { w.skim.start = w.skim.start[:0] }

// torn reports whether another value begins behind the line break here.
func (w *Window) torn() bool {
	start := w.skim.start
	return len(start) > 0 && w.Need(1+len(start)) && bytes.HasPrefix(w.Buf[w.Pos+1:], start)
}

// begins reports whether text begins with start; known is false if more of it has to be seen.
func begins(text, start []byte) (yes, known bool) {
	if len(text) >= len(start) {
		return bytes.HasPrefix(text, start), true
	}
	return false, !bytes.HasPrefix(start, text)
}

// cutShortIf says what is wrong with a value behind which another one begins.
func cutShortIf(torn bool) (what string) {
	if torn {
		return CutShort
	}
	return ""
}

// noMore says that nothing comes behind b. It is true if the skipper can go on from at all the same.
func (s *Skipper) noMore(b []byte, at int) bool {
	waiting := at < len(b) && len(s.start) > 0
	if waiting {
		s.start = s.start[:0]
	}
	return waiting
}
