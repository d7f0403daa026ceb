package term

import "fmt"

// When says when to use colours: the value of --color.
type When string

// The values of --color.
const (
	Auto   When = "auto"
	Always When = "always"
	Never  When = "never"
)

// ParseWhen reads the value of --color.
func ParseWhen(s string) (When, error) {
	switch w := When(s); w {
	case Auto, Always, Never:
		return w, nil
	}
	return "", fmt.Errorf("--color is auto, always or never, not %q", s)
}

// Colour decides whether to use colours. The flag outranks the environment, there NO_COLOR
// outranks the variables that ask for colour, and without any of them a terminal has colour
// unless it is dumb.
func Colour(w When, isTerminal bool, env Env) bool {
	switch {
	case w == Always:
		return true
	case w == Never, env("NO_COLOR") != "":
		return false
	case isSet(env("FORCE_COLOR")), isSet(env("CLICOLOR_FORCE")):
		return true
	}
	return isTerminal && env("TERM") != "dumb" && env("CLICOLOR") != "0"
}

func isSet(value string) bool { return value != "" && value != "0" && value != "false" }
