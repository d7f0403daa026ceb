package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"github.com/longpole/longpole/internal/testkit"
)

// judges returns, for each output of check and for the JSON of doctor, what reads it as its
// readers do, and what must hold of it.
func judges(f *testing.F) map[string]func(testing.TB, []byte) {
	root := testkit.Root(f)
	published := func(name string) *jsonschema.Schema { return schemaOf(f, filepath.Join(root, "docs", "schema", name)) }
	foreign := func(name string) *jsonschema.Schema {
		return schemaOf(f, filepath.Join(root, "report", "testdata", "schemas", name))
	}
	isReport, isDoctor := published("report.v1.json"), published("doctor.v1.json")
	isSARIF, isCodeQuality := foreign("sarif-2.1.0.json"), foreign("gitlab-codequality.json")
	return map[string]func(testing.TB, []byte){
		"text":        func(t testing.TB, out []byte) { testkit.Harmless(t, "text", out) },
		"markdown":    isMarkdown,
		"html":        isHTML,
		"csv":         isCSV,
		"junit":       isJUnit,
		"github":      isGitHub,
		"openmetrics": isOpenMetrics,
		"sarif":       func(t testing.TB, out []byte) { isJSON(t, "sarif", isSARIF, out) },
		"gitlab":      func(t testing.TB, out []byte) { isJSON(t, "gitlab", isCodeQuality, out) },
		"json": func(t testing.TB, out []byte) {
			isJSON(t, "json", isReport, out)
			figuresHold(t, out)
		},
		"doctor": func(t testing.TB, out []byte) {
			isJSON(t, "doctor", isDoctor, out)
			ledgerOf(t, out).addsUp(t)
		},
	}
}

func schemaOf(f *testing.F, path string) *jsonschema.Schema {
	schema, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		f.Fatal(err)
	}
	return schema
}

func isJSON(t testing.TB, what string, schema *jsonschema.Schema, out []byte) {
	t.Helper()
	testkit.Harmless(t, what, out)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

func isMarkdown(t testing.TB, out []byte) {
	t.Helper()
	testkit.Harmless(t, "markdown", out)
	ast.Walk(gfm.Parse(gtext.NewReader(out)), func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		switch v := n.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink, *ast.RawHTML, *ast.Blockquote, *ast.ThematicBreak, *east.Strikethrough:
			t.Errorf("markdown: a name becomes a %s", n.Kind())
		case *ast.HTMLBlock:
			if _, ours := testkit.Folded(v, out); !ours {
				t.Errorf("markdown: a name becomes HTML: %s", v.Lines().Value(out))
			}
		case *east.TableRow:
			if want := len(n.Parent().(*east.Table).Alignments); v.ChildCount() != want {
				t.Errorf("markdown: a row has %d cells, its table %d", v.ChildCount(), want)
			}
		}
		return ast.WalkContinue, nil
	})
}

func isHTML(t testing.TB, out []byte) {
	t.Helper()
	testkit.Harmless(t, "html", out)
	if !bytes.HasSuffix(out, []byte("</html>\n")) {
		t.Errorf("html ends with %q", out[max(0, len(out)-20):])
	}
	page, err := html.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for n := range page.Descendants() {
		ours := len(n.Attr) == 0 || n.Attr[0].Val == "application/json" || n.Attr[0].Val == "skip"
		if n.Type == html.CommentNode || n.Data == "img" || (n.Data == "script" || n.Data == "a") && !ours {
			t.Errorf("html: a name becomes <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && a.Val != "#main" || a.Key == "src" {
				t.Errorf("html: a name becomes %s=%q", a.Key, a.Val)
			}
		}
	}
}

// isCSV also holds that the rows of every grouping of a journey add up to its total.
func isCSV(t testing.TB, out []byte) {
	t.Helper()
	testkit.Harmless(t, "csv", out)
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatalf("csv: %v", err)
	}
	sums := map[[2]string][3]int64{}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+@\t\r") == 0 {
				t.Errorf("csv: the cell %q is a formula", cell)
			}
		}
		if strings.HasPrefix(row[1], "ledger") {
			continue
		}
		key := [2]string{row[0], row[1]}
		sum := sums[key]
		for i := range sum {
			n, err := strconv.ParseInt(row[4+i], 10, 64)
			if err != nil {
				t.Fatalf("csv: %v", err)
			}
			sum[i] += n
		}
		sums[key] = sum
	}
	for key, sum := range sums {
		if total := sums[[2]string{key[0], "total"}]; sum != total {
			t.Errorf("csv: the rows of %q sum to %d, the total is %d", key, sum, total)
		}
	}
}

// A junitSuite is what Jenkins and GitLab count.
type junitSuite struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Skipped  int `xml:"skipped,attr"`
	Cases    []struct {
		Name    string    `xml:"name,attr"`
		Failure *struct{} `xml:"failure"`
		Skipped *struct{} `xml:"skipped"`
	} `xml:"testcase"`
}

func isJUnit(t testing.TB, out []byte) {
	t.Helper()
	testkit.Harmless(t, "junit", out)
	var suites struct {
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out, &suites); err != nil {
		t.Fatalf("junit: %v", err)
	}
	tests, failures := 0, 0
	for _, s := range suites.Suites {
		failed, skipped := 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failed++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failed || s.Skipped != skipped {
			t.Errorf("junit: %d tests, %d failures, %d skipped stand in a suite that says %d, %d, %d", len(s.Cases), failed, skipped, s.Tests, s.Failures, s.Skipped)
		}
		tests, failures = tests+s.Tests, failures+s.Failures
	}
	if tests != suites.Tests || failures != suites.Failures {
		t.Errorf("junit: suites have %d tests and %d failures, all have %d and %d", tests, failures, suites.Tests, suites.Failures)
	}
}

func isGitHub(t testing.TB, out []byte) {
	t.Helper()
	for line := range strings.Lines(string(out)) {
		command, ok := strings.CutPrefix(line, "::")
		testkit.Harmless(t, "github", []byte(command))
		properties, message, said := strings.Cut(strings.TrimSuffix(command, "\n"), "::")
		if !ok || !said || message == "" || strings.Count(properties, ",") != 2 && properties != "notice title=What was read" {
			t.Errorf("github: %q", line)
		}
	}
}

func isOpenMetrics(t testing.TB, out []byte) {
	t.Helper()
	testkit.Harmless(t, "openmetrics", out)
	if !bytes.HasSuffix(out, []byte("\n# EOF\n")) {
		t.Errorf("openmetrics ends with %q", out[max(0, len(out)-20):])
	}
	parser := expfmt.NewTextParser(model.UTF8Validation) // that of OpenMetrics is too slow for a fuzz target
	if _, err := parser.TextToMetricFamilies(bytes.NewReader(out)); err != nil {
		t.Fatalf("openmetrics: %v", err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		series := line[:strings.LastIndexByte(line, ' ')+1]
		if !strings.HasPrefix(line, "#") && seen[series] {
			t.Errorf("openmetrics: %s stands twice", series)
		}
		seen[series] = true
	}
}
