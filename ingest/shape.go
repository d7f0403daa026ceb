package ingest

import (
	"bytes"
	"slices"
)

// A shape is which keys stand where at the beginning of a JSON value, for telling formats
// apart: {"data":[{"spans":[ has data, data[].spans.
type shape struct {
	paths []string
	list  bool
}

const (
	shapeDepth = 6
	shapePaths = 96
	shapeBytes = 64 << 10
)

// shapeOf looks at the first bytes of a value, which may end anywhere.
func shapeOf(head []byte) shape {
	head = head[:min(len(head), shapeBytes)]
	var s shape
	var stack [][]byte // path of each open object or list
	var key []byte
	s.list = len(head) > 0 && head[0] == '['
	for p := 0; p < len(head) && len(s.paths) < shapePaths; p++ {
		switch head[p] {
		case '"':
			end := stringEnd(head, p+1)
			if end < 0 {
				return s
			}
			if isKey(head, end) && len(stack) > 0 && len(stack) <= shapeDepth {
				key = pathTo(stack, head[p+1:end])
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
	if bracket == '[' && len(stack) <= shapeDepth {
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

func (s *shape) add(path []byte) {
	if !slices.Contains(s.paths, string(path)) {
		s.paths = append(s.paths, string(path))
	}
}

// has reports whether all of paths occur.
func (s *shape) has(paths ...string) bool {
	for _, p := range paths {
		if !slices.Contains(s.paths, p) {
			return false
		}
	}
	return true
}

// any reports whether one of paths occurs.
func (s *shape) any(paths ...string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return slices.Contains(s.paths, p) })
}
