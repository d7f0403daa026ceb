package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// hostile analyses requests in which everything that a file can name is called name.
func hostile(t testing.TB, name string) *analyze.Result {
	return reporttest.Made("hostile "+name, func() *analyze.Result { return hostileShop(t, name) })
}

func hostileShop(t testing.TB, name string) *analyze.Result {
	var traces [][]trace.Span
	for range 25 {
		spans := reporttest.Checkout(t, 40+len(traces), 17)
		for i := range spans {
			sig := *spans[i].Sig
			sig.Service, sig.Name = name, name
			sig.Attrs = append(sig.Attrs, trace.Attr{Key: "peer.service", Value: name + "2"}).Sort()
			spans[i].Sig = &sig
		}
		traces = append(traces, spans)
	}
	res := reporttest.Collected(t, traces...)
	res.Ledger.Files[0] = trace.FileCount{Name: name, Format: name}
	res.Ledger.Count(trace.Code{ID: "bad", What: "bad things"}, 1, trace.Example{File: name, Text: name, Offset: -1})
	return res
}

func TestNoNameActsOnAnyOutput(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		r := New(hostile(t, name), Options{Input: name})
		for _, f := range Formats {
			out := bytes.TrimPrefix(written(t, f, r, page.Style{}), []byte("::notice title=What was read::")) // the only command
			testkit.Harmless(t, f.Name+" of "+strings.ToValidUTF8(name, "?"), out)
		}
		testkit.Harmless(t, "narrow text", written(t, text, r, page.Style{Width: 1, ASCII: true}))
	}
}

func TestTheJSONHoldsEveryNameAsItWas(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		var out reportJSON
		if err := json.Unmarshal(written(t, jsonFormat, New(hostile(t, name), Options{}), page.Style{}), &out); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if want := string([]rune(name)); out.Files[0].Name != want {
			t.Errorf("%q is read back as %q", want, out.Files[0].Name)
		}
	}
}

func TestMarkdownKeepsItsTablesAndMakesNothingOfNames(t *testing.T) {
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		source := written(t, markdown, New(hostile(t, name), Options{Input: name}), page.Style{})
		tables, folded := 0, false
		err := ast.Walk(parser.Parse(gtext.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch v := n.(type) {
			case *ast.Link, *ast.Image, *ast.AutoLink, *ast.RawHTML, *ast.CodeSpan, *ast.FencedCodeBlock, *ast.Blockquote, *ast.ThematicBreak, *east.Strikethrough:
				t.Errorf("%q becomes a %s", name, n.Kind())
			case *ast.HTMLBlock:
				begins, ours := testkit.Folded(v, source)
				if !ours {
					t.Errorf("%q becomes HTML: %s", name, v.Lines().Value(source))
				}
				folded = begins
			case *ast.List:
				if v.IsOrdered() {
					t.Errorf("%q becomes a numbered list", name)
				}
			case *east.Table:
				if entering && !folded {
					tables++
				}
			case *east.TableRow:
				if want := len(n.Parent().(*east.Table).Alignments); n.ChildCount() != want {
					t.Errorf("%q: a row has %d cells, the table %d", name, n.ChildCount(), want)
				}
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if tables != 1 {
			t.Errorf("%q: %d tables, want one for the only journey", name, tables)
		}
		rawRows(t, name, string(source))
	}
}

// rawRows counts pipes as a reader that knows no escapes would.
func rawRows(t *testing.T, name, source string) {
	t.Helper()
	want := 0
	for line := range strings.Lines(source) {
		if !strings.HasPrefix(line, "|") {
			want = 0
			continue
		}
		n := strings.Count(line, "|")
		if want == 0 {
			want = n
		}
		if n != want {
			t.Errorf("%q: %d pipes instead of %d in %q", name, n, want, line)
		}
	}
}

func TestNoCellOfTheCSVIsAFormula(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		rows, err := csv.NewReader(bytes.NewReader(written(t, csvFormat, New(hostile(t, name), Options{}), page.Style{}))).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		for _, row := range rows {
			for _, i := range []int{0, 2} {
				if strings.IndexAny(row[i], "=+-@\t\r") == 0 {
					t.Errorf("%q becomes the cell %q", name, row[i])
				}
			}
		}
	}
}
