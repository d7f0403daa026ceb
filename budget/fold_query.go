package budget

import (
	"regexp"
	"strings"
)

// literal finds what differs between two runs of one statement, and comments, in which
// sqlcommenter puts the trace's own id. What begins with a letter is matched so that its digits are left alone.
var literal = regexp.MustCompile(strings.Join([]string{
	`(?P<comment>/\*(?s:.*?)\*/|--[^\n]*)`,
	`(?P<value>'(?:[^']|\'\')*'|\$\d+|[-+]?\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\b|\b0x[0-9a-fA-F]+\b)`,
	`[A-Za-z_][\w$]*`,
}, "|"))

// valueList finds a list of values, which IN and VALUES have at any length.
var valueList = regexp.MustCompile(`\(\s*\?(?:\s*,\s*\?)*\s*\)(?:\s*,\s*\(\s*\?(?:\s*,\s*\?)*\s*\))*`)

// FoldQuery puts ? for every value of a statement, so that one statement is one text whatever it was
// asked with: SELECT * FROM customer WHERE customer_id=731 is ...customer_id=?.
func FoldQuery(statement string) string {
	s := literal.ReplaceAllStringFunc(cut(statement, 4*maxName), func(m string) string {
		switch {
		case strings.HasPrefix(m, "/*"), strings.HasPrefix(m, "--"):
			return " "
		case isLetter(m[0]), m[0] == '_':
			return m
		}
		return "?"
	})
	s = valueList.ReplaceAllString(s, "(?)")
	return cut(strings.Join(strings.Fields(s), " "), maxName-3)
}

// subject finds the verb of a statement and the first table that it names.
var subject = regexp.MustCompile(`(?is)^\s*([a-z]+)\b(?:.*?\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+["\x60\[]?([\w.]+))?`)

// verbAndTable returns "SELECT" and "orders" of SELECT ... FROM orders. Either may be empty.
func verbAndTable(statement string) (verb, table string) {
	m := subject.FindStringSubmatch(cut(statement, 4*maxName))
	if m == nil {
		return "", ""
	}
	if strings.EqualFold(m[1], "UPDATE") && m[2] == "" {
		return m[1], firstWord(statement[len(m[0]):])
	}
	return m[1], m[2]
}

func firstWord(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	return strings.Trim(words[0], "\"`[]")
}
