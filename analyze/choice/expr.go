package choice

import (
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/longpole/longpole/analyze/attribute"
)

// An Expr is a condition on a request, such as
//
//	attr["cloud.region"] == "ap-south-1" && duration > 1s
type Expr struct {
	program   *vm.Program
	keys      []string // that attr is asked for, in order
	byOutcome bool
}

// known is what an expression may ask of a request.
type known struct {
	Service  string                  `expr:"service"`
	Route    string                  `expr:"route"`
	Status   int                     `expr:"status"`
	Duration time.Duration           `expr:"duration"`
	Error    bool                    `expr:"error"`
	Attr     map[string]string       `expr:"attr"`
	Length   func(int) time.Duration `expr:"length_of_time"`
}

// mostNodes is how large an expression may be.
const mostNodes = 1000

// ParseExpr reads an expression. The error is an *Error without a flag.
func ParseExpr(text string) (*Expr, error) {
	r := rewriteLengths(text)
	program, err := expr.Compile(r.text, expr.Env(known{}), expr.AsBool(), expr.DisableBuiltin("duration"),
		expr.DisableBuiltin("now"), expr.MaxNodes(mostNodes))
	if err != nil {
		return nil, complaint(err, &r)
	}
	tree, err := parser.Parse(r.text)
	if err != nil {
		return nil, complaint(err, &r)
	}
	var found asked
	ast.Walk(&tree.Node, &found)
	if found.loose {
		return nil, &Error{What: `attr must be asked for one key, in quotes`, Hint: `attr["cloud.region"] == "eu-west-1", or "cloud.region" in attr`}
	}
	slices.Sort(found.keys)
	return &Expr{program, slices.Compact(found.keys), found.byOutcome}, nil
}

// Of says whether the expression is true of a request, and whether that could be told: a number may
// have been asked of a text that is none.
func (e *Expr) Of(q *attribute.Candidate) (holds, told bool) {
	env := known{
		Service: q.Service(), Route: q.Route(), Status: q.Status(), Duration: q.Duration(), Error: q.Failed(),
		Attr:   map[string]string{},
		Length: func(ns int) time.Duration { return time.Duration(ns) },
	}
	for _, key := range e.keys {
		if v, ok := q.Attr(key); ok {
			env.Attr[key] = v
		}
	}
	out, err := expr.Run(e.program, env)
	holds, isBool := out.(bool)
	return holds, err == nil && isBool
}

// asked finds what an expression asks of requests.
type asked struct {
	keys          []string
	attr, indexed int // how often attr is named, and how often it is asked for one key
	byOutcome     bool
	loose         bool
}

// Visit is called for each node, for what is below it first.
func (a *asked) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		a.name(n.Value)
	case *ast.MemberNode:
		a.index(n.Node, n.Property)
	case *ast.BinaryNode:
		if n.Operator == "in" {
			a.index(n.Right, n.Left)
		}
	}
	a.loose = a.attr > a.indexed
}

func (a *asked) name(name string) {
	switch name {
	case "attr":
		a.attr++
	case "duration", "error", "status":
		a.byOutcome = true
	case "$env":
		a.attr++ // which is everything
	}
}

func (a *asked) index(of, key ast.Node) {
	name, isName := of.(*ast.IdentifierNode)
	text, isText := key.(*ast.StringNode)
	if isName && isText && name.Value == "attr" {
		a.indexed++
		a.keys = append(a.keys, text.Value)
	}
}
