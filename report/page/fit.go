package page

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A TooSmall says that not even the least of an answer fits.
type TooSmall struct{ Least, Limit int64 }

func (e *TooSmall) Error() string {
	return fmt.Sprintf("not even the shortest answer fits %d bytes: it takes %d", e.Limit, e.Least)
}

// rowCaps are how many rows tables are cut to, one after the other, until a page fits.
var rowCaps = []int{12, 6, 3, 1}

// fitted writes a page of some sections so that it takes no more than the style allows: tables lose
// their last rows, which one row stands for, then the page its last sections, which are named.
func fitted(w io.Writer, all []Section, s Style, write func(io.Writer, []Section) error) error {
	if s.Fit == 0 {
		return write(w, all)
	}
	var out bytes.Buffer
	for sections := range shorter(all) {
		out.Reset()
		if err := write(&out, sections); err != nil {
			return err
		}
		if int64(out.Len()) <= s.Fit {
			_, err := out.WriteTo(w)
			return err
		}
	}
	return &TooSmall{int64(out.Len()), s.Fit}
}

// shorter yields some sections as they are, then shorter and shorter.
func shorter(all []Section) func(yield func([]Section) bool) {
	return func(yield func([]Section) bool) {
		if !yield(all) {
			return
		}
		for _, most := range rowCaps {
			if !yield(capped(all, most)) {
				return
			}
		}
		least := capped(all, rowCaps[len(rowCaps)-1])
		for n := countItems(all) - 1; n >= 0; n-- {
			if !yield(firstItems(least, n)) {
				return
			}
		}
	}
}

func countItems(all []Section) (n int) {
	for _, s := range all {
		n += len(s.Items)
	}
	return n
}

// firstItems returns sections with their first n lines and tables, and a line that says what of which
// is left out.
func firstItems(all []Section, n int) (out []Section) {
	for i, s := range all {
		if len(s.Items) <= n {
			n -= len(s.Items)
			out = append(out, s)
			continue
		}
		rest := slices.Clone(all[i:])
		if n > 0 {
			rest[0].Title = Say("the end of ", s.Title)
			s.Items = s.Items[:n]
			out = append(out, s)
		}
		return append(out, leftOut(rest))
	}
	return out
}

// leftOut says which sections are not there.
func leftOut(sections []Section) Section {
	var names []Phrase
	untitled := 0
	for _, s := range sections {
		if len(s.Title) == 0 || len(names) == mostTitles {
			untitled++
			continue
		}
		names = append(names, s.Title)
	}
	if untitled > 0 {
		names = append(names, Say(strconv.Itoa(untitled), " more"))
	}
	return Section{Items: []Item{{Line: &Line{Text: Say("Left out to fit: ", List(names), "."), Mood: Warning}}}}
}

const mostTitles = 3

// capped returns the sections with tables of at most so many rows.
func capped(all []Section, most int) []Section {
	out := slices.Clone(all)
	for i := range out {
		out[i].Items = slices.Clone(out[i].Items)
		for k := range out[i].Items {
			if t := out[i].Items[k].Table; t != nil {
				out[i].Items[k].Table = t.capped(most)
			}
		}
	}
	return out
}

// capped returns the table with at most so many rows and one for the others, which holds what they
// come to in every column that adds up to its total.
func (t *Table) capped(most int) *Table {
	if len(t.Rows) <= most+1 {
		return t
	}
	short, hidden := *t, t.Rows[most:]
	others := make([]Cell, len(t.Columns))
	others[0] = Cell{Text: Say("and ", strconv.Itoa(countRows(hidden)), " others"), Mood: Faint}
	for i := 1; i < len(others); i++ {
		if t.addsUp(i) {
			others[i].Text = Say(sumOf(hidden, i).text)
		}
	}
	short.Rows = append(slices.Clone(t.Rows[:most]), others)
	return &short
}

// countRows counts what rows stand for: one that says of how many others it is stands for those.
func countRows(rows [][]Cell) (n int) {
	for _, row := range rows {
		n++
		if first := row[0].Text; len(first) > 0 && !first[0].Foreign {
			if many := several.FindStringSubmatch(first.String()); many != nil {
				of, _ := strconv.Atoi(strings.ReplaceAll(many[1], ",", ""))
				n += of - 1
			}
		}
	}
	return n
}

var several = regexp.MustCompile(`^(?:and )?([0-9][0-9,]*)\b`)

// addsUp reports whether the cells of a column are numbers that add up to the total as it is printed.
func (t *Table) addsUp(column int) bool {
	if t.Total == nil || column >= len(t.Total) {
		return false
	}
	total, sum := numberIn(t.Total[column]), sumOf(t.Rows, column)
	return total.ok && sum.ok && total.value == sum.value && total.decimals == sum.decimals
}

// A printedNumber is a decimal as it is printed, counted in its last place.
type printedNumber struct {
	value    int64
	decimals int
	signed   bool // a plus is printed
	unit     string
	text     string
	ok       bool
}

var printed = regexp.MustCompile(`^([+-]?)([0-9][0-9,]*)(?:\.([0-9]+))?( %)?$`)

func numberIn(c Cell) (n printedNumber) {
	parts := printed.FindStringSubmatch(c.Text.String())
	if parts == nil {
		return n
	}
	n.value, _ = strconv.ParseInt(strings.ReplaceAll(parts[2], ",", "")+parts[3], 10, 64)
	if parts[1] == "-" {
		n.value = -n.value
	}
	n.decimals, n.signed, n.unit, n.ok = len(parts[3]), parts[1] == "+", parts[4], true
	return n
}

// sumOf adds up the cells of a column; empty ones are nothing. It is not ok where one is no number,
// or they have different units or places.
func sumOf(rows [][]Cell, column int) printedNumber {
	sum, first := printedNumber{ok: true}, true
	for _, row := range rows {
		if column >= len(row) || len(row[column].Text) == 0 {
			continue
		}
		n := numberIn(row[column])
		if !n.ok || !first && (n.decimals != sum.decimals || n.unit != sum.unit) {
			return printedNumber{}
		}
		sum.value, sum.decimals, sum.unit, sum.signed, first = sum.value+n.value, n.decimals, n.unit, sum.signed || n.signed, false
	}
	sum.text = sum.print()
	return sum
}

// print writes the number as its summands are.
func (n *printedNumber) print() string {
	sign, value := "", n.value
	switch {
	case value < 0:
		sign, value = "-", -value
	case n.signed && value > 0:
		sign = "+"
	}
	digits := fmt.Sprintf("%0*d", n.decimals+1, value)
	whole, fraction := digits[:len(digits)-n.decimals], digits[len(digits)-n.decimals:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return sign + whole + fraction + n.unit
}
