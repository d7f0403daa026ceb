package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gtext "github.com/yuin/goldmark/text"
	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

func containsLine(s, begin string) bool { return strings.Contains("\n"+s, "\n"+begin) }

// reports generates reports of what real exporters could have written.
func reports() *rapid.Generator[*Report] {
	return rapid.Custom(func(t *rapid.T) *Report {
		traces := rapid.SliceOfN(testkit.Spans(), 1, 12).Draw(t, "traces")
		reporttest.Number(traces)
		return New(reporttest.Analysed(traces), Options{Blocks: rapid.IntRange(0, 3).Draw(t, "blocks")})
	})
}

func outputOf(t *rapid.T, f Format, r *Report, s page.Style) []byte {
	var b bytes.Buffer
	if err := f.Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhateverWasReadEveryOutputParses(t *testing.T) {
	schema := reporttest.Published(t, "report")
	rapid.Check(t, func(rt *rapid.T) {
		r := reports().Draw(rt, "report")
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(outputOf(rt, jsonFormat, r, page.Style{})))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := csv.NewReader(bytes.NewReader(outputOf(rt, csvFormat, r, page.Style{}))).ReadAll(); err != nil {
			rt.Fatal(err)
		}
		if page := outputOf(rt, htmlFormat, r, page.Style{}); !bytes.HasSuffix(page, []byte("</html>\n")) {
			rt.Fatalf("the page ends with %q", page[len(page)-20:])
		}
	})
}

func TestWhateverWasReadEveryTableAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		for _, s := range reports().Draw(rt, "report").Sections {
			for _, item := range s.Items {
				if item.Table == nil || item.Table.Total == nil {
					continue
				}
				for i, c := range item.Table.Columns[1:4] {
					if total := item.Table.Total[i+1].Text.String(); c.Right && c.Head != "runs" && total != sumOf(item.Table, i+1, strings.Contains(total, "%")) {
						rt.Fatalf("%s: %s does not add up to %s: %v", s.Title, c.Head, total, item.Table.Rows)
					}
				}
			}
		}
	})
}

// sumOf adds up a column as a reader would: digit by digit of what is printed.
func sumOf(t *page.Table, column int, percent bool) string {
	sum, places := 0, 0
	for _, row := range t.Rows {
		cell := strings.NewReplacer(",", "", " %", "").Replace(row[column].Text.String())
		whole, fraction, _ := strings.Cut(cell, ".")
		places = len(fraction)
		n := 0
		for _, digit := range strings.TrimPrefix(whole, "-") + fraction {
			n = 10*n + int(digit-'0')
		}
		if strings.HasPrefix(whole, "-") {
			n = -n
		}
		sum += n
	}
	return printed(sum, places, percent)
}

func printed(n, places int, percent bool) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := []byte(strings.Repeat("0", places+1))
	for i := len(digits) - 1; n > 0; i-- {
		if i < 0 {
			digits, i = append([]byte{'0'}, digits...), 0
		}
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	whole := string(digits[:len(digits)-places])
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	text := sign + whole
	if places > 0 {
		text += "." + string(digits[len(digits)-places:])
	}
	if percent {
		text += " %"
	}
	return text
}

func TestWhateverWasReadMarkdownShowsOneTableForEachJourney(t *testing.T) {
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	rapid.Check(t, func(rt *rapid.T) {
		r := reports().Draw(rt, "report")
		tables, headings, folded := 0, 0, false
		source := outputOf(rt, markdown, r, page.Style{})
		ast.Walk(parser.Parse(gtext.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			switch v := n.(type) {
			case *ast.Heading:
				headings++
			case *ast.HTMLBlock:
				folded, _ = testkit.Folded(v, source)
			case *east.Table:
				if !folded {
					tables++
				}
				for row := v.FirstChild(); row != nil; row = row.NextSibling() {
					if row.ChildCount() != len(v.Alignments) {
						rt.Fatalf("a row has %d cells of %d", row.ChildCount(), len(v.Alignments))
					}
				}
			}
			return ast.WalkContinue, nil
		})
		titled := 0
		for _, s := range r.Sections {
			if len(s.Title) > 0 {
				titled++
			}
		}
		if headings != titled || tables > headings-1 {
			rt.Fatalf("%d headings and %d tables for %d sections with a title", headings, tables, titled)
		}
	})
}

func TestWhateverWasReadNothingBeyondASCIIReachesATerminalWithoutIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := reports().Draw(rt, "report")
		for _, c := range outputOf(rt, text, r, page.Style{ASCII: true, Width: rapid.IntRange(0, 200).Draw(rt, "width")}) {
			if c > 0x7e || (c < ' ' && c != '\n') {
				rt.Fatalf("byte %#x", c)
			}
		}
	})
}

func TestWhateverWasReadTheLedgerIsInEveryOutput(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := reports().Draw(rt, "report")
		line := account.Spans(r.result.Ledger)
		for _, f := range []Format{text, markdown, htmlFormat} {
			if !strings.Contains(html.UnescapeString(string(outputOf(rt, f, r, page.Style{Width: 500}))), line) {
				rt.Fatalf("%s does not say %q", f.Name, line)
			}
		}
		var out reportJSON
		if err := json.Unmarshal(outputOf(rt, jsonFormat, r, page.Style{}), &out); err != nil {
			rt.Fatal(err)
		}
		if out.SpansAccepted != r.result.Ledger.Total(trace.Kept) || out.SpansRead != r.result.Ledger.Spans {
			rt.Fatalf("the json read %d and accepted %d", out.SpansRead, out.SpansAccepted)
		}
	})
}
