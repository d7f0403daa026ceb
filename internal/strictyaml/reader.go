package strictyaml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a person writes fits easily; what does not was not written by a person.
const (
	MaxBytes = 1 << 20 // of a file
	maxDepth = 64
)

// A Reader walks the nodes of one YAML file and keeps every problem it meets, so that a
// person can mend them all at once.
type Reader struct {
	File     string
	problems Problems
}

// Root returns the top node of the file's only document, or nil and a problem.
func (r *Reader) Root(data []byte) Node {
	if len(data) > MaxBytes {
		r.at(nil, "the file has more than %d bytes", MaxBytes)
		return nil
	}
	tokens := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff")) // what Windows begins a file with
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

func (r *Reader) onlyDocument(file *ast.File) Node {
	var body Node
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

func (r *Reader) syntax(err error) {
	var e yaml.Error
	if errors.As(err, &e) {
		r.at(e.GetToken(), "%s", e.GetMessage())
		return
	}
	r.at(nil, "%s", err)
}

func (r *Reader) at(t *token.Token, format string, args ...any) {
	p := Problem{File: r.File, Text: Printable(fmt.Sprintf(format, args...))}
	if t != nil && t.Position != nil {
		p.Line, p.Column = t.Position.Line, t.Position.Column
	}
	r.problems = append(r.problems, p)
}

// Fail reports a problem at a node.
func (r *Reader) Fail(n Node, format string, args ...any) {
	r.at(n.GetToken(), format, args...)
}

// FailInside reports a problem at a byte of the text of a node.
func (r *Reader) FailInside(n Node, at int, text string) {
	r.Fail(n, "%s", text)
	if t := n.GetToken(); t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		at++
	}
	r.problems[len(r.problems)-1].Column += at
}

// Failed reports whether a problem was met.
func (r *Reader) Failed() bool { return len(r.problems) > 0 }

// Err returns the problems met so far as an error, or nil.
func (r *Reader) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return r.problems.sorted()
}
