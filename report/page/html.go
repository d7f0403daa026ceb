package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// HTML writes a page for a browser.
var HTML = Format[*Page]{Name: "html", Doc: "for a browser: one page with charts, that loads nothing from anywhere", Extension: "html", Draws: true, Write: writeHTML}

// htmlTemplate is parsed by the first page that needs it: most commands do not.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	a := htmlAssets()
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"text":   htmlText,
		"clean":  ForTerminal,
		"cell":   func(c Cell) string { return indentOf(c, "\u00a0") + c.Text.Escaped(ForTerminal) },
		"mood":   func(m Mood) string { return [...]string{"plain", "strong", "warning", "faint"}[m] },
		"state":  htmlState,
		"long":   htmlLong,
		"drop":   func(c Column) string { return [...]string{"", " drop"}[min(c.Drop, 1)] },
		"bar":    htmlBar,
		"pair":   func(c Column, cell Cell) columnCell { return columnCell{c, cell} },
		"data":   htmlData,
		"policy": func() string { return a.policy },
		"style":  func() template.HTML { return a.style },
		"script": func() template.HTML { return a.script },
	}).Parse(a.page))
})

// A columnCell is a cell with the column that it stands in.
type columnCell struct {
	Column Column
	Cell   Cell
}

// writeHTML lets html/template escape every text for where it stands.
func writeHTML(w io.Writer, p *Page, _ Style) error {
	var out bytes.Buffer
	if err := htmlTemplate().Execute(&out, p); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// htmlText writes a phrase with its addresses as links. html/template would escape the links, too, so
// every part is escaped here.
func htmlText(p Phrase) template.HTML {
	var b strings.Builder
	for _, part := range p {
		text := template.HTMLEscapeString(Phrase{part}.Escaped(ForTerminal))
		if !part.Foreign {
			text = quantity.ReplaceAllString(text, "$1"+unbroken+"$2")
		}
		if part.Link && (strings.HasPrefix(part.Text, "https://") || strings.HasPrefix(part.Text, "http://")) {
			text = `<a href="` + text + `">` + text + `</a>`
		}
		b.WriteString(text)
	}
	return template.HTML(b.String())
}

// states are the words of a verdict that have a colour.
var states = []string{"ok", "unproven", "at risk", "blown"}

// htmlState is the class of a cell that holds a verdict.
func htmlState(c Column, cell Cell) string {
	if text := cell.Text.String(); c.Head == "verdict" && slices.Contains(states, text) {
		return " state " + strings.ReplaceAll(text, " ", "-")
	}
	return ""
}

// mostWord is how long a word may be that is not broken anywhere.
const mostWord = 28

// htmlLong is the class of a cell that holds a word which no phone has room for.
func htmlLong(c Cell) string {
	for word := range strings.FieldsSeq(c.Text.Escaped(ForTerminal)) {
		if utf8.RuneCountInString(word) > mostWord {
			return " long"
		}
	}
	return ""
}

// htmlBar draws a bar as rectangles of an image a thousand wide. It holds numbers only.
func htmlBar(c Cell) template.HTML {
	var b bytes.Buffer
	for _, s := range c.Bar.Stretches {
		from, to := c.Bar.Scaled(s.From, barWidth), c.Bar.Scaled(s.To, barWidth)
		fmt.Fprintf(&b, `<rect class="ink%d" x="%d" width="%d" height="10"/>`, s.Ink, from, max(to-from, 2))
	}
	return template.HTML(b.String())
}

const barWidth = 1000
