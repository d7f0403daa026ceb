package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

const (
	mostMethods = 40 // of one type
	mostFiles   = 25 // of one folder, without tests; cmd/longpole has one for each command
	mostLines   = 50 // of one function, without tests
)

// halls are the folders below which all rooms are.
var halls = []string{"trace", "ingest", "budget", "analyze", "report", "internal"}

func TestRoomsAreSmallAndSayWhatTheyAreFor(t *testing.T) {
	for _, hall := range halls {
		checkRooms(t, filepath.Join(testkit.Root(t), hall))
	}
}

func TestNoFunctionIsLongAndNoTypeCanDoEverything(t *testing.T) {
	for _, hall := range append(halls, "cmd", "scripts") {
		checkFunctions(t, filepath.Join(testkit.Root(t), hall))
	}
}

// checkFunctions looks at the functions in a folder and all below it.
func checkFunctions(t *testing.T, top string) {
	t.Helper()
	methods, longest := map[string]int{}, 0
	err := filepath.WalkDir(top, func(name string, e os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := files.Position(fn.End()).Line - files.Position(fn.Pos()).Line + 1
			if longest = max(longest, lines); lines > mostLines {
				t.Errorf("%s: %s has %d lines, more than %d", name, fn.Name.Name, lines, mostLines)
			}
			if fn.Recv != nil {
				methods[filepath.Dir(name)+" "+receiver(fn)]++
			}
		}
		return nil
	})
	if err != nil || longest == 0 {
		t.Fatalf("the longest function in %s has %d lines: %v", top, longest, err)
	}
	for name, n := range methods {
		if n > mostMethods {
			t.Errorf("%s has %d methods, more than %d", name, n, mostMethods)
		}
	}
}

// checkRooms looks at a folder and all below it.
func checkRooms(t *testing.T, top string) {
	t.Helper()
	err := filepath.WalkDir(top, func(dir string, e os.DirEntry, err error) error {
		switch {
		case err != nil || !e.IsDir():
			return err
		case e.Name() == "testdata":
			return filepath.SkipDir
		}
		checkRoom(t, dir)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkRoom(t *testing.T, dir string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	count := 0
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			count++
		}
	}
	if count == 0 {
		return // it holds rooms, or data
	}
	if count > mostFiles {
		t.Errorf("%s has %d files, more than %d", dir, count, mostFiles)
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, "doc.go"), nil, parser.ParseComments)
	if err != nil {
		t.Error(err)
		return
	}
	doc := strings.ReplaceAll(f.Doc.Text(), "\n", " ")
	for _, says := range []string{"It takes", " gives ", "must never"} {
		if !strings.Contains(doc, says) {
			t.Errorf("the comment of package %s does not say what it takes, gives and must never know: no %q", dir, says)
		}
	}
}

// receiver returns the name of the type that a method is of.
func receiver(fn *ast.FuncDecl) string {
	expr := fn.Recv.List[0].Type
	if p, ok := expr.(*ast.StarExpr); ok {
		expr = p.X
	}
	if g, ok := expr.(*ast.IndexExpr); ok {
		expr = g.X
	}
	if id, ok := expr.(*ast.Ident); ok {
		return id.Name
	}
	return "?"
}
