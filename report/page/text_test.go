package page

import (
	"bytes"
	"strings"
	"testing"

	"github.com/longpole/longpole/report/layout"
)

// sample has a line of every mood and a table of every kind of cell.
func sample() *Page {
	var s Section
	for mood := Plain; mood <= Faint; mood++ {
		s.Add(Line{Text: Say("in the mood ", Name("of a name")), Mood: mood})
	}
	s.AddTable(&Table{
		Title:   Say("A table"),
		Columns: []Column{{Head: "what", Cut: true}, {Head: "n", Right: true}, {Bars: true}},
		Rows: [][]Cell{
			append(RowOf(Say(Name("top")), Words("1")), Cell{Bar: layout.Bar{Whole: 2, Stretches: []layout.Stretch{{To: 1, Ink: layout.Full}}}}),
			{{Text: Say(Name("below")), Indent: 1}, Words("2")[0].Strong(), {}},
		},
		Total: append(RowOf(Say("total"), Words("3")), Cell{}),
	})
	return &Page{Title: "a sample", Answer: Say("An answer."), Sections: []Section{s}, JSON: func() any { return map[string]int{"n": 3} }}
}

func written(t testing.TB, f Format[*Page], p *Page, s Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, p, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestColourOnlyRepeatsWhatTheWordsSay(t *testing.T) {
	plain, coloured := written(t, Text, sample(), Style{}), written(t, Text, sample(), Style{Color: true})
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b") {
		t.Error("escape sequences stand where nobody asked for colour, or do not where somebody did")
	}
	for _, c := range append(colours[:], "\x1b[0m") {
		coloured = strings.ReplaceAll(coloured, c, "")
	}
	if plain != coloured {
		t.Errorf("without its colours the coloured text is another one:\n%s", coloured)
	}
}

func TestWhatStandsBelowAnotherIsIndentedInEveryOutput(t *testing.T) {
	for f, want := range map[string]string{
		written(t, Text, sample(), Style{}):     "\n    below ",
		written(t, Markdown, sample(), Style{}): "| &nbsp;&nbsp;below |",
		written(t, HTML, sample(), Style{}):     ">\u00a0\u00a0below</td>",
	} {
		if !strings.Contains(f, want) {
			t.Errorf("%q is missing in\n%s", want, f)
		}
	}
}

func TestASectionWithoutATitleHasNoHeading(t *testing.T) {
	for f, heading := range map[string]string{
		written(t, Markdown, sample(), Style{}): "#",
		written(t, HTML, sample(), Style{}):     "<h2",
	} {
		if strings.Contains(f, heading+">") || strings.Contains(f, "\n"+heading) {
			t.Errorf("a heading stands in\n%s", f)
		}
	}
}

func TestEveryOutputOfAPageIsNamedAndExplainedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats {
		if f.Name == "" || f.Doc == "" || f.Extension == "" || seen[f.Name] {
			t.Errorf("the output %q lacks something, or comes twice", f.Name)
		}
		seen[f.Name] = true
	}
}
