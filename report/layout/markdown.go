package layout

import (
	"io"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// WriteMarkdown draws the table in Markdown, without its bars and with every column.
func (t Table) WriteMarkdown(w io.Writer) error {
	var columns []fitted
	aligns := []tw.Align{}
	for i, c := range t.Columns {
		if c.Bars {
			continue
		}
		columns = append(columns, fitted{at: i, width: unlimited})
		align := tw.AlignLeft
		if c.Right {
			align = tw.AlignRight
		}
		aligns = append(aligns, align)
	}
	cells := tw.CellConfig{
		Alignment:  tw.CellAlignment{PerColumn: aligns},
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
	}
	tab := tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells}),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewMarkdown()))
	tab.Header(t.heads(columns, Style{}))
	for _, row := range append(t.Rows[:len(t.Rows):len(t.Rows)], totals(t.Total)...) {
		if err := tab.Append(texts(row, columns, Style{})); err != nil {
			return err
		}
	}
	return tab.Render()
}

func totals(row []Cell) [][]Cell {
	if row == nil {
		return nil
	}
	return [][]Cell{row}
}

const unlimited = 1 << 30
