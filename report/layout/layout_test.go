package layout

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawn(t testing.TB, table Table, s Style) string {
	t.Helper()
	var b strings.Builder
	if err := table.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return "\n" + b.String()
}

func row(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, s := range texts {
		cells[i].Text = s
	}
	return cells
}

func wantTable(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("drawn:%s\nwant:%s", got, want)
	}
}

var animals = Table{
	Columns: []Column{{Head: "animal", Cut: true}, {Head: "legs", Right: true}, {Head: "eyes", Right: true, Drop: 1}, {Bars: true, Drop: 2}},
	Rows: [][]Cell{
		append(row("spider", "8", "8"), Cell{Bar: Bar{Whole: 8, Stretches: []Stretch{{From: 0, To: 8, Ink: Full}}}}),
		append(row("a very long centipede", "100", "2"), Cell{Bar: Bar{Whole: 8, Stretches: []Stretch{{From: 0, To: 2, Ink: Light}}}}),
	},
	Total: append(row("total", "108", "10"), Cell{}),
}

func TestATableHasOneLineForEachRow(t *testing.T) {
	wantTable(t, drawn(t, animals, Style{ASCII: true, Indent: 2, Width: 55}), `
  animal                 legs  eyes
  -----------------------------------------------------
  spider                    8     8  ##################
  a very long centipede   100     2  .....
  -----------------------------------------------------
  total                   108    10
`)
}

func TestATableThatIsTooWideLosesWhatMattersLeastAndThenNames(t *testing.T) {
	wantTable(t, drawn(t, animals, Style{ASCII: true, Width: 30}), `
animal                 legs
---------------------------
spider                    8
a very long centipede   100
---------------------------
total                   108
`)
	wantTable(t, drawn(t, animals, Style{ASCII: true, Width: 20}), `
animal          legs
--------------------
spider             8
a very long...   100
--------------------
total            108
`)
}

func TestNoWidthIsTooSmallToDrawATable(t *testing.T) {
	for width := range 20 {
		if got := drawn(t, animals, Style{Width: width + 1}); strings.Count(got, "\n") != 7 {
			t.Errorf("at width %d:%s", width+1, got)
		}
	}
}

func TestATableIsNoWiderThanItMayBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(24, 120).Draw(t, "width")
		table := Table{Columns: []Column{{Head: "name", Cut: true}, {Head: "n", Right: true}, {Head: "bar", Bars: true, Drop: 1}}}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			name := rapid.StringOfN(rapid.RuneFrom([]rune("ab 数é")), 0, 60, -1).Draw(t, "name")
			table.Rows = append(table.Rows, append(row(name, "12"), Cell{Bar: Bar{Whole: 3, Stretches: []Stretch{{From: 1, To: 3, Ink: Full}}}}))
		}
		var b strings.Builder
		if err := table.Write(&b, Style{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if w := Width(strings.TrimRight(line, "\n")); w > width {
				t.Fatalf("%d columns instead of %d: %q", w, width, line)
			}
		}
	})
}

func TestColourDoesNotCountAsWidthNorIsItCut(t *testing.T) {
	red := func(s string) string { return "\x1b[31m" + s + "\x1b[0m" }
	table := Table{Columns: []Column{{Head: "name", Cut: true}, {Head: "n", Right: true}}, Rows: [][]Cell{row("a name that is cut", "1")}}
	table.Rows[0][0].Paint = red
	got := drawn(t, table, Style{Width: 12})
	if !strings.Contains(got, "\x1b[31ma name t…\x1b[0m") {
		t.Errorf("drawn: %q", got)
	}
	if plain := strings.NewReplacer("\x1b[31m", "", "\x1b[0m", "").Replace(got); !strings.Contains(plain, "\na name t…  1\n") {
		t.Errorf("without colour: %q", plain)
	}
}

func TestMarkdownShowsEveryColumnButBars(t *testing.T) {
	var b strings.Builder
	if err := animals.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	wantTable(t, "\n"+b.String(), `
| animal                | legs | eyes |
|:----------------------|-----:|-----:|
| spider                |    8 |    8 |
| a very long centipede |  100 |    2 |
| total                 |  108 |   10 |
`)
}

func TestABarShowsEveryStretchTheStrongerOverTheLighter(t *testing.T) {
	b := Bar{Whole: 100, Stretches: []Stretch{{0, 100, Light}, {20, 40, Full}, {77, 77, Full}}}
	if got := b.Draw(10, true); got != "..##...#.." && got != "..##....#." {
		t.Errorf("drawn %q", got)
	}
	for _, far := range []Bar{
		{Whole: 100, Stretches: []Stretch{{From: 150, To: 160, Ink: Full}}},
		{Whole: 1<<63 - 1, Stretches: []Stretch{{From: 1<<63 - 2, To: 1<<63 - 1, Ink: Full}}},
	} {
		if got := far.Draw(4, true); got != "   #" {
			t.Errorf("what lies beyond the end is drawn %q", got)
		}
	}
	if got := (Bar{Stretches: []Stretch{{0, 0, Full}}}).Draw(3, false); got != "█" {
		t.Errorf("a bar of no length is %q", got)
	}
	if got := b.Draw(0, true); got != "" {
		t.Errorf("without room it is %q", got)
	}
}

func TestTextIsWrappedAtSpacesAndLongWordsAreLeft(t *testing.T) {
	got := strings.Join(Wrap("the quick brown antidisestablishmentarianist fox", 11), "|")
	if got != "the quick|brown|antidisestablishmentarianist|fox" {
		t.Errorf("wrapped as %q", got)
	}
	if got := Wrap("a b", 0); len(got) != 1 {
		t.Errorf("without a width it is wrapped as %q", got)
	}
}

func TestTextIsCutByWhatItTakesOnATerminal(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{{"数据库", 6, "数据库"}, {"数据库", 5, "数据…"}, {"abc", 2, "a…"}, {"abc", 1, "a"}, {"abc", 0, ""}} {
		if got := Cut(c.s, c.width, "…"); got != c.want {
			t.Errorf("%q in %d columns is %q, want %q", c.s, c.width, got, c.want)
		}
	}
}
