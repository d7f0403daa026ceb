package report

import (
	"bufio"
	"io"
	"strconv"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

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
			m.sample(float64(res.Ledger.Total(trace.Fate(fate))), "fate", name)
		}
	}},
	{"longpole_records", "", "Lines, documents and messages that were read, by what became of them.", func(m *openMetrics, res *analyze.Result) {
		r := res.Ledger.Records
		for _, of := range []struct {
			fate  string
			count int
		}{{"whole", r.Whole}, {"damaged", r.Damaged}, {"skipped", r.Skipped}} {
			m.sample(float64(of.count), "fate", of.fate)
		}
	}},
	{"longpole_findings", "", "What was found about the input, by code and by the fate of the spans it is about.", func(m *openMetrics, res *analyze.Result) {
		for _, f := range res.Ledger.Findings() {
			m.sample(float64(f.Count), "code", f.Code.ID, "fate", account.Fates[f.Code.Fate])
		}
	}},
	{"longpole_requests", "", "Requests that were measured.", func(m *openMetrics, res *analyze.Result) {
		for i := range res.Journeys {
			m.sample(float64(res.Journeys[i].All()), "journey", res.Journeys[i].Name)
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
		m.checks(res, func(c *analyze.Check) (float64, bool) {
			return c.Limit.Duration().Seconds(), c.Kind != analyze.AssertCheck
		}, "layer", func(c *analyze.Check) string { return c.Layer })
	}},
	{"longpole_budget_exceeded_ratio", "ratio", "The share of requests above the budget.", func(m *openMetrics, res *analyze.Result) {
		m.checks(res, func(c *analyze.Check) (float64, bool) {
			return float64(c.Exceeded.Share()) / 1e6, c.Kind != analyze.AssertCheck && c.Known
		}, "layer", func(c *analyze.Check) string { return c.Layer })
	}},
	{"longpole_check_state", "", "How each line of the plan is kept: 0 ok, 1 unproven, 2 at risk, 3 blown.", func(m *openMetrics, res *analyze.Result) {
		m.checks(res, func(c *analyze.Check) (float64, bool) {
			return float64(c.State), true
		}, "check", func(c *analyze.Check) string { return c.Text })
	}},
}

func writeOpenMetrics(w io.Writer, r *Report, _ page.Style) error {
	b := bufio.NewWriter(w)
	for _, f := range families {
		m := openMetrics{dto.MetricFamily{Name: &f.name, Help: &f.help, Type: dto.MetricType_GAUGE.Enum()}, map[string]int{}}
		if f.unit != "" {
			m.Unit = &f.unit
		}
		f.samples(&m, r.result)
		if len(m.Metric) == 0 { // a family without a sample is a mistake to some readers
			continue
		}
		if _, err := expfmt.MetricFamilyToOpenMetrics(b, &m.MetricFamily); err != nil {
			return err
		}
	}
	if _, err := expfmt.FinalizeOpenMetrics(b); err != nil {
		return err
	}
	return b.Flush()
}

// openMetrics are the samples of one family.
type openMetrics struct {
	dto.MetricFamily
	seen map[string]int // label sets: names may be alike once they are escaped and cut
}

// percentile adds one that is bounded: there is no word in this format for one that is not. The
// label is not quantile, which belongs to summaries: they have a sum and a count, too.
func (m *openMetrics) percentile(p quantile.Percentile, labels ...string) {
	if p.Bounded {
		m.sample(p.Value.Seconds(), append(labels, "percentile", p.Level.String())...)
	}
}

// checks writes a sample for each check that has a value.
func (m *openMetrics) checks(res *analyze.Result, value func(*analyze.Check) (float64, bool), label string, of func(*analyze.Check) string) {
	for i := range res.Verdicts {
		v := &res.Verdicts[i]
		for k := range v.Checks {
			if n, ok := value(&v.Checks[k]); ok {
				m.sample(n, "journey", v.Journey.Name, label, of(&v.Checks[k]))
			}
		}
	}
}

// sample adds one. A float is exact enough for what people and Prometheus do with it.
func (m *openMetrics) sample(value float64, labels ...string) {
	var pairs []*dto.LabelPair
	key := ""
	for i := 0; i < len(labels); i += 2 {
		text := page.ForTerminal(labels[i+1])
		pairs = append(pairs, label(labels[i], text))
		key += strconv.Quote(text)
	}
	if m.seen[key]++; m.seen[key] > 1 {
		pairs = append(pairs, label("copy", strconv.Itoa(m.seen[key])))
	}
	m.Metric = append(m.Metric, &dto.Metric{Label: pairs, Gauge: &dto.Gauge{Value: &value}})
}

func label(name, value string) *dto.LabelPair { return &dto.LabelPair{Name: &name, Value: &value} }
