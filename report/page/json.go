package page

import "io"

// JSON writes the value of a page.
var JSON = Format[*Page]{Name: "json", Doc: "for programs: exact figures, with a schema and a version", Extension: "json", Write: writeJSON}

func writeJSON(w io.Writer, p *Page, s Style) error { return fittedJSON(w, p.JSON(), s) }

// Each converts a list; an empty one is a list too, and not null.
func Each[From, To any](list []From, convert func(From) To) []To {
	out := make([]To, 0, len(list))
	for _, v := range list {
		out = append(out, convert(v))
	}
	return out
}
