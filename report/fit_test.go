package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

// Whatever size a report of a recording is cut to, it takes no more, and its tables and lists add up.
func TestAReportOfARecordingThatIsCutStillSums(t *testing.T) {
	schema, tables := reporttest.Published(t, "report"), 0
	for _, f := range testkit.Some(faults(t), 2) {
		for _, side := range []string{"faulty", "healthy"} {
			r := f.report(t, nil, side)
			for _, limit := range []int64{3 << 10, 8 << 10} {
				for _, format := range []page.Format[*page.Page]{page.Text, page.Markdown, page.JSON} {
					if limit < 8<<10 && format.Name == page.JSON.Name {
						continue // the least of some is longer
					}
					var out bytes.Buffer
					err := format.Write(&out, &r.Page, page.Style{Width: 80, Fit: limit})
					if err != nil || int64(out.Len()) > limit {
						t.Fatalf("%s, %s: %d bytes of %d, %v", f.name, format.Name, out.Len(), limit, err)
					}
					switch format.Name {
					case page.JSON.Name:
						listsAddUp(t, schema, out.Bytes())
					case page.Markdown.Name:
						tables += tablesAddUp(t, out.String())
					}
				}
			}
		}
	}
	if tables < 8 || testkit.Whole() && tables < 100 {
		t.Errorf("%d tables were added up", tables)
	}
}

func listsAddUp(t *testing.T, schema *jsonschema.Schema, text []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Fatal(err)
	}
	type composition struct {
		Total int64 `json:"total_ns"`
		By    map[string]struct {
			Shares []struct{ NS int64 }
			Rest   int64 `json:"rest_ns"`
		}
	}
	var report struct {
		Observations int
		Journeys     []struct {
			Observations int
			Percentiles  []struct{ Composition composition }
			Tail         struct{ Slow, Typical, Excess composition }
		}
		Other struct{ Observations int } `json:"other_journeys"`
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	left := report.Observations - report.Other.Observations
	for _, j := range report.Journeys {
		left -= j.Observations
		all := []composition{j.Tail.Slow, j.Tail.Typical, j.Tail.Excess}
		for _, p := range j.Percentiles {
			all = append(all, p.Composition)
		}
		for _, c := range all {
			for by, list := range c.By {
				sum := list.Rest
				for _, s := range list.Shares {
					sum += s.NS
				}
				if sum != c.Total {
					t.Fatalf("by %s the shares add up to %d, the total is %d", by, sum, c.Total)
				}
			}
		}
	}
	if left != 0 {
		t.Fatalf("%d requests are in no journey", left)
	}
}

var number = regexp.MustCompile(`^[+-]?[0-9][0-9,]*(?:\\?\.[0-9]+)?$`)

// tablesAddUp adds up the columns of milliseconds in tables that have a total.
func tablesAddUp(t *testing.T, text string) (tables int) {
	t.Helper()
	var head []string
	sums := map[int]float64{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			head = nil
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "**", "")
		}
		if head == nil {
			head, sums = cells, map[int]float64{}
			continue
		}
		isTotal := cells[0] == "total"
		for i, cell := range cells {
			if !number.MatchString(cell) || strings.HasPrefix(head[i], "p") || head[i] == "requests" || head[i] == "runs" {
				continue
			}
			n, err := strconv.ParseFloat(strings.NewReplacer(",", "", "\\", "", "+", "").Replace(cell), 64)
			if err != nil {
				t.Fatal(err)
			}
			if isTotal && math.Abs(sums[i]-n) > 1e-6 {
				t.Fatalf("%s adds up to %v, the total is %v in\n%s", head[i], sums[i], n, text)
			}
			sums[i] += n
		}
		if isTotal {
			tables++
		}
	}
	return tables
}
