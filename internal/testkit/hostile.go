package testkit

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// HostileNames are names that act on some output if it writes them as they are.
var HostileNames = []string{
	"\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\u009b2J", "a\x7fb", "a\x00b", "tab\there", "a\rb", "a\r\nb",
	"a\n::error::forged", "::error::forged", " ::error::forged", "##[error]forged", "x ##vso[task]forged", "##teamcity[buildStatus forged]",
	"\u202eevil\u202c", "\u2066x\u2069", "a\u200bb", "a\u200e\u200fb", "soft\u00adhyphen", "a\ufe0f", "a\U000e0041b", "\u2028x",
	"broken \xff\xfe utf-8", "a | b | c", "a ` | `` | b", "<script>alert(1)</script>", "<!-- hidden", "<details open>",
	"![x](https://evil.example/p.png)", "[x](javascript:alert(1))", "https://evil.example/login", "www.evil.example", "WWW.evil.example", "x@evil.example",
	"@team", "#12", "- item", "1. item", "+1+1", "=1+1", "@SUM(A1)", "-2+3", "*bold*", "_it_", "~~gone~~", "$x^2$", "\\|", "&lt;b&gt;",
	"# heading", "> quote", "%s%d%n", "{{.Secret}}", "'; DROP TABLE spans", strings.Repeat("long", 100), "", " ", "数据库", "🧨🧨",
}

// hidden is what a reader does not see, or a terminal acts on.
var hidden = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x00, Hi: 0x09, Stride: 1}, {Lo: 0x0b, Hi: 0x1f, Stride: 1}, {Lo: 0x7f, Hi: 0x9f, Stride: 1}, {Lo: 0xad, Hi: 0xad, Stride: 1},
	{Lo: 0x061c, Hi: 0x061c, Stride: 1}, {Lo: 0x200b, Hi: 0x200f, Stride: 1}, {Lo: 0x2028, Hi: 0x202e, Stride: 1},
	{Lo: 0x2060, Hi: 0x206f, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, {Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
}, LatinOffset: 4}

// command is what a CI system acts on.
var command = regexp.MustCompile(`(?m)^\s*::|##\[|##vso\[|##teamcity\[`)

// Harmless holds that nothing of a text is hidden from its reader, or a command to what shows it.
func Harmless(t testing.TB, what string, out []byte) {
	t.Helper()
	if !utf8.Valid(out) {
		t.Errorf("%s is not UTF-8", what)
	}
	near := func(from, to int) []byte { return out[max(0, from-20):min(len(out), to+20)] }
	if i := bytes.IndexFunc(out, func(r rune) bool { return unicode.Is(hidden, r) }); i >= 0 {
		t.Errorf("%s holds what acts or is hidden near %q", what, near(i, i))
	}
	if m := command.FindIndex(out); m != nil {
		t.Errorf("%s holds the command %q near %q", what, out[m[0]:m[1]], near(m[0], m[1]))
	}
}
