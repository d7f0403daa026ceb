package choice

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/file"
)

// names are what an expression may ask for, as people write it.
const names = `service, route, status, duration, error and attr["KEY"]`

// hints say what to write instead, by what a message of the language holds.
var hints = []struct{ says, try string }{
	{"time.Duration", `a length of time has a unit: duration > 500ms`},
	{"mismatched types string", `attributes are text: attr["KEY"] == "5", or as a number int(attr["KEY"]) > 5`},
	{"mismatched types int and string", `status is a number: status >= 500`},
	{"mismatched types bool", `error is true or false: error, or not error`},
	{"bad number syntax", `a length of time has a unit of ns, us, ms, s, m or h: duration > 500ms`},
	{`Operator("=")`, `== compares: service == "web"`},
	{"unknown name", "names are " + names + "; text stands in quotes"},
	{"expected bool", `compare with something: service == "web"`},
}

const example = `attr["cloud.region"] == "eu-west-1" && duration > 1s`

// complaint says of an expression that was refused where it is wrong, why, and what to write.
func complaint(err error, r *rewrite) error {
	e := &Error{What: err.Error(), Hint: example}
	var at *file.Error
	column := 0
	if errors.As(err, &at) {
		column = r.column(at.Column)
		e.At, e.What = fmt.Sprintf("column %d", column), at.Message
	}
	for _, h := range hints {
		if strings.Contains(e.What, h.says) {
			e.Hint = h.try
			break
		}
	}
	if key := dotted.FindString(from(r.written, column)); key != "" && strings.Contains(e.What, "unknown name") {
		e.Hint = fmt.Sprintf("attr[%q] is how an attribute is asked for", key)
	}
	e.What = words.Replace(mismatch.ReplaceAllString(e.What, "$2 and $3 do not go with $1"))
	return e
}

// dotted is a name like those of attributes.
var dotted = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+`)

// from returns what of a text stands from a column on.
func from(text string, column int) string {
	runes := []rune(text)
	return string(runes[min(max(0, column-1), len(runes)):])
}

var mismatch = regexp.MustCompile(`(\S+) \(mismatched types (\S+) and (\S+)\)`)

var words = strings.NewReplacer(
	"invalid operation: ", "", "time.Duration", "a length of time", "string", "a text", "int", "a number", "float64", "a number", "[]interface {}", "list", "interface {}", "anything",
	"unexpected token EOF", "it ends too early", "bool", "yes or no", "map[string]string", "attributes", lengthCall, "a length of time",
)
