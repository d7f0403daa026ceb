package match

import "strings"

// A Glob is a pattern over a whole text: * is any run of characters (slashes and dots too),
// ? is any one character, \ takes the next character as it stands. ASCII case is ignored: a
// service or key that differs in case only is a slip far more often than a distinction.
type Glob string

// Match reports whether g covers all of s. It takes at most len(g) x len(s) steps.
func (g Glob) Match(s string) bool {
	p := string(g)
	if differ(p, s) {
		return false
	}
	i, j, star, from := 0, 0, -1, 0
	for j < len(s) {
		if i < len(p) && p[i] == '*' {
			star, from = i, candidate(p[i+1:], s, j)
			i, j = i+1, from
			continue
		}
		if n := matchOne(p[i:], s[j]); n > 0 {
			i += n
			j++
			continue
		}
		if star < 0 {
			return false
		}
		from = candidate(p[star+1:], s, from+1)
		i, j = star+1, from
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// candidate returns the first place in s, not before from, at which what follows a star may be.
// Most texts that a star is asked of hold no such place.
func candidate(p, s string, from int) int {
	if p == "" {
		return len(s)
	}
	if p[0] == '?' || p[0] == '*' || p[0] == '\\' {
		return from
	}
	c := lower(p[0])
	for from < len(s) && lower(s[from]) != c {
		from++
	}
	return from
}

// differ reports whether the first or the last byte already settles that p does not cover s.
// Most questions that rules ask end here.
func differ(p, s string) bool {
	if p == "" || s == "" {
		return false
	}
	first, last := p[0], p[len(p)-1] // which stands for itself, also after a backslash
	return first != '*' && first != '?' && first != '\\' && lower(first) != lower(s[0]) ||
		last != '*' && last != '?' && lower(last) != lower(s[len(s)-1])
}

// matchOne returns how many bytes of pattern p cover the byte c; 0 if p does not start with c.
func matchOne(p string, c byte) int {
	switch {
	case p == "":
		return 0
	case p[0] == '?':
		return 1
	case p[0] == '\\' && len(p) > 1:
		return 2 * same(p[1], c)
	}
	return same(p[0], c)
}

func same(a, b byte) int {
	if lower(a) == lower(b) {
		return 1
	}
	return 0
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// plain reports whether g has no wildcard, so that it names one text.
func (g Glob) plain() bool { return !strings.ContainsAny(string(g), "*?") }

// any reports whether g covers every text.
func (g Glob) any() bool { return g != "" && strings.Trim(string(g), "*") == "" }

// Globs is a choice of patterns. The empty choice is "not asked".
type Globs []Glob

// Match reports whether one of the patterns covers s, or none was asked for.
func (gs Globs) Match(s string) bool { return len(gs) == 0 || gs.find(s) != "" }

// find returns the first pattern that covers s, or "".
func (gs Globs) find(s string) Glob {
	for _, g := range gs {
		if g.Match(s) {
			return g
		}
	}
	return ""
}

// Ends are the bytes with which a text has to begin or end for one of the patterns to cover it. They settle most questions
// that rules ask of names, of all patterns at once.
type Ends struct {
	first, last bytesSet // of patterns that begin with a certain byte, and of those that only end with one
	open        bool     // a pattern does neither, or none was asked for
}

type bytesSet [4]uint64

func (s *bytesSet) add(c byte)      { s[c>>6] |= 1 << (c & 63) }
func (s *bytesSet) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// Ends returns those of gs.
func (gs Globs) Ends() Ends {
	e := Ends{open: len(gs) == 0}
	for _, g := range gs {
		switch {
		case g == "" || strings.IndexByte(string(g), '\\') >= 0:
			e.open = true
		case g[0] != '*' && g[0] != '?':
			e.first.add(lower(g[0]))
		case g[len(g)-1] != '*' && g[len(g)-1] != '?':
			e.last.add(lower(g[len(g)-1]))
		default:
			e.open = true
		}
	}
	return e
}

// Fit reports whether a pattern may cover s; if not, none does.
func (e *Ends) Fit(s string) bool {
	return e.open || s == "" || e.first.has(lower(s[0])) || e.last.has(lower(s[len(s)-1]))
}
