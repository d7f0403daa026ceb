package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
)

var csvFormat = Format{Name: "csv", Doc: "for spreadsheets: a row for each journey, grouping and name, in nanoseconds, and for each count of the ledger", Extension: "csv", Write: writeCSV}

// A csvTable is written row by row; errors stay with the writer.
type csvTable struct {
	*csv.Writer
	columns int
}

// row leaves the columns empty that it has no cell for.
func (c *csvTable) row(cells ...string) {
	c.Write(append(cells, make([]string, c.columns-len(cells))...))
}

func writeCSV(w io.Writer, r *Report, _ page.Style) error {
	head := []string{"journey", "grouping", "name", "requests", "typical_ns", "slow_ns", "excess_ns"}
	for _, l := range levels(r.result) {
		head = append(head, l+"_ns")
	}
	head = append(head, "budget_ns", "exceeded_millionths", "verdict", "count")
	c := &csvTable{csv.NewWriter(w), len(head)}
	c.row(head...)
	for i := range r.result.Journeys {
		r.writeCSVJourney(c, &r.result.Journeys[i])
	}
	c.ledger(r.result)
	c.Flush()
	return c.Error()
}

// ledger writes the account of what was read: rows without a journey, whose count stands in
// the last column.
func (c *csvTable) ledger(res *analyze.Result) {
	for _, t := range account.LedgerRows(res) {
		cells := make([]string, c.columns)
		cells[1], cells[2], cells[c.columns-1] = t.Under("ledger"), t.Name, strconv.Itoa(t.Count)
		c.row(cells...)
	}
}

func levels(res *analyze.Result) []string {
	var names []string
	if len(res.Journeys) > 0 {
		for _, p := range res.Journeys[0].Percentiles {
			names = append(names, p.Level.String())
		}
	}
	return names
}

func (r *Report) writeCSVJourney(c *csvTable, j *analyze.Journey) {
	t, v := &j.Tail, r.verdictOf(j)
	total := csvRow(j, "total", "", j.Observations, t.Typical.Total, t.Slow.Total)
	for _, p := range j.Percentiles {
		total = append(total, csvTime(p.Value))
	}
	c.row(append(total, csvVerdict(v, analyze.TargetCheck, "")...)...)
	for _, g := range analyze.Groupings {
		writeCSVGroup(c, j, g, v)
	}
}

// csvVerdict is the budget of a row, how often it was exceeded, and how it stands; empty where
// there is none.
func csvVerdict(v *analyze.Verdict, kind analyze.CheckKind, layer string) []string {
	if v == nil {
		return nil
	}
	for i := range v.Checks {
		if c := &v.Checks[i]; c.Kind == kind && c.Layer == layer {
			return []string{csvTime(c.Limit.Duration()), strconv.FormatInt(c.Exceeded.Share(), 10), c.State.String()}
		}
	}
	return nil
}

// writeCSVGroup ends with a row of what has none, so that the rows of a grouping add up.
func writeCSVGroup(c *csvTable, j *analyze.Journey, g analyze.Grouping, v *analyze.Verdict) {
	if g.Name != analyze.ByLayer.Name {
		v = nil
	}
	t := &j.Tail
	typical, slow := times(t.Typical.By(g)), times(t.Slow.By(g))
	restTypical, restSlow := t.Typical.Total, t.Slow.Total
	for _, row := range j.Rows.By(g) {
		cells := csvRow(j, g.Name, row.Name, row.Present, typical[row.Name], slow[row.Name])
		for _, p := range row.Percentiles {
			cells = append(cells, csvTime(p.Value))
		}
		c.row(append(cells, csvVerdict(v, analyze.LayerCheck, row.Name)...)...)
		restTypical -= typical[row.Name]
		restSlow -= slow[row.Name]
	}
	if restTypical != 0 || restSlow != 0 {
		c.row(csvRow(j, g.Name, "(others)", 0, restTypical, restSlow)...)
	}
}

func csvRow(j *analyze.Journey, grouping, name string, present int, typical, slow time.Duration) []string {
	return []string{
		page.ForSpreadsheet(j.Name), grouping, page.ForSpreadsheet(name), strconv.Itoa(present),
		csvTime(typical), csvTime(slow), csvTime(slow - typical),
	}
}

func csvTime(d time.Duration) string { return strconv.FormatInt(int64(d), 10) }
