package term

import (
	"bytes"
	"strings"
	"testing"
	"time"
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

func TestProgressIsDrawnOverItselfAndWipedAtTheEnd(t *testing.T) {
	var b bytes.Buffer
	at := time.Unix(0, 0)
	p := NewProgress(&b, true, environment(), func() time.Time { return at })
	p.Update(Status{Bytes: 1, Spans: 1}) // too soon
	at = at.Add(2 * time.Second)
	p.Update(Status{Bytes: 20_000_000, Total: 100_000_000, Spans: 12_345})
	p.Done()
	p.Done()
	line := "reading 20.0 MB of 100 MB, 12,345 spans, 10.0 MB/s, 8 s left"
	if want := "\r" + line + "\r" + strings.Repeat(" ", len(line)) + "\r"; b.String() != want {
		t.Errorf("drawn\n%q, want\n%q", b.String(), want)
	}
}

func TestProgressIsSilentWhereNobodyWatches(t *testing.T) {
	for name, p := range map[string]*Progress{
		"a pipe":          NewProgress(nil, false, environment(), time.Now),
		"a dumb terminal": NewProgress(nil, true, environment("TERM=dumb"), time.Now),
		"CI":              NewProgress(nil, true, environment("CI=true"), time.Now),
	} {
		if p != nil {
			t.Errorf("%s gets a progress line", name)
		}
		p.Update(Status{})
		p.Done()
	}
}
