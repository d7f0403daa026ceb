package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"sync"
)

var htmlFormat = Format{Name: "html", Doc: "for a browser: one page that loads nothing from anywhere", Extension: "html", Write: writeHTML}

//go:embed html.tmpl
var htmlSource string

// htmlTemplate is parsed by the first report that needs it: most commands do not.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"text": func(p Phrase) string { return p.Escaped(forTerminal) },
		"mood": func(m Mood) string { return [...]string{"plain", "strong", "warning", "faint"}[m] },
		"bar":  htmlBar,
		"pair": func(c Column, cell Cell) columnCell { return columnCell{c, cell} },
	}).Parse(htmlSource))
})

// A columnCell is a cell with the column that it stands in.
type columnCell struct {
	Column Column
	Cell   Cell
}

// writeHTML lets html/template escape every text for where it stands.
func writeHTML(w io.Writer, r *Report, _ Style) error {
	var page bytes.Buffer
	if err := htmlTemplate().Execute(&page, r); err != nil {
		return err
	}
	_, err := w.Write(page.Bytes())
	return err
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
