package glossary

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/internal/testkit"
)

// printedBy says whose help has to explain the tables of a room.
var printedBy = map[string][]string{
	"report": {"report"}, "report/findings": {"findings"}, "report/diff": {"diff"}, "report/whatif": {"whatif"}, "report/doctor": {"doctor"}, "report/waterfall": {"trace", "explain"},
}

// worked are the heads that are made while a page is: the expression in the code, and a head that it
// gives. One that is not here, and that a reader would meet, makes the test fail.
var worked = map[string][]string{
	"level": {"p95"}, `"of " + level`: {"of p95"}, "p.Level.String()": {"p50", "p95", "p99"}, "slowest(&j.Tail)": {"slowest 10 %"},
	`"start " + s.Unit()`: {"start"}, "g.Name": {"layer", "place", "operation"},
}

func TestEveryHeadOfATableIsExplainedInTheHelpOfItsCommand(t *testing.T) {
	for room, commands := range printedBy {
		heads := headsOf(t, filepath.Join(testkit.Root(t), room))
		if len(heads) < 5 {
			t.Errorf("%s has %d heads: the test no longer finds them", room, len(heads))
		}
		for head, where := range heads {
			by := commands
			if strings.HasPrefix(where, "explain_") {
				by = []string{"explain"}
			}
			if !slices.ContainsFunc(by, func(c string) bool { return explains(c, head) }) {
				t.Errorf("%s: the help of %s does not explain %q", where, strings.Join(by, " and "), head)
			}
		}
	}
}

func TestEveryRoomWithTablesHasACommandThatExplainsThem(t *testing.T) {
	rooms, err := filepath.Glob(filepath.Join(testkit.Root(t), "report", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range rooms {
		room := "report/" + filepath.Base(dir)
		if printedBy[room] == nil && room != "report/page" && len(headsOf(t, dir)) > 0 { // page gives columns to others
			t.Errorf("%s has tables, and no command explains them", room)
		}
	}
}

func TestVerdictsAndProofsAreExplained(t *testing.T) {
	for _, s := range []analyze.State{analyze.OK, analyze.Unproven, analyze.AtRisk, analyze.Blown} {
		for _, command := range []string{"report", "check"} {
			if !explains(command, s.String()) {
				t.Errorf("%s does not explain %q", command, s)
			}
		}
	}
	for _, s := range []compare.Said{compare.Unproven, compare.Different, compare.Proven} {
		if !explains("diff", s.String()) {
			t.Errorf("diff does not explain %q", s)
		}
	}
}

func TestTheTableOfABudgetIsExplainedByCheckToo(t *testing.T) {
	for _, head := range []string{"budget", "used", "over by", "room", "in", "of p95", "adds", "verdict", "assertion", "measured", "range", "requests"} {
		if !explains("check", head) {
			t.Errorf("check does not explain %q", head)
		}
	}
}

func TestNoCommandExplainsAWordInTwoWays(t *testing.T) {
	for command, all := range words {
		seen := map[string]string{}
		for _, w := range all {
			for _, head := range w.Heads {
				if other, twice := seen[head]; twice && other != w.Means && !ofTwoTables[head] {
					t.Errorf("%s explains %q as %q and as %q", command, head, other, w.Means)
				}
				seen[head] = w.Means
			}
		}
	}
}

// ofTwoTables are heads that stand over a layer of the plan and over one without a plan.
var ofTwoTables = map[string]bool{"layer": true, "adds": true, "requests": true}

func explains(command, head string) bool {
	return slices.ContainsFunc(words[command], func(w Word) bool { return slices.Contains(w.Heads, head) })
}

// headsOf returns what the code of a folder puts over columns, and where.
func headsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	c := collector{t: t, fset: fset, heads: map[string]string{}}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		c.files = append(c.files, parsed)
	}
	for _, f := range c.files {
		for _, d := range f.Decls {
			fn, _ := d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool { c.node(n, fn); return true })
		}
	}
	return c.heads
}

type collector struct {
	t     *testing.T
	fset  *token.FileSet
	files []*ast.File
	heads map[string]string
}

// node takes the head of "Head: x", page.Names(x) and page.Number(x).
func (c *collector) node(n ast.Node, in *ast.FuncDecl) {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Head" {
			c.head(n.Value, in)
		}
	case *ast.CallExpr:
		if name := types.ExprString(n.Fun); name == "page.Names" || name == "page.Number" {
			c.head(n.Args[0], in)
		}
	}
}

func (c *collector) head(e ast.Expr, in *ast.FuncDecl) {
	where := c.fset.Position(e.Pos())
	place := filepath.Base(where.Filename) + ":" + strconv.Itoa(where.Line)
	if lit, ok := e.(*ast.BasicLit); ok {
		text, _ := strconv.Unquote(lit.Value)
		c.heads[text] = place
		return
	}
	if at := parameter(in, e); at >= 0 {
		c.arguments(in.Name.Name, at)
		return
	}
	texts, known := worked[types.ExprString(e)]
	if !known {
		c.t.Errorf("%s: what stands over a column is made by %s: add to the table of this test what it gives", place, types.ExprString(e))
	}
	for _, text := range texts {
		c.heads[text] = place
	}
}

// parameter is the place of an expression among the parameters of its function; -1 if it is none.
func parameter(in *ast.FuncDecl, e ast.Expr) int {
	name, ok := e.(*ast.Ident)
	if !ok || in == nil {
		return -1
	}
	at := 0
	for _, field := range in.Type.Params.List {
		for _, p := range field.Names {
			if p.Name == name.Name {
				return at
			}
			at++
		}
	}
	return -1
}

// arguments takes the heads that callers of a function give it.
func (c *collector) arguments(function string, at int) {
	for _, f := range c.files {
		for _, d := range f.Decls {
			fn, _ := d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && types.ExprString(call.Fun) == function && at < len(call.Args) {
					c.head(call.Args[at], fn)
				}
				return true
			})
		}
	}
}
