package jsontext

import (
	"bytes"
	"slices"
)

// An Outline is which keys stand where at the beginning of a JSON value, for telling formats
// apart: {"data":[{"spans":[ has data, data[].spans.
type Outline struct {
	Paths []string // in their order
}

// OutlineBytes is how much of a value is looked at.
const OutlineBytes = 64 << 10

const (
	outlineDepth = 6
	outlinePaths = 96
)

// OutlineOf looks at the first bytes of a value, which may end anywhere.
func OutlineOf(head []byte) Outline {
	head = head[:min(len(head), OutlineBytes)]
	var s Outline
	var stack [][]byte // path of each open object or list
	var key []byte
	for p := 0; p < len(head) && len(s.Paths) < outlinePaths; p++ {
		switch head[p] {
		case '"':
			end := stringEnd(head, p+1)
			if end < 0 {
				return s
			}
			if isKey(head, end) && len(stack) > 0 && len(stack) <= outlineDepth {
				key = pathTo(stack, Unescape(head[p+1:end]))
				s.add(key)
			}
			p = end
		case '{', '[':
			stack = append(stack, opened(stack, key, head[p]))
			key = nil
		case '}', ']':
			if len(stack) <= 1 {
				return s
			}
			stack, key = stack[:len(stack)-1], nil
		case ',':
			key = nil
		}
	}
	return s
}

// opened returns the path of what the bracket opens.
func opened(stack [][]byte, key []byte, bracket byte) []byte {
	path := key
	if key == nil && len(stack) > 0 {
		path = stack[len(stack)-1]
	}
	if bracket == '[' && len(stack) <= outlineDepth {
		return append(bytes.Clone(path), "[]"...)
	}
	return path
}

func pathTo(stack [][]byte, key []byte) []byte {
	base := stack[len(stack)-1]
	if len(base) == 0 {
		return bytes.Clone(key)
	}
	return append(append(bytes.Clone(base), '.'), key...)
}

// stringEnd returns the place of the closing quote of the string whose text starts at p; -1
// if it is not in b.
func stringEnd(b []byte, p int) int {
	for ; p < len(b); p++ {
		switch b[p] {
		case '\\':
			p++
		case '"':
			return p
		}
	}
	return -1
}

func isKey(b []byte, quote int) bool {
	for _, c := range b[quote+1:] {
		if c > ' ' {
			return c == ':'
		}
	}
	return false
}

func (s *Outline) add(path []byte) {
	if !slices.Contains(s.Paths, string(path)) {
		s.Paths = append(s.Paths, string(path))
	}
}

// Has reports whether all of paths occur.
func (s *Outline) Has(paths ...string) bool {
	for _, p := range paths {
		if !slices.Contains(s.Paths, p) {
			return false
		}
	}
	return true
}

// Any reports whether one of paths occurs.
func (s *Outline) Any(paths ...string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return slices.Contains(s.Paths, p) })
}
