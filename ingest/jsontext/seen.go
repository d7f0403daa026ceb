package jsontext

import "bytes"

// A SeenValues remembers JSON objects that are repeated from trace to trace, as the process
// tables of Jaeger are. A whole object says itself where it ends: if the text begins with
// the bytes of one that was seen, it is that object, and nobody needs to look for its end.
type SeenValues map[string][]seenValue

type seenValue struct {
	text []byte
	id   uint32
}

const (
	seenPrefix = 40 // bytes by which candidates are found
	seenEach   = 16 // candidates with the same prefix
	seenMost   = 1024
)

// Find returns the length and the id of the object that text begins with; 0 if unknown.
func (s SeenValues) Find(text []byte) (length int, id uint32) {
	if len(text) < seenPrefix {
		return 0, 0
	}
	for _, v := range s[string(text[:seenPrefix])] {
		if bytes.HasPrefix(text, v.text) {
			return len(v.text), v.id
		}
	}
	return 0, 0
}

// Remember adds an object; of those with one prefix the oldest are forgotten.
func (s SeenValues) Remember(text []byte, id uint32) {
	if len(text) < seenPrefix || text[0] != '{' {
		return
	}
	key := string(text[:seenPrefix])
	list := s[key]
	if list == nil && len(s) >= seenMost {
		return
	}
	if len(list) >= seenEach {
		list = list[1:]
	}
	s[key] = append(list, seenValue{bytes.Clone(text), id})
}
