package term

import (
	"bytes"
	"strings"
	"testing"
)

func environment(pairs ...string) Env {
	return func(name string) string {
		for _, p := range pairs {
			if k, v, _ := strings.Cut(p, "="); k == name {
				return v
			}
		}
		return ""
	}
}

func TestColourFollowsTheFlagThenNoColorThenForceThenTheTerminal(t *testing.T) {
	for _, c := range []struct {
		when     When
		terminal bool
		env      Env
		want     bool
	}{
		{Auto, true, environment(), true},
		{Auto, false, environment(), false},
		{Auto, true, environment("TERM=dumb"), false},
		{Auto, true, environment("NO_COLOR=1"), false},
		{Auto, true, environment("NO_COLOR=1", "FORCE_COLOR=1"), false},
		{Auto, false, environment("FORCE_COLOR=1"), true},
		{Auto, false, environment("FORCE_COLOR=0"), false},
		{Auto, false, environment("CLICOLOR_FORCE=1"), true},
		{Auto, true, environment("CLICOLOR=0"), false},
		{Always, false, environment("NO_COLOR=1"), true},
		{Never, true, environment("FORCE_COLOR=1"), false},
	} {
		if got := Colour(c.when, c.terminal, c.env); got != c.want {
			t.Errorf("%s, terminal %v: colour is %v, want %v", c.when, c.terminal, got, c.want)
		}
	}
}

func TestAnUnknownColourFlagIsAnErrorThatListsTheChoices(t *testing.T) {
	if _, err := ParseWhen("sometimes"); err == nil || !strings.Contains(err.Error(), "auto, always or never") {
		t.Errorf("the error is %v", err)
	}
	if w, err := ParseWhen("never"); w != Never || err != nil {
		t.Errorf("never is read as %q, %v", w, err)
	}
}

func TestOnlyATerminalThatCannotShowMoreGetsASCII(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      Env
		want     bool
	}{
		{true, environment(), false},
		{true, environment("LANG=en_GB.UTF-8"), false},
		{true, environment("LANG=C"), true},
		{true, environment("LC_ALL=C.utf8", "LANG=C"), false},
		{true, environment("TERM=dumb", "LANG=en_GB.UTF-8"), true},
		{false, environment("LANG=C"), false},
	} {
		if got := ASCII(c.terminal, c.env); got != c.want {
			t.Errorf("ASCII is %v, want %v", got, c.want)
		}
	}
}

func TestTheWidthIsWhatColumnsSays(t *testing.T) {
	var b bytes.Buffer
	for want, env := range map[int]Env{1: environment("COLUMNS=1"), 0: environment("COLUMNS=wide")} {
		if got := Width(&b, env); got != want {
			t.Errorf("the width is %d, want %d", got, want)
		}
	}
	if IsTerminal(&b) {
		t.Error("a buffer is no terminal")
	}
}

func TestALineIsOverwrittenOnlyWhereSomebodyWatches(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      Env
		want     bool
	}{
		{true, environment(), true},
		{true, environment("CI=false"), true},
		{false, environment(), false},
		{true, environment("TERM=dumb"), false},
		{true, environment("CI=true"), false},
	} {
		if got := Overwrites(c.terminal, c.env); got != c.want {
			t.Errorf("terminal %v: overwrites %v, want %v", c.terminal, got, c.want)
		}
	}
}
