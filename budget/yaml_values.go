package budget

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

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
