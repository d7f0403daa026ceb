package page

import (
	"bufio"
	"io"
	"strings"

	"github.com/longpole/longpole/report/layout"
)

// Markdown writes a page for a comment or a document.
var Markdown = Format[*Page]{Name: "markdown", Doc: "for a pull request's comment or an incident's review", Extension: "md", Prose: true, Write: writeMarkdown}

func writeMarkdown(w io.Writer, page *Page, s Style) error {
	return fitted(w, page.Sections, s, func(w io.Writer, sections []Section) error {
		p := &markdownPrinter{Writer: bufio.NewWriter(w)}
		p.paragraph("**" + markdownText(page.Answer) + "**")
		for _, s := range sections {
			p.section(s)
		}
		if p.err != nil {
			return p.err
		}
		return p.Flush()
	})
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
			p.details(item.Table)
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
	p.rows(t)
}

// rows writes a table without its title.
func (p *markdownPrinter) rows(t *Table) {
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

// details folds a table that says more about another one away behind its title: a comment has room
// for one table of each journey. The blank lines end the HTML, so that what is between is Markdown.
func (p *markdownPrinter) details(t *Table) {
	p.paragraph("<details>\n<summary>" + markdownText(t.Title) + "</summary>")
	p.rows(t)
	p.paragraph("</details>")
}
