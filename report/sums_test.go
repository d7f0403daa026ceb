package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

// addsUp checks that every column of the table whose rows are times or shares of one whole
// adds up to its total, as printed. Percentiles do not add up and are left out.
func addsUp(t *testing.T, where string, heads []string, rows [][]string, total []string) {
	t.Helper()
	for i, head := range heads {
		if i == 0 || strings.HasPrefix(head, "p") || head == "in" || head == "runs" || head == "mostly in" || total[i] == "" {
			continue
		}
		sum := 0.0
		for _, row := range rows {
			sum += number64(t, row[i])
		}
		if want := number64(t, total[i]); math.Abs(sum-want) > 1e-6 {
			t.Errorf("%s: %q adds up to %v, the total is %v", where, head, sum, want)
		}
	}
}

func number64(t *testing.T, cell string) float64 {
	t.Helper()
	cell = strings.NewReplacer(",", "", " %", "", "**", "", "+", "").Replace(strings.TrimSpace(cell))
	if cell == "" {
		return 0
	}
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		t.Fatalf("%q is no number", cell)
	}
	return n
}

func TestTheRowsOfEveryTableAddUpToItsTotal(t *testing.T) {
	tables := 0
	for _, s := range New(reporttest.Shop(t), Options{}).Sections {
		for _, item := range s.Items {
			if item.Table == nil || item.Table.Total == nil {
				continue
			}
			tables++
			var heads []string
			for _, c := range item.Table.Columns {
				heads = append(heads, c.Head)
			}
			var rows [][]string
			for _, r := range item.Table.Rows {
				rows = append(rows, cellTexts(r))
			}
			addsUp(t, s.Title.String()+" "+item.Table.Title.String(), heads, rows, cellTexts(item.Table.Total))
		}
	}
	if tables != 3 {
		t.Errorf("%d tables have totals, want 3: layers, places and operations of the first journey", tables)
	}
}

func cellTexts(row []page.Cell) (texts []string) {
	for _, c := range row {
		texts = append(texts, c.Text.String())
	}
	return texts
}

func TestWhatSlowRequestsAddIsPrintedAsTheDifferenceOfItsNeighbours(t *testing.T) {
	res := reporttest.Shop(t)
	for _, row := range layerTable(&res.Journeys[0]).Rows {
		texts := cellTexts(row)
		typical, slow, adds := number64(t, texts[1]), number64(t, texts[2]), number64(t, texts[3])
		if math.Abs(slow-typical-adds) > 1e-6 {
			t.Errorf("%s: %v - %v is printed as %v", texts[0], slow, typical, adds)
		}
	}
}

func TestTheJSONAddsUpToTheNanosecond(t *testing.T) {
	var out reportJSON
	if err := json.Unmarshal(written(t, jsonFormat, New(reporttest.Shop(t), Options{}), page.Style{}), &out); err != nil {
		t.Fatal(err)
	}
	if out.SpansRead != out.SpansAccepted+out.SpansDuplicate+out.SpansConflicting+out.SpansRejected {
		t.Error("the ledger does not add up")
	}
	for _, j := range out.Journeys {
		all := []compositionJSON{j.Tail.Slow, j.Tail.Typical, j.Tail.Excess}
		for _, p := range j.Percentiles {
			all = append(all, p.Composition)
			if p.Composition.Total != p.Value {
				t.Errorf("%s: the composition of %s is %d, the percentile %d", j.Name, p.Level, p.Composition.Total, p.Value)
			}
		}
		for _, c := range all {
			for _, s := range []SharesJSON{c.By.Layer, c.By.Service, c.By.Place, c.By.Operation} {
				if sum := sumShares(s); sum != c.Total {
					t.Errorf("%s: shares sum to %d, the total is %d", j.Name, sum, c.Total)
				}
			}
		}
	}
}

func sumShares(s SharesJSON) time.Duration {
	sum := s.Rest
	for _, share := range s.Shares {
		sum += share.Time
	}
	return sum
}

func TestSharesBeyondTheHundredthAreAddedUp(t *testing.T) {
	var all []analyze.Share
	for i := range 250 {
		all = append(all, analyze.Share{Name: strconv.Itoa(i), Time: time.Duration(1000 - i)})
	}
	s := NewSharesJSON(all)
	if len(s.Shares) != 100 || s.More != 150 || sumShares(s) != 250*1000-250*249/2 {
		t.Errorf("%d shown, %d more, %d in all", len(s.Shares), s.More, sumShares(s))
	}
}

func TestTheCSVParsesAndEveryGroupingAddsUp(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(written(t, csvFormat, New(reporttest.Shop(t), Options{}), page.Style{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string][3]float64{}
	for _, row := range rows[1:] {
		if strings.HasPrefix(row[1], "ledger") {
			continue
		}
		sum := sums[row[0]+"/"+row[1]]
		for i := range sum {
			sum[i] += number64(t, row[4+i])
		}
		sums[row[0]+"/"+row[1]] = sum
	}
	for key, sum := range sums {
		journey := key[:strings.LastIndex(key, "/")]
		if total := sums[journey+"/total"]; sum != total {
			t.Errorf("%s sums to %v, the total is %v", key, sum, total)
		}
	}
	if len(sums) != 3*5 {
		t.Errorf("%d groups of rows, want a total and four groupings of three journeys", len(sums))
	}
}
