package term

import (
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Env looks up a variable of the environment, as os.Getenv does.
type Env func(name string) string

// IsTerminal reports whether w (or an io.Reader) is a terminal.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Width returns how many columns w has: what COLUMNS says, else what the terminal says, else 0
// for unknown.
func Width(w io.Writer, env Env) int {
	if n, err := strconv.Atoi(env("COLUMNS")); err == nil && n > 0 {
		return n
	}
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// ASCII reports whether a terminal can show nothing else than ASCII: TERM is dumb, or the
// locale names another encoding than UTF-8. What is no terminal gets UTF-8, so that a file
// does not depend on who wrote it.
func ASCII(isTerminal bool, env Env) bool {
	if !isTerminal {
		return false
	}
	if env("TERM") == "dumb" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(env(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}

// Overwrites reports whether a line can be drawn over and over: not if w is no terminal, a dumb
// one, or the log of a CI system.
func Overwrites(isTerminal bool, env Env) bool {
	return isTerminal && env("TERM") != "dumb" && !isSet(env("CI"))
}
