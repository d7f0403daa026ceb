package budget

import (
	"slices"
	"strings"
	"unicode"
)

// tableWords are those after which a statement names a table.
var tableWords = []string{"FROM", "INTO", "UPDATE", "JOIN", "TABLE"}

// verbAndTable returns "SELECT" and "orders" of SELECT ... FROM orders. Either may be empty.
func verbAndTable(statement string) (verb, table string) {
	words := strings.FieldsSeq(cut(statement, 4*maxName))
	named := false
	for w := range words {
		if verb == "" {
			if verb = letters(w); verb == "" {
				return "", ""
			}
			named = strings.EqualFold(verb, "UPDATE")
			continue
		}
		if named {
			return verb, tableName(w)
		}
		named = namesTable(w)
	}
	return verb, ""
}

// namesTable reports whether w is one of tableWords, in any case.
func namesTable(w string) bool {
	if len(w) < len("FROM") || len(w) > len("UPDATE") {
		return false
	}
	return slices.ContainsFunc(tableWords, func(t string) bool { return strings.EqualFold(t, w) })
}

// letters returns the letters that w begins with.
func letters(w string) string {
	end := strings.IndexFunc(w, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' })
	if end < 0 {
		return w
	}
	return w[:end]
}

// tableName returns the name that w begins with, without its quotes.
func tableName(w string) string {
	w = strings.TrimLeft(w, "\"`[")
	end := strings.IndexFunc(w, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		return w
	}
	return w[:end]
}

func isWordRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
