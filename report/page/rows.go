package page

import "github.com/longpole/longpole/report/unit"

// MostRows is how many rows of a kind are told; the others are counted.
const MostRows = 15

// RowsOf makes a table of the first rows of a list, and says how many more there are.
func RowsOf[Row any](title string, columns []Column, list []Row, cells func(Row) []Cell) *Table {
	t := &Table{Columns: columns}
	if title != "" {
		t.Title = Say(title)
	}
	for _, row := range list[:min(len(list), MostRows)] {
		t.Rows = append(t.Rows, cells(row))
	}
	if more := len(list) - MostRows; more > 0 {
		t.Notes = append(t.Notes, Say("and ", unit.Of(more, "other", "others"), ", which the json lists"))
	}
	return t
}

// Number is a column of numbers.
func Number(head string) Column { return Column{Head: head, Right: true} }

// Names is a column of names.
func Names(head string) Column { return Column{Head: head, Cut: true} }

// CellOf returns a cell of words, names and phrases.
func CellOf(parts ...any) Cell { return Cell{Text: Say(parts...)} }
