package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A table of tenths that add up, beside a column that does not.
func drawnTable(t *rapid.T) *Table {
	table := &Table{Columns: []Column{{Head: "layer"}, {Head: "adds"}, {Head: "p95"}, {Head: "verdict"}}}
	total := printedNumber{decimals: 1, signed: true}
	for i := range rapid.IntRange(1, 40).Draw(t, "rows") {
		n := printedNumber{value: int64(rapid.IntRange(-50_000, 50_000).Draw(t, "tenths")), decimals: 1, signed: true}
		total.value += n.value
		table.Rows = append(table.Rows, []Cell{{Text: Say(Name(fmt.Sprint("row ", i)))}, {Text: Say(n.print())}, {Text: Say("7.5")}, {Text: Say("ok")}})
	}
	table.Total = []Cell{{Text: Say("total")}, {Text: Say(total.print())}, {Text: Say("1.0")}, {}}
	return table
}

func TestATableThatIsCutStillSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := drawnTable(t)
		most := rapid.IntRange(1, 40).Draw(t, "most")
		short := table.capped(most)
		if len(short.Rows) > most+1 {
			t.Fatalf("%d rows of at most %d and the others", len(short.Rows), most)
		}
		sum, total := sumOf(short.Rows, 1), numberIn(table.Total[1])
		if !sum.ok || sum.value != total.value {
			t.Fatalf("the rows add up to %s, the total is %s", sum.text, table.Total[1].Text)
		}
		if n := countRows(short.Rows); n != len(table.Rows) {
			t.Fatalf("rows stand for %d, there were %d", n, len(table.Rows))
		}
		if last := short.Rows[len(short.Rows)-1]; len(short.Rows) < len(table.Rows) && (len(last[2].Text) > 0 || len(last[3].Text) > 0) {
			t.Fatalf("the others have a p95 of %s and a verdict of %s", last[2].Text, last[3].Text)
		}
	})
}

func TestARowOfOthersThatIsCutStandsForAllOfThem(t *testing.T) {
	rows := [][]Cell{{{Text: Say("a")}}, {{Text: Say("5 small")}}, {{Text: Say(Name("7 dwarfs"))}}}
	if n := countRows(rows); n != 7 {
		t.Errorf("%d rows", n)
	}
}

// An answer of many sections is no longer than it may be, says what it leaves out, and is whole where it fits.
func TestAnAnswerIsCutToItsSizeAndSaysWhatIsLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Page{Answer: Say("An answer.")}
		for i := range rapid.IntRange(1, 6).Draw(t, "sections") {
			s := Section{Title: Say("Part ", fmt.Sprint(i))}
			s.Say("A line.")
			s.AddTable(drawnTable(t))
			p.Sections = append(p.Sections, s)
		}
		write := rapid.SampledFrom([]Format[*Page]{Text, Markdown}).Draw(t, "format")
		limit := int64(rapid.IntRange(1, 8000).Draw(t, "limit"))
		var whole, cut bytes.Buffer
		if err := write.Write(&whole, p, Style{}); err != nil {
			t.Fatal(err)
		}
		err := write.Write(&cut, p, Style{Fit: limit})
		var small *TooSmall
		switch {
		case errors.As(err, &small):
			if cut.Len() > 0 || small.Least <= limit {
				t.Fatalf("%d bytes were written, and the least is %d", cut.Len(), small.Least)
			}
		case err != nil:
			t.Fatal(err)
		case int64(cut.Len()) > limit:
			t.Fatalf("%d bytes", cut.Len())
		case int64(whole.Len()) <= limit && cut.String() != whole.String():
			t.Fatal("what fits is cut")
		case int64(whole.Len()) > limit && !strings.Contains(cut.String(), "others") && !strings.Contains(cut.String(), "Left out to fit"):
			t.Fatalf("nothing says what is left out:\n%s", cut.String())
		}
	})
}

func TestListsOfJSONThatAreCutAreCounted(t *testing.T) {
	v := json.RawMessage(`{"name":"x","shares":{"shares":[{"ns":5},{"ns":3},{"ns":2}],"more":1,"rest_ns":4},"files":["a","b","c"],"files_more":2,"notes":[{"n":[1,2,3]}]}`)
	var out bytes.Buffer
	if err := fittedJSON(&out, v, Style{Fit: 200}); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Compact(&got, out.Bytes()); err != nil {
		t.Fatal(err)
	}
	want := `{"name":"x","shares":{"shares":[],"more":4,"rest_ns":14},"files":[],"files_more":5,"notes":[],"cut":{"notes":1}}`
	if got.String() != want {
		t.Errorf("\n%s, want\n%s", got.String(), want)
	}
	var small *TooSmall
	if err := fittedJSON(&out, v, Style{Fit: 20}); !errors.As(err, &small) {
		t.Errorf("%v", err)
	}
}
