package budget

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a person writes fits easily; what does not was not written by a person.
const (
	maxBytes = 1 << 20
	maxDepth = 64
)

// A reader walks the nodes of one YAML file and keeps every problem it meets, so that a
// person can mend them all at once.
type reader struct {
	file     string
	problems Problems
}

// root returns the top node of the file's only document, or nil and a problem.
func (r *reader) root(data []byte) ast.Node {
	if len(data) > maxBytes {
		r.at(nil, "the file has %d bytes; at most %d are read", len(data), maxBytes)
		return nil
	}
	tokens := lexer.Tokenize(string(data))
	if t := tooDeep(tokens); t != nil {
		r.at(t, "nested more than %d deep", maxDepth)
		return nil
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		r.syntax(err)
		return nil
	}
	return r.onlyDocument(file)
}

func (r *reader) onlyDocument(file *ast.File) ast.Node {
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType:
		case body == nil:
			body = doc.Body
		default:
			r.at(doc.Body.GetToken(), "a second document; write one file for each")
			return nil
		}
	}
	if body == nil {
		r.at(nil, "the file is empty")
	}
	return body
}

// tooDeep returns the token at which the nesting passes maxDepth: the parser recurses.
func tooDeep(tokens token.Tokens) *token.Token {
	flow, inLine, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, inLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			inLine++
		}
		if flow+inLine > maxDepth {
			return t
		}
	}
	return nil
}

func (r *reader) syntax(err error) {
	var e yaml.Error
	if errors.As(err, &e) {
		r.at(e.GetToken(), "%s", e.GetMessage())
		return
	}
	r.at(nil, "%s", err)
}

func (r *reader) at(t *token.Token, format string, args ...any) {
	p := Problem{File: r.file, Text: printable(fmt.Sprintf(format, args...))}
	if t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	r.problems = append(r.problems, p)
}

// printable escapes whatever could act on a terminal; the parser's messages quote raw bytes.
func printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if strconv.IsPrint(c) {
			b.WriteRune(c)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRune(c), "'"))
	}
	return b.String()
}

func (r *reader) fail(n ast.Node, format string, args ...any) {
	r.at(n.GetToken(), format, args...)
}

// err returns the problems met so far as an error, or nil.
func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return r.problems.sorted()
}
