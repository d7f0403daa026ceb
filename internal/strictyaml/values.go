package strictyaml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// A Node is a place in a file with what stands there.
type Node = ast.Node

// Line returns the line of a node, from 1.
func Line(n Node) int { return n.GetToken().Position.Line }

// A Field is a key that an object may have, and what to do with its value.
type Field struct {
	key  string
	read func(Node)
}

// Key returns a field.
func Key(name string, read func(Node)) Field { return Field{name, read} }

// An Entry is a key of a mapping with its value.
type Entry struct {
	Key   string
	Node  Node // the key's
	Value Node
}

// Object reads a mapping whose keys are known.
func (r *Reader) Object(n Node, what string, fields ...Field) {
	var known []string
	for _, f := range fields {
		known = append(known, f.key)
	}
	for _, e := range r.Entries(n, what) {
		f := findField(fields, e.Key)
		if f == nil {
			r.Fail(e.Node, "unknown key %q in %s%s", e.Key, what, Nearest(e.Key, known))
			continue
		}
		f.read(e.Value)
	}
}

func findField(fields []Field, key string) *Field {
	for i := range fields {
		if fields[i].key == key {
			return &fields[i]
		}
	}
	return nil
}

// Entries reads a mapping whose keys are free, in the order of the file. The parser has
// refused keys that stand twice.
func (r *Reader) Entries(n Node, what string) []Entry {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.Fail(n, "%s must be a mapping, not %s", what, Describe(n))
		return nil
	}
	var out []Entry
	for _, v := range values {
		key, ok := Scalar(v.Key)
		if !ok {
			r.Fail(v.Key, "%s cannot have %s as a key; write the keys out", what, Describe(v.Key))
			continue
		}
		out = append(out, Entry{key, v.Key, v.Value})
	}
	return out
}

// List reads a sequence, or one value that stands for a sequence of one.
func (r *Reader) List(n Node, what string) []Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		return []Node{n}
	}
	if len(s.Values) == 0 {
		r.Fail(n, "%s is an empty list", what)
	}
	return s.Values
}

// Text reads one text; numbers and booleans are taken as they are spelled.
func (r *Reader) Text(n Node, what string) string {
	s, ok := Scalar(n)
	switch {
	case !ok:
		r.Fail(n, "%s must be a text, not %s", what, Describe(n))
	case strings.TrimSpace(s) == "":
		r.Fail(n, "%s is empty", what)
	}
	return s
}

// Texts reads one text or a list of them.
func (r *Reader) Texts(n Node, what string) []string {
	var out []string
	for _, v := range r.List(n, what) {
		out = append(out, r.Text(v, what))
	}
	return out
}

// Bool reads true or false.
func (r *Reader) Bool(n Node, what string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.Fail(n, "%s must be true or false, not %s", what, Describe(n))
		return false
	}
	return b.Value
}

// Scalar returns the text of a node that is one value, as it is spelled.
func Scalar(n Node) (s string, ok bool) {
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

// Describe says what stands at a node.
func Describe(n Node) string {
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
	if s, ok := Scalar(n); ok {
		return fmt.Sprintf("%q", Cut(s, 40))
	}
	return "a " + strings.ToLower(n.Type().String())
}
