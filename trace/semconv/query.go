package semconv

import (
	"bytes"
	"slices"
	"unicode"

	"github.com/longpole/longpole/trace"
)

// queryOf returns what a database span did: its summary if there is one, else its name with the
// verb and the table that the name leaves out. It is empty for other spans.
func queryOf(sig *trace.Signature) string {
	if s := value(sig, summaries); s != "" {
		return Fold(s)
	}
	verb, table := verbAndTableOf(value(sig, statements))
	if v := value(sig, verbs); v != "" {
		verb = v
	}
	if t := value(sig, tables); t != "" {
		table = t
	}
	if verb == "" && table == "" {
		return ""
	}
	return withWord(withWord(Fold(sig.Name), verb), Fold(table))
}

// tableWords are those after which a statement names a table.
var tableWords = bytes.Fields([]byte("FROM INTO UPDATE JOIN TABLE"))

// verbAndTable returns "SELECT" and "orders" of SELECT ... FROM orders. Either may be empty.
func verbAndTable(statement []byte) (verb, table []byte) {
	named := false
	for w := range bytes.FieldsSeq(beginning(statement)) {
		if len(verb) == 0 {
			if verb = letters(w); len(verb) == 0 {
				return nil, nil
			}
			named = bytes.EqualFold(verb, []byte("UPDATE"))
			continue
		}
		if named {
			return verb, tableName(w)
		}
		named = namesTable(w)
	}
	return verb, nil
}

func verbAndTableOf(statement string) (verb, table string) {
	v, t := verbAndTable([]byte(statement))
	return string(v), string(t)
}

// beginning returns as much of a statement as is looked at. A table whose name is cut shows it.
func beginning(statement []byte) []byte {
	if len(statement) <= 4*maxName {
		return statement
	}
	return append(bytes.ToValidUTF8(statement[:4*maxName], nil), "..."...)
}

// namesTable reports whether w is one of tableWords, in any case.
func namesTable(w []byte) bool {
	if len(w) < len("FROM") || len(w) > len("UPDATE") {
		return false
	}
	return slices.ContainsFunc(tableWords, func(t []byte) bool { return bytes.EqualFold(t, w) })
}

// letters returns the letters that w begins with.
func letters(w []byte) []byte {
	end := bytes.IndexFunc(w, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' })
	if end < 0 {
		return w
	}
	return w[:end]
}

// tableName returns the name that w begins with, without its quotes.
func tableName(w []byte) []byte {
	w = bytes.TrimLeft(w, "\"`[")
	end := bytes.IndexFunc(w, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		return w
	}
	return w[:end]
}

func isWordRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// SaysSystem reports whether the span says which kind of database it asks.
func SaysSystem(sig *trace.Signature) bool { return has(sig, dbSystems) }

// SaysQuery reports whether the span says what it asks of a database.
func SaysQuery(sig *trace.Signature) bool {
	return has(sig, statements) || has(sig, summaries) || has(sig, verbs)
}

func has(sig *trace.Signature, keys []string) bool {
	_, ok := sig.First(keys...)
	return ok
}
