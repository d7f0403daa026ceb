package page

import (
	"bytes"
	"encoding/json"
	"html/template"
	"strings"
)

// mostData is how many bytes each of the values may take that a page is drawn from. Lists of a larger one lose
// their last elements, and say so as json does with --fit.
const mostData = 560 << 10

// htmlData embeds what json writes, and what only pictures need, as data that no browser runs.
func htmlData(p *Page) (template.HTML, error) {
	var b bytes.Buffer
	for _, v := range []struct {
		id string
		of func() any
	}{{"value", p.JSON}, {"pictures", p.Pictures}} {
		if v.of == nil {
			continue
		}
		b.WriteString(`<script type="application/json" id="` + v.id + `">`)
		var text bytes.Buffer
		if err := embedded(&text, v.of()); err != nil {
			return "", err
		}
		if _, err := noQuotes.WriteString(&b, text.String()); err != nil {
			return "", err
		}
		b.WriteString("</script>\n")
	}
	return template.HTML(b.String()), nil
}

// noQuotes spells out the quotes of a script within strings of JSON. No browser runs that element, but whoever copies or
// rewrites it may, and so may what looks for scripts.
var noQuotes = strings.NewReplacer("'", `\u0027`, "`", `\u0060`)

// embedded writes v without spaces. Its <, > and & are spelled out, so that nothing in it ends the element.
func embedded(b *bytes.Buffer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(text) <= mostData {
		return encodeJSON(b, json.RawMessage(text), true)
	}
	for _, kept := range []map[string]bool{drawnWhole, nil} {
		for _, most := range listCaps {
			t, err := parseTree(text)
			if err != nil {
				return err
			}
			t.cutTo(most, kept)
			var out bytes.Buffer
			if err := encodeJSON(&out, t, true); err != nil {
				return err
			}
			if out.Len() <= mostData || kept == nil && most == 0 {
				_, err := out.WriteTo(b)
				return err
			}
		}
	}
	return nil
}

// drawnWhole are lists that a picture of a part of would be wrong, beside those of what is looked up by name.
var drawnWhole = map[string]bool{
	"journeys": true, "percentiles": true, "curve": true, "curves": true, "bins": true, "verdicts": true, "checks": true,
	"exemplars": true, "paths": true, "nodes": true, "names": true, "layers": true, "waterfalls": true, "lines": true, "path": true,
}
