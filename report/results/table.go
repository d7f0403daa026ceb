package results

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"
	"strconv"

	"github.com/longpole/longpole/report/page"
)

// A row is values under the heads of a table: texts, integers, floats, or times by name.
type row []any

// writeCSV writes rows below their heads.
func writeCSV(w io.Writer, heads []string, rows iter.Seq[row]) error {
	out := csv.NewWriter(w)
	out.Write(heads)
	for r := range rows {
		cells := make([]string, len(r))
		for i, v := range r {
			switch v := v.(type) {
			case string:
				cells[i] = page.ForSpreadsheet(v)
			case int64:
				cells[i] = strconv.FormatInt(v, 10)
			case float64:
				cells[i] = strconv.FormatFloat(v, 'g', -1, 64)
			case bool:
				cells[i] = strconv.FormatBool(v)
			}
		}
		out.Write(cells)
	}
	out.Flush()
	return out.Error()
}

// writeJSONL writes an object for each row, with the heads as its keys in their order.
func writeJSONL(w io.Writer, heads []string, rows iter.Seq[row]) error {
	out := bufio.NewWriter(w)
	for r := range rows {
		out.WriteByte('{')
		for i, v := range r {
			if i > 0 {
				out.WriteByte(',')
			}
			out.Write(encoded(heads[i]))
			out.WriteByte(':')
			out.Write(encoded(v))
		}
		out.WriteString("}\n")
	}
	return out.Flush()
}

// encoded is a text, a number, a truth or a map of times in json, which has a place for all of them.
func encoded(v any) []byte {
	text, err := page.TightJSON(v)
	if err != nil {
		panic(err) // nothing else is put into a row
	}
	return text
}
