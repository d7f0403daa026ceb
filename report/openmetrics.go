package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

var openMetricsFormat = Format{Name: "openmetrics", Doc: "for Prometheus: percentiles, budgets and verdicts as gauges", Extension: "om", Write: writeOpenMetrics}

// A family is one metric with its samples.
type family struct {
	name, unit, help string
	samples          func(*openMetrics, *analyze.Result)
}

var families = []family{
	{"longpole_spans", "", "Spans that were read, by what became of them.", func(m *openMetrics, res *analyze.Result) {
		for fate, name := range account.Fates {
			m.sample(strconv.Itoa(res.Ledger.Total(trace.Fate(fate))), "fate", name)
		}
	}},
	{"longpole_records", "", "Lines, documents and messages that were read, by what became of them.", func(m *openMetrics, res *analyze.Result) {
		r := res.Ledger.Records
		for _, of := range []struct {
			fate  string
			count int
		}{{"whole", r.Whole}, {"damaged", r.Damaged}, {"skipped", r.Skipped}} {
			m.sample(strconv.Itoa(of.count), "fate", of.fate)
		}
	}},
	{"longpole_findings", "", "What was found about the input, by code and by the fate of the spans it is about.", func(m *openMetrics, res *analyze.Result) {
		for _, f := range res.Ledger.Findings() {
			m.sample(strconv.Itoa(f.Count), "code", f.Code.ID, "fate", account.Fates[f.Code.Fate])
		}
	}},
	{"longpole_requests", "", "Requests that were measured.", func(m *openMetrics, res *analyze.Result) {
		for i := range res.Journeys {
			m.sample(strconv.Itoa(res.Journeys[i].Observations), "journey", res.Journeys[i].Name)
		}
	}},
	{"longpole_latency_seconds", "seconds", "Percentiles of latency.", func(m *openMetrics, res *analyze.Result) {
		for i := range res.Journeys {
			for _, p := range res.Journeys[i].Percentiles {
				m.percentile(p.Percentile, "journey", res.Journeys[i].Name)
			}
		}
	}},
	{"longpole_layer_seconds", "seconds", "Percentiles of the time on the critical path, by layer.", func(m *openMetrics, res *analyze.Result) {
		for i := range res.Journeys {
			for _, row := range res.Journeys[i].Rows.Layer {
				for _, p := range row.Percentiles {
					m.percentile(p, "journey", res.Journeys[i].Name, "layer", row.Name)
				}
			}
		}
	}},
	{"longpole_budget_seconds", "seconds", "The budget of a layer; of the whole journey where the layer is empty.", func(m *openMetrics, res *analyze.Result) {
		m.checks(res, func(c *analyze.Check) (string, bool) {
			return seconds(c.Limit.Duration()), c.Kind != analyze.AssertCheck
		}, "layer", func(c *analyze.Check) string { return c.Layer })
	}},
	{"longpole_budget_exceeded_ratio", "ratio", "The share of requests above the budget.", func(m *openMetrics, res *analyze.Result) {
		m.checks(res, func(c *analyze.Check) (string, bool) {
			return strconv.FormatFloat(float64(c.Exceeded.Share())/1e6, 'g', -1, 64), c.Kind != analyze.AssertCheck && c.Known
		}, "layer", func(c *analyze.Check) string { return c.Layer })
	}},
	{"longpole_check_state", "", "How each line of the plan is kept: 0 ok, 1 unproven, 2 at risk, 3 blown.", func(m *openMetrics, res *analyze.Result) {
		m.checks(res, func(c *analyze.Check) (string, bool) {
			return strconv.Itoa(int(c.State)), true
		}, "check", func(c *analyze.Check) string { return c.Text })
	}},
}

func writeOpenMetrics(w io.Writer, r *Report, _ page.Style) error {
	m := &openMetrics{Writer: bufio.NewWriter(w), seen: map[string]int{}}
	for _, f := range families {
		m.family = f.name
		fmt.Fprintf(m, "# TYPE %s gauge\n", f.name)
		if f.unit != "" {
			fmt.Fprintf(m, "# UNIT %s %s\n", f.name, f.unit)
		}
		fmt.Fprintf(m, "# HELP %s %s\n", f.name, f.help)
		f.samples(m, r.result)
	}
	m.WriteString("# EOF\n")
	return m.Flush()
}

type openMetrics struct {
	*bufio.Writer
	family string
	seen   map[string]int // label sets by family: names may be alike once they are escaped and cut
}

// percentile writes one that is bounded: there is no word in this format for one that is not.
func (m *openMetrics) percentile(p quantile.Percentile, labels ...string) {
	if p.Bounded {
		level := strconv.FormatFloat(float64(p.Level)/1e4, 'g', -1, 64)
		m.sample(seconds(p.Value), append(labels, "quantile", level)...)
	}
}

// checks writes a sample for each check that has a value.
func (m *openMetrics) checks(res *analyze.Result, value func(*analyze.Check) (string, bool), label string, of func(*analyze.Check) string) {
	for i := range res.Verdicts {
		v := &res.Verdicts[i]
		for k := range v.Checks {
			if text, ok := value(&v.Checks[k]); ok {
				m.sample(text, "journey", v.Journey.Name, label, of(&v.Checks[k]))
			}
		}
	}
}

func (m *openMetrics) sample(value string, labels ...string) {
	var pairs []string
	for i := 0; i < len(labels); i += 2 {
		pairs = append(pairs, labels[i]+`="`+labelEscapes.Replace(page.ForTerminal(labels[i+1]))+`"`)
	}
	key := m.family + strings.Join(pairs, ",")
	if m.seen[key]++; m.seen[key] > 1 {
		pairs = append(pairs, fmt.Sprintf(`copy="%d"`, m.seen[key]))
	}
	fmt.Fprintf(m, "%s{%s} %s\n", m.family, strings.Join(pairs, ","), value)
}

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// seconds writes nanoseconds as seconds without a float in between.
func seconds(d time.Duration) string {
	s := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
