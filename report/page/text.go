package page

import (
	"bufio"
	"io"
	"regexp"
	"strings"

	"github.com/longpole/longpole/report/layout"
)

// Text writes a page for a terminal.
var Text = Format[*Page]{Name: "text", Doc: "for people, on a terminal", Extension: "txt", Prose: true, Write: writeText}

func writeText(w io.Writer, page *Page, s Style) error {
	sections := page.Sections
	if page.Short != nil {
		sections = page.Short
	}
	return fitted(w, sections, s, func(w io.Writer, sections []Section) error {
		p := newPrinter(w, s)
		p.line(Line{Text: page.Answer, Mood: Strong})
		for _, section := range sections {
			p.section(section)
		}
		return p.flush()
	})
}

// A printer writes sections to a terminal. It keeps the first error, as a bufio.Writer does.
type printer struct {
	*bufio.Writer
	style  Style
	escape func(string) string
	err    error
}

func newPrinter(w io.Writer, s Style) *printer {
	if s.Width == 0 {
		s.Width = 120
	}
	p := &printer{Writer: bufio.NewWriter(w), style: s, escape: ForTerminal}
	if s.ASCII {
		p.escape = forASCII
	}
	return p
}

func (p *printer) flush() error {
	if p.err != nil {
		return p.err
	}
	return p.Flush()
}

func (p *printer) section(s Section) {
	p.WriteString("\n")
	if len(s.Title) > 0 {
		p.line(Line{Text: s.Title, Mood: Strong})
	}
	for i, item := range s.Items {
		if item.Table != nil {
			p.table(item.Table)
			continue
		}
		if i > 0 && s.Items[i-1].Table != nil {
			p.WriteString("\n")
		}
		p.bullet(*item.Line)
	}
}

func (p *printer) line(l Line) {
	p.WriteString(p.paint(l.Mood, p.plain(l.Text)) + "\n")
}

// leastText is what lines of text are not wrapped below: nothing reads well there.
const leastText = 40

// bullet writes a line below a title, wrapped between our own words only: what a name says
// must not come to stand at the start of a line.
func (p *printer) bullet(l Line) {
	margin := strings.Repeat("  ", l.Depth+1)
	text := p.ours(l.Text.Escaped(func(name string) string {
		return strings.ReplaceAll(p.escape(name), " ", unbroken)
	}))
	text = quantity.ReplaceAllString(text, "$1"+unbroken+"$2")
	for _, line := range layout.Wrap(text, max(p.style.Width, leastText)-len(margin)) {
		p.WriteString(margin + p.paint(l.Mood, strings.ReplaceAll(line, unbroken, " ")) + "\n")
	}
}

// unbroken stands for a space that is not to be broken at; no escaped name holds it.
const unbroken = "\u00a0"

// quantity is a number with its unit, which stay together.
var quantity = regexp.MustCompile(`([0-9]) (%|[num]?s\b|µs\b|min\b|h\b)`)

func (p *printer) plain(text Phrase) string { return p.ours(text.Escaped(p.escape)) }

func (p *printer) ours(s string) string {
	if p.style.ASCII {
		return ours.Replace(s)
	}
	return s
}

// ours spells what our own words use beyond ASCII.
var ours = strings.NewReplacer("µ", "u", "…", "...", "░", ".", "·", "'", "▁", "_", "▂", ".", "▃", "-", "▄", "=", "▅", "+", "▆", "*", "▇", "%", "█", "#")

const indent = 2

func (p *printer) table(t *Table) {
	p.WriteString("\n")
	if len(t.Title) > 0 {
		p.bullet(Line{Text: t.Title, Mood: Strong})
	}
	style := layout.Style{Width: p.style.Width, Indent: indent, ASCII: p.style.ASCII}
	if p.style.Color {
		style.Bold = func(s string) string { return p.paint(Faint, s) }
	}
	if err := p.laidOut(t).Write(p, style); err != nil && p.err == nil {
		p.err = err
	}
	for _, n := range t.Notes {
		p.bullet(Line{Text: n, Mood: Faint})
	}
}

func (p *printer) laidOut(t *Table) layout.Table {
	var out layout.Table
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, layout.Column{Head: p.ours(c.Head), Right: c.Right, Bars: c.Bars, Cut: c.Cut, Drop: c.Drop})
	}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, p.cells(row))
	}
	if t.Total != nil {
		out.Total = p.cells(t.Total)
	}
	return out
}

func (p *printer) cells(row []Cell) []layout.Cell {
	cells := make([]layout.Cell, len(row))
	for i, c := range row {
		cells[i] = layout.Cell{Text: indentOf(c, " ") + p.plain(c.Text), Bar: c.Bar}
		if mood := c.Mood; p.style.Color && mood != Plain {
			cells[i].Paint = func(s string) string { return p.paint(mood, s) }
		}
	}
	return cells
}

var colours = [...]string{Plain: "", Strong: "\x1b[1m", Warning: "\x1b[33m", Faint: "\x1b[2m"}

func (p *printer) paint(m Mood, s string) string {
	if !p.style.Color || colours[m] == "" || s == "" {
		return s
	}
	return colours[m] + s + "\x1b[0m"
}
