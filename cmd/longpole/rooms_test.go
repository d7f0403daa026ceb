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
	mostFiles   = 25 // of one folder, without tests
)

func TestRoomsAreSmallAndSayWhatTheyAreFor(t *testing.T) {
	for _, room := range []string{"ingest", "report"} {
		checkRooms(t, filepath.Join(testkit.Root(t), room))
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
	count, doc, methods := 0, "", map[string]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		count++
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		doc += f.Doc.Text()
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				methods[receiver(fn)]++
			}
		}
	}
	if count > mostFiles {
		t.Errorf("%s has %d files, more than %d", dir, count, mostFiles)
	}
	for name, n := range methods {
		if n > mostMethods {
			t.Errorf("%s: %s has %d methods, more than %d", dir, name, n, mostMethods)
		}
	}
	for _, says := range []string{"It takes", "gives", "must never"} {
		if !strings.Contains(strings.ReplaceAll(doc, "\n", " "), says) {
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
