package page

import (
	"bufio"
	"io"
	"strings"

	"github.com/longpole/longpole/report/layout"
)

// Markdown writes a page for a comment or a document.
var Markdown = Format[*Page]{Name: "markdown", Doc: "for a pull request's comment or an incident's review", Extension: "md", Prose: true, Write: writeMarkdown}

func writeMarkdown(w io.Writer, page *Page, _ Style) error {
	p := &markdownPrinter{Writer: bufio.NewWriter(w)}
	p.paragraph("**" + markdownText(page.Answer) + "**")
	for _, s := range page.Sections {
		p.section(s)
	}
	if p.err != nil {
		return p.err
	}
	return p.Flush()
}

type markdownPrinter struct {
	*bufio.Writer
	inList bool
	err    error
}

func markdownText(p Phrase) string { return p.Escaped(forMarkdown) }

// paragraph starts a block of its own.
func (p *markdownPrinter) paragraph(text string) {
	if p.Buffered() > 0 || p.inList {
		p.WriteString("\n")
	}
	p.WriteString(text + "\n")
	p.inList = false
}

func (p *markdownPrinter) section(s Section) {
	if len(s.Title) > 0 {
		p.paragraph("### " + markdownText(s.Title))
	}
	for _, item := range s.Items {
		switch {
		case item.Line != nil:
			p.bullet(item.Line.Text, item.Line.Depth)
		case item.Table.Aside:
			p.list(item.Table)
		default:
			p.table(item.Table)
		}
	}
}

func (p *markdownPrinter) bullet(text Phrase, depth int) {
	if !p.inList {
		p.WriteString("\n")
		p.inList = true
	}
	p.WriteString(strings.Repeat("  ", depth) + "- " + markdownText(text) + "\n")
}

func (p *markdownPrinter) table(t *Table) {
	if len(t.Title) > 0 {
		p.paragraph(markdownText(t.Title) + ":")
	}
	p.WriteString("\n")
	p.inList = false
	if err := markdownTable(t).WriteMarkdown(p); err != nil && p.err == nil {
		p.err = err
	}
	for _, n := range t.Notes {
		p.bullet(n, 0)
	}
}

func markdownTable(t *Table) layout.Table {
	var out layout.Table
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, layout.Column{Head: c.Head, Right: c.Right, Bars: c.Bars})
	}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, markdownCells(row, ""))
	}
	if t.Total != nil {
		out.Total = markdownCells(t.Total, "**")
	}
	return out
}

func markdownCells(row []Cell, mark string) []layout.Cell {
	cells := make([]layout.Cell, len(row))
	for i, c := range row {
		if text := markdownText(c.Text); text != "" {
			cells[i].Text = indentOf(c, "&nbsp;") + mark + text + mark
		}
	}
	return cells
}

// list writes a table that says more about another one as a list: one table for each journey
// is what a comment has room for.
func (p *markdownPrinter) list(t *Table) {
	p.bullet(t.Title, 0)
	for _, row := range t.Rows {
		p.bullet(rowPhrase(t.Columns, row), 1)
	}
	for _, n := range t.Notes {
		p.bullet(n, 1)
	}
}

// rowPhrase writes a row as "first: head cell, head cell".
func rowPhrase(columns []Column, row []Cell) Phrase {
	p := Say(row[0].Text, ": ")
	for i := 1; i < len(row); i++ {
		if len(row[i].Text.String()) == 0 {
			continue
		}
		if i > 1 {
			p = Say(p, ", ")
		}
		if head := columns[i].Head; head != "" {
			p = Say(p, head, " ")
		}
		p = Say(p, row[i].Text)
	}
	return p
}
