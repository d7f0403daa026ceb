package page

import (
	"slices"
	"strings"

	"github.com/longpole/longpole/report/layout"
)

// A Table is rows of cells under columns. Total is the sum of the rows, or nil.
type Table struct {
	Title   Phrase
	Columns []Column
	Rows    [][]Cell
	Total   []Cell
	Notes   []Phrase
	Aside   bool // says more about another table; outputs with little room make it a list
}

// A Column says what its cells mean and how they stand.
type Column struct {
	Head  string
	Right bool
	Bars  bool // pictures of what other columns say; outputs without pictures leave them out
	Cut   bool // may be shortened where there is too little room
	Drop  int  // the highest are left out first where there still is too little; 0 stays
}

// A Cell is what stands in a row under a column.
type Cell struct {
	Text Phrase
	Bar  layout.Bar
	Mood Mood
	// Indent says how deep the cell stands below the one that it belongs to.
	Indent int
}

// indentOf returns the margin of a cell, two spaces for each step.
func indentOf(c Cell, space string) string { return strings.Repeat(space, 2*c.Indent) }

// Strong returns the cell so that it strikes the eye.
func (c Cell) Strong() Cell {
	c.Mood = Strong
	return c
}

// Words returns cells of our own words.
func Words(texts ...string) []Cell {
	cells := make([]Cell, len(texts))
	for i, t := range texts {
		cells[i] = Cell{Text: Say(t)}
	}
	return cells
}

// RowOf returns a row that begins with a name.
func RowOf(name Phrase, cells []Cell) []Cell {
	return append([]Cell{{Text: name}}, cells...)
}

// Without returns the table without a column.
func (t *Table) Without(column int) *Table {
	t.Columns = slices.Delete(t.Columns, column, column+1)
	for i := range t.Rows {
		t.Rows[i] = slices.Delete(t.Rows[i], column, column+1)
	}
	return t
}
