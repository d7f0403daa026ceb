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

// A field is a key that an object may have, and what to do with its value.
type field struct {
	key  string
	read func(n ast.Node)
}

// An entry is a key of a mapping with its value.
type entry struct {
	key   string
	node  ast.Node // the key's
	value ast.Node
}

// object reads a mapping whose keys are known.
func (r *reader) object(n ast.Node, what string, fields ...field) {
	var known []string
	for _, f := range fields {
		known = append(known, f.key)
	}
	for _, e := range r.entries(n, what) {
		f := findField(fields, e.key)
		if f == nil {
			r.fail(e.node, "unknown key %q in %s%s", e.key, what, nearest(e.key, known))
			continue
		}
		f.read(e.value)
	}
}

func findField(fields []field, key string) *field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// entries reads a mapping whose keys are free, in the order of the file. The parser has
// refused keys that stand twice.
func (r *reader) entries(n ast.Node, what string) []entry {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.fail(n, "%s must be a mapping, not %s", what, nodeName(n))
		return nil
	}
	var out []entry
	for _, v := range values {
		key, ok := scalar(v.Key)
		if !ok {
			r.fail(v.Key, "%s cannot have %s as a key; write the keys out", what, nodeName(v.Key))
			continue
		}
		out = append(out, entry{key, v.Key, v.Value})
	}
	return out
}

// list reads a sequence, or one value that stands for a sequence of one.
func (r *reader) list(n ast.Node, what string) []ast.Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		return []ast.Node{n}
	}
	if len(s.Values) == 0 {
		r.fail(n, "%s is an empty list", what)
	}
	return s.Values
}

// text reads one text; numbers and booleans are taken as they are spelled.
func (r *reader) text(n ast.Node, what string) string {
	s, ok := scalar(n)
	switch {
	case !ok:
		r.fail(n, "%s must be a text, not %s", what, nodeName(n))
	case strings.TrimSpace(s) == "":
		r.fail(n, "%s is empty", what)
	}
	return s
}

func (r *reader) texts(n ast.Node, what string) []string {
	var out []string
	for _, v := range r.list(n, what) {
		out = append(out, r.text(v, what))
	}
	return out
}

func (r *reader) bool(n ast.Node, what string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.fail(n, "%s must be true or false, not %s", what, nodeName(n))
		return false
	}
	return b.Value
}

func scalar(n ast.Node) (s string, ok bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return v.GetToken().Value, true
	}
	return "", false
}

func nodeName(n ast.Node) string {
	switch n.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "a mapping"
	case ast.SequenceType:
		return "a list"
	case ast.NullType:
		return "nothing"
	case ast.AliasType, ast.AnchorType, ast.MergeKeyType:
		return "an anchor or alias (write it out)"
	}
	if s, ok := scalar(n); ok {
		return fmt.Sprintf("%q", cut(s, 40))
	}
	return "a " + strings.ToLower(n.Type().String())
}
