package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/longpole/longpole/testdata/bench/stats"
)

// A unit says how a figure is written.
type unit struct {
	format string
	digits int
}

var (
	times        = unit{"%s x", 2}
	plain        = unit{"%s", 3}
	mebibytes    = unit{"%s MiB", 0}
	bytesEach    = unit{"%s B", 0}
	kilobytes    = unit{"%s kB", 0}
	seconds      = unit{"%s s", 2}
	milliseconds = unit{"%s ms", 1}
)

// text writes a figure without zeros that say nothing.
func (u unit) text(figure float64) string { return fmt.Sprintf(u.format, u.number(figure)) }

func (u unit) number(figure float64) string {
	digits := u.digits
	if figure >= 10 && digits == 2 {
		digits = 1
	}
	n := fmt.Sprintf("%.*f", digits, figure)
	if strings.Contains(n, ".") {
		n = strings.TrimSuffix(strings.TrimRight(n, "0"), ".")
	}
	return n
}

// results returns the lines of the table, by the rows' names.
func results(rows []row, t takes, commit string) map[string]string {
	lines := map[string]string{}
	for _, r := range rows {
		lines[r.name] = r.line(t, commit)
	}
	return lines
}

func (r *row) line(t takes, commit string) string {
	figures, err := t.figures(r.probes, r.of)
	if err != nil || len(figures) == 0 {
		return r.cells("not measured: "+reason(err), "", "not measured", commit)
	}
	verdict := "missed"
	if r.holds(stats.Median(figures)) {
		verdict = "holds"
	}
	return r.cells(r.spread(figures)+t.note(r.probes), r.onTwo(t), verdict, commit)
}

// onTwo is the figure on two cores; empty if the row has none.
func (r *row) onTwo(t takes) string {
	if r.alsoOnTwo == nil {
		return ""
	}
	figures, _ := t.figures(r.alsoOnTwo, r.of)
	if len(figures) == 0 {
		return ""
	}
	return r.unit.text(stats.Median(figures))
}

func (r *row) cells(measured, two, verdict, commit string) string {
	return fmt.Sprintf("%s | %s | %s | %s | %s |\n", r.start(), measured, two, verdict, commit)
}

// start is the beginning of a row's line: what does not depend on any measurement.
func (r *row) start() string {
	return fmt.Sprintf("| `%s` | %s | %s | %s", r.name, r.what, r.unit.text(r.must), r.unit.text(r.aim))
}

// spread writes the median with the least and the most.
func (r *row) spread(figures []float64) string {
	if len(figures) == 1 {
		return r.unit.text(figures[0]) + ", once"
	}
	least, most := r.unit.number(slices.Min(figures)), r.unit.number(slices.Max(figures))
	return fmt.Sprintf("%s (%s to %s)", r.unit.text(stats.Median(figures)), least, most)
}

// reason is the first line of an error, as a cell can hold it.
func reason(err error) string {
	if err == nil {
		return "the run ended early"
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return strings.ReplaceAll(first, "|", "/")
}

const head = `| row | | must | aim | measured | two cores | | commit |
|---|---|---:|---:|---:|---:|---|---|
`

// between are the marks in the document, and what stands between them.
var between = regexp.MustCompile("(?s)(<!-- measured -->\n)(.*?)(<!-- end -->)")

// merged returns the table with new lines in the place of old ones. Lines of different
// machines do not go together.
func merged(page string, lines map[string]string, m machine) (string, error) {
	text, err := os.ReadFile(page)
	if err != nil {
		return "", err
	}
	old := between.FindStringSubmatch(string(text))
	if old == nil {
		return "", fmt.Errorf("%s has no place for the table: <!-- measured --> and <!-- end -->", page)
	}
	table, kept := m.caption()+"\n\n"+head, false
	for _, r := range rows {
		line := lines[r.name]
		if line == "" {
			line, kept = lineOf(old[2], r), true
		}
		table += line
	}
	if kept && !strings.Contains(old[2], m.host) {
		return table, fmt.Errorf("the other rows of %s were measured on another machine; measure all, or -write=false", page)
	}
	return table, nil
}

// lineOf finds the line of a row in a table.
func lineOf(table string, r row) string {
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "| `"+r.name+"` |") {
			return line
		}
	}
	return r.cells("not measured", "", "not measured", "")
}

func replace(page, table string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text = between.ReplaceAllFunc(text, func(old []byte) []byte {
		m := between.FindSubmatch(old)
		return slices.Concat(m[1], []byte(table), m[3])
	})
	return os.WriteFile(page, text, 0o644)
}
