package testkit

import (
	"regexp"
	"strings"
	"testing"
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

// What a reader does not see, and what a terminal or a CI system acts on.
var (
	acts    = regexp.MustCompile("[\x00-\x09\x0b-\x1f\x7f\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
	command = regexp.MustCompile(`(?m)^\s*::|##\[|##vso\[|##teamcity\[`)
)

// Harmless holds that nothing of a text is hidden from its reader, or a command to what shows it.
func Harmless(t testing.TB, what string, out []byte) {
	t.Helper()
	if !utf8.Valid(out) {
		t.Errorf("%s is not UTF-8", what)
	}
	for _, re := range []*regexp.Regexp{acts, command} {
		if m := re.FindIndex(out); m != nil {
			t.Errorf("%s holds %q near %q", what, out[m[0]:m[1]], out[max(0, m[0]-20):min(len(out), m[1]+20)])
		}
	}
}
