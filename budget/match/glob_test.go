package match

import (
	"strings"
	"testing"
	"testing/quick"

	"pgregory.net/rapid"
)

func TestGlobsCoverTheWholeText(t *testing.T) {
	for _, c := range []struct {
		glob, text string
		want       bool
	}{
		{"payment", "payment", true},
		{"payment", "payments", false},
		{"payment*", "payments", true},
		{"payment*", "payment", true},
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"*-redis", "session-redis", true},
		{"*-redis", "redis", false},
		{"a*b*c", "a-b-b-c", true},
		{"a*b*c", "a-c-b", false},
		{"shard-?", "shard-1", true},
		{"shard-?", "shard-12", false},
		{"GET *", "GET /a/b.c", true},
		{"Payment", "pAYMENT", true},
		{`svc:80/\*`, "svc:80/*", true},
		{`svc:80/\*`, "svc:80/x", false},
		{`\`, `\`, true},
		{"é*", "école", true},
	} {
		if got := Glob(c.glob).Match(c.text); got != c.want {
			t.Errorf("Glob(%q).Match(%q) = %v, want %v", c.glob, c.text, got, c.want)
		}
	}
}

func TestATextWithoutWildcardsCoversItself(t *testing.T) {
	covers := func(s string) bool {
		s = strings.NewReplacer("*", "", "?", "", `\`, "").Replace(s)
		return Glob(s).Match(s) && Glob("*"+s).Match("x"+s) && !Glob(s).Match(s+"x")
	}
	if err := quick.Check(covers, nil); err != nil {
		t.Error(err)
	}
}

func TestManyStarsTakeNoExponentialTime(t *testing.T) {
	g := Glob(strings.Repeat("a*", 50) + "b")
	if g.Match(strings.Repeat("a", 20_000)) {
		t.Error("there is no b")
	}
}

// covers is the definition, in as many steps as it takes.
func covers(p, s string) bool {
	switch {
	case p == "":
		return s == ""
	case p[0] == '*':
		return covers(p[1:], s) || (s != "" && covers(p, s[1:]))
	case s == "":
		return false
	case p[0] == '\\' && len(p) > 1:
		return strings.EqualFold(p[1:2], s[:1]) && covers(p[2:], s[1:])
	}
	return (p[0] == '?' || strings.EqualFold(p[:1], s[:1])) && covers(p[1:], s[1:])
}

func TestAGlobCoversWhatItsDefinitionDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringMatching(`[ab*?\\]{0,8}`).Draw(t, "pattern")
		s := rapid.StringMatching(`[abAB*?\\]{0,10}`).Draw(t, "text")
		if got := Glob(p).Match(s); got != covers(p, s) {
			t.Errorf("Glob(%q).Match(%q) = %v", p, s, got)
		}
	})
}

func TestEndsRuleOutOnlyTextsThatNoPatternCovers(t *testing.T) {
	globs := rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune(`abAB*?\`)), 0, 4, -1), 0, 3)
	texts := rapid.StringOfN(rapid.SampledFrom([]rune(`abAB*\`)), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		var gs Globs
		for _, g := range globs.Draw(t, "globs") {
			gs = append(gs, Glob(g))
		}
		s := texts.Draw(t, "text")
		if ends := gs.Ends(); gs.Match(s) && !ends.Fit(s) {
			t.Errorf("%q covers %q", gs, s)
		}
	})
}

func TestEndsRuleOutMostTexts(t *testing.T) {
	ends := Globs{"GET *", "*.connect", "Dial"}.Ends()
	for text, want := range map[string]bool{"get /a": true, "pg.Connect": true, "d": true, "SELECT a": false, "": true} {
		if ends.Fit(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}
