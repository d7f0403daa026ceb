package layout

import (
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// A Column says how the cells of a table stand one above the other.
type Column struct {
	Head  string
	Right bool // numbers
	Bars  bool // its cells are bars, as wide as there is room
	Cut   bool // may be shortened where the table is too wide
	Drop  int  // the columns with the highest are left out first where it still is; 0 stays
}

// A Cell is a text, or a bar in a column of bars.
type Cell struct {
	Text  string
	Bar   Bar
	Paint func(string) string // colours the text once it has been cut; may be nil
}

func (c Cell) painted(s string) string {
	if c.Paint == nil || s == "" {
		return s
	}
	return c.Paint(s)
}

// A Table is rows of cells under columns. Total is the last row, below a line; it may be nil.
type Table struct {
	Columns []Column
	Rows    [][]Cell
	Total   []Cell
}

// Style is what the terminal can show.
type Style struct {
	Width  int // in columns; 0 sets no limit
	Indent int
	ASCII  bool
	// Bold makes the heads stand out; nil leaves them plain.
	Bold func(string) string
}

// Write draws the table with spaces between its columns and none at the end of its lines.
func (t Table) Write(w io.Writer, s Style) error {
	columns := t.fit(s)
	var drawn strings.Builder
	tab := tablewriter.NewTable(&drawn, options(t.Columns, columns, s)...)
	tab.Header(t.heads(columns, s))
	rows := make([][]string, 0, len(t.Rows))
	for _, r := range t.Rows {
		rows = append(rows, texts(r, columns, s))
	}
	if err := tab.Bulk(rows); err != nil {
		return err
	}
	if t.Total != nil {
		tab.Footer(texts(t.Total, columns, s))
	}
	if err := tab.Render(); err != nil {
		return err
	}
	return writeTrimmed(w, drawn.String(), s.Indent)
}

func (t Table) heads(columns []fitted, s Style) []string {
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = Cut(t.Columns[c.at].Head, c.width, s.ellipsis())
		if s.Bold != nil && heads[i] != "" {
			heads[i] = s.Bold(heads[i])
		}
	}
	return heads
}

func texts(row []Cell, columns []fitted, s Style) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		if c.bars {
			out[i] = row[c.at].painted(row[c.at].Bar.Draw(c.width, s.ASCII))
			continue
		}
		cell := row[c.at]
		out[i] = cell.painted(Cut(cell.Text, c.width, s.ellipsis()))
	}
	return out
}

func (s Style) ellipsis() string {
	if s.ASCII {
		return "..."
	}
	return "…"
}

// options asks tablewriter for plain columns: no borders, no wrapping, nothing changed in a
// cell, and a line only under the heads and over the total.
func options(all []Column, columns []fitted, s Style) []tablewriter.Option {
	aligns := make([]tw.Align, len(columns))
	for i, c := range columns {
		aligns[i] = tw.AlignLeft
		if all[c.at].Right {
			aligns[i] = tw.AlignRight
		}
	}
	cells := tw.CellConfig{
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Padding:    spaces(len(columns)),
	}
	lines := tw.NewSymbols(tw.StyleLight)
	if s.ASCII {
		lines = tw.NewSymbols(tw.StyleASCII)
	}
	return []tablewriter.Option{
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells, Footer: cells}),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Symbols: lines,
			Borders: tw.Border{Left: tw.Off, Right: tw.Off, Top: tw.Off, Bottom: tw.Off},
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines:      tw.Lines{ShowTop: tw.Off, ShowBottom: tw.Off, ShowHeaderLine: tw.On, ShowFooterLine: tw.On},
			},
		})),
	}
}

func writeTrimmed(w io.Writer, drawn string, indent int) error {
	var out strings.Builder
	for line := range strings.Lines(drawn) {
		line = trimmed(line)
		if line != "" {
			out.WriteString(strings.Repeat(" ", indent))
		}
		out.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// spaces stand between columns, and not behind the last one.
func spaces(columns int) tw.CellPadding {
	between := tw.Padding{Right: strings.Repeat(" ", gap), Overwrite: true}
	all := make([]tw.Padding, columns)
	for i := range all[:columns-1] {
		all[i] = between
	}
	all[columns-1] = tw.PaddingNone
	return tw.CellPadding{Global: between, PerColumn: all}
}

// reset ends a colour. tablewriter adds one after the spaces that it fills a coloured cell with.
const reset = "\x1b[0m"

func trimmed(line string) string {
	line = strings.TrimRight(line, " \n")
	for strings.HasSuffix(line, " "+reset) {
		line = strings.TrimRight(strings.TrimSuffix(line, reset), " ")
	}
	return line
}
