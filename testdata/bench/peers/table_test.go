package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func measuredTable(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := between.FindStringSubmatch(string(text))
	if m == nil {
		t.Fatal("docs/performance.md holds no table")
	}
	var lines []string
	for line := range strings.Lines(m[2]) {
		if strings.HasPrefix(line, "| `") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func TestTheDocumentHoldsEveryRow(t *testing.T) {
	lines := measuredTable(t)
	if len(lines) != len(rows) {
		t.Fatalf("docs/performance.md has %d rows, and there are %d", len(lines), len(rows))
	}
	for i, r := range rows {
		if !strings.HasPrefix(lines[i], r.start()+" |") {
			t.Errorf("docs/performance.md says\n%s\nand the row is\n%s", lines[i], r.start())
		}
	}
}

func TestVerdictsOfTheDocumentFollowFromItsFigures(t *testing.T) {
	for i, line := range measuredTable(t) {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		measured, verdict := strings.Fields(cells[4]), strings.TrimSpace(cells[6])
		figure, err := strconv.ParseFloat(measured[0], 64)
		if err != nil {
			if verdict != "not measured" {
				t.Errorf("%s: %q is no figure", rows[i].name, cells[4])
			}
			continue
		}
		// A figure that was rounded onto its limit may be on either side of it.
		if holds := rows[i].holds(figure); figure != rows[i].must && holds != (verdict == "holds") {
			t.Errorf("%s: %v of %v is said to be %q", rows[i].name, figure, rows[i].must, verdict)
		}
	}
}

func TestRowsAreMeasuredTogetherRoundByRound(t *testing.T) {
	l := &lab{rounds: 5}
	a, b := probe{name: "a"}, probe{name: "b"}
	rows := []row{{probes: []probe{a, b}}, {probes: []probe{a}, rounds: 1}, {probes: []probe{b}, rounds: 21}}
	for round, want := range map[int]string{0: "a b", 4: "a b", 5: "b", 20: "b", 21: ""} {
		var got []string
		for _, p := range l.due(rows, round) {
			got = append(got, p.name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("round %d runs %v instead of %q", round, got, want)
		}
	}
}

func TestAFigureIsTheMedianOfItsRounds(t *testing.T) {
	took := takes{"a": {usages: []usage{{figure: 9}, {figure: 1}, {figure: 2}}}}
	r := row{name: "r", what: "w", must: 3, aim: 1, unit: seconds, probes: []probe{{name: "a"}}, of: figure}
	if got, want := r.line(took, "c0ffee"), "| `r` | w | 3 s | 1 s | 2 s (1 to 9) |  | holds | c0ffee |\n"; got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestTheWorstVariantOfABenchmarkCounts(t *testing.T) {
	const out = "BenchmarkOneTrace/chain \t 1\t 12 ns/op\t 1.5 cpu-s/op\nBenchmarkOneTrace/fan \t 1\t 9 ns/op\t 2.5 cpu-s/op\n"
	if got, err := worst(out, "cpu-s/op"); got != 2.5 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := worst(out, "allocs/span"); err == nil {
		t.Error("a metric that nobody reported is no error")
	}
}
