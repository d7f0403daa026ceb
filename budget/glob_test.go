package budget

import (
	"strings"
	"testing"
	"testing/quick"
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
