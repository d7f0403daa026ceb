package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/report/results"
)

// documents are the pages whose examples and tables are checked against the program. With
// -update they are written anew.
func documents(t *testing.T) []string {
	t.Helper()
	root := testkit.Root(t)
	pages, _ := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	return append(pages, filepath.Join(root, "README.md"))
}

// console is a fenced block that begins with the command whose output it shows.
var console = regexp.MustCompile("(?s)```console\n\\$ (longpole [^\n|]*?)(?: \\| head -(\\d+))?\n(.*?)```")

func TestDocumentsShowWhatTheProgramPrints(t *testing.T) {
	t.Chdir(testkit.Root(t))
	shown := 0
	for _, page := range documents(t) {
		rewrite(t, page, console, func(m []string) string {
			shown++
			pipe := ""
			if m[2] != "" {
				pipe = " | head -" + m[2]
			}
			return fmt.Sprintf("```console\n$ %s%s\n%s```", m[1], pipe, output(t, m[1], m[2]))
		})
	}
	if shown == 0 {
		t.Error("no document shows the program at work")
	}
}

// output runs a command line and returns what it prints, cut to so many lines.
func output(t *testing.T, line, lines string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	execute(t.Context(), strings.Fields(line)[1:], nil, &stdout, &stderr)
	if stderr.Len() > 0 {
		t.Errorf("%s complains: %s", line, stderr.String())
	}
	all := strings.SplitAfter(stdout.String(), "\n")
	if n, err := strconv.Atoi(lines); err == nil {
		all = all[:min(n, len(all))]
	}
	return strings.Join(all, "")
}

func TestDocumentTablesArePrintedFromTheProgramsTables(t *testing.T) {
	for name, table := range map[string]string{"commands": commandTable(), "formats": formatTable(), "outputs": outputTable(), "exports": exportTable(), "results": resultTable()} {
		block := regexp.MustCompile("(?s)(<!-- " + name + " -->\n).*?(<!-- end -->)")
		rewrite(t, filepath.Join(testkit.Root(t), "README.md"), block, func(m []string) string {
			return m[1] + table + m[2]
		})
	}
}

func commandTable() string {
	b := "| command | does |\n|---|---|\n"
	for _, c := range newRoot(&app{}).Commands() {
		b += fmt.Sprintf("| `%s` | %s |\n", c.Name(), c.Short)
	}
	return b
}

func formatTable() string {
	b := "| format | |\n|---|---|\n"
	for _, f := range ingest.Formats {
		b += fmt.Sprintf("| `%s` | %s |\n", f.Name, f.Doc)
	}
	return b
}

func resultTable() string {
	b := "| format | |\n|---|---|\n"
	for _, f := range results.Formats {
		b += fmt.Sprintf("| `%s` | %s |\n", f.Name, f.Doc)
	}
	return b
}

func TestThePageAboutExportListsEveryFormat(t *testing.T) {
	block := regexp.MustCompile("(?s)(<!-- results -->\n).*?(<!-- end -->)")
	rewrite(t, filepath.Join(testkit.Root(t), "docs", "export.md"), block, func(m []string) string { return m[1] + resultTable() + m[2] })
}

func exportTable() string {
	b := "| format | |\n|---|---|\n"
	for _, f := range export.Formats {
		b += fmt.Sprintf("| `%s` | %s |\n", f.Name, f.Doc)
	}
	return b
}

func TestTheManualSaysWhatTheCommandsSay(t *testing.T) {
	all := regexp.MustCompile("(?s)^.*$")
	rewrite(t, filepath.Join(testkit.Root(t), "docs", "manual.md"), all, func([]string) string {
		return output(t, "longpole man --markdown", "")
	})
}

func TestThePageAboutAgentsListsTheTools(t *testing.T) {
	block := regexp.MustCompile("(?s)(<!-- tools -->\n).*?(<!-- end -->)")
	rewrite(t, filepath.Join(testkit.Root(t), "docs", "agents.md"), block, func(m []string) string {
		table := "| tool | arguments | |\n|---|---|---|\n"
		for _, tool := range offered(newRoot(&app{})) {
			var names []string
			for _, p := range tool.Params {
				names = append(names, "`"+p.Name+"`")
			}
			table += fmt.Sprintf("| `%s` | %s | %s |\n", tool.Name, strings.Join(names, ", "), tool.Doc)
		}
		return m[1] + table + m[2]
	})
}

func TestThePageAboutConvertListsWhatEveryFormatLoses(t *testing.T) {
	block := regexp.MustCompile("(?s)(<!-- losses -->\n).*?(<!-- end -->)")
	rewrite(t, filepath.Join(testkit.Root(t), "docs", "convert.md"), block, func(m []string) string {
		table := "| format | its spans lose |\n|---|---|\n"
		for _, f := range export.Formats {
			var lost []string
			for _, l := range f.Loses {
				lost = append(lost, l.What)
			}
			table += fmt.Sprintf("| `%s` | %s |\n", f.Name, strings.Join(lost, "; "))
		}
		return m[1] + table + m[2]
	})
}

func TestThePageAboutFindingsListsEveryDetector(t *testing.T) {
	block := regexp.MustCompile("(?s)(<!-- detectors -->\n).*?(<!-- end -->)")
	rewrite(t, filepath.Join(testkit.Root(t), "docs", "findings.md"), block, func(m []string) string {
		table := "| id | name | what it is | what looks like it, and is not reported |\n|---|---|---|---|\n"
		for _, d := range detect.Detectors {
			table += fmt.Sprintf("| %s | `%s` | %s | %s |\n", d.ID, d.Name, d.Means, d.Alike)
		}
		return m[1] + table + m[2]
	})
}

func outputTable() string {
	b := "| output | |\n|---|---|\n"
	for _, f := range report.Formats {
		b += fmt.Sprintf("| `%s` | %s |\n", f.Name, f.Doc)
	}
	return b
}

// rewrite compares every match of a page with what it should be, or puts that in its place.
func rewrite(t *testing.T, page string, block *regexp.Regexp, should func(match []string) string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got := block.ReplaceAllStringFunc(string(text), func(s string) string {
		return should(block.FindStringSubmatch(s))
	})
	if got == string(text) {
		return
	}
	if !testkit.Update() {
		t.Errorf("%s does not show what the program prints; make golden writes it anew", filepath.Base(page))
		return
	}
	if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryTableHasUniqueDocumentedRows(t *testing.T) {
	tables := map[string][][2]string{}
	for _, c := range newRoot(&app{}).Commands() {
		tables["commands"] = append(tables["commands"], [2]string{c.Name(), c.Short})
	}
	for _, f := range ingest.Formats {
		tables["formats"] = append(tables["formats"], [2]string{f.Name, f.Doc})
	}
	for _, f := range report.Formats {
		tables["outputs"] = append(tables["outputs"], [2]string{f.Name, f.Doc})
	}
	for _, f := range export.Formats {
		tables["exports"] = append(tables["exports"], [2]string{f.Name, f.Doc})
	}
	for table, rows := range tables {
		seen := map[string]bool{}
		for _, row := range rows {
			if row[0] == "" || row[1] == "" || seen[row[0]] {
				t.Errorf("%s: row %q is without a name or a line of help, or comes twice", table, row)
			}
			seen[row[0]] = true
		}
	}
}
