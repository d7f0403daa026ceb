package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/run"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// Attributes that requests are only compared by stay out of signatures. That saves time and
// must not show: neither in slices nor in what slow requests have in common.
func TestWhetherAttributesAreApartNeverShows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testkit.Root(t), "testdata/recordings/lab/*/faulty.otlp.jsonl.zst"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range append(files[:6:6], tenants(t)) {
		if apart, within := reportWith(t, file, true), reportWith(t, file, false); !bytes.Equal(apart, within) {
			t.Errorf("%s: the reports differ:\n%.2000s\n\n%.2000s", filepath.Base(file), apart, within)
		}
	}
}

func reportWith(t *testing.T, file string, apart bool) []byte {
	t.Helper()
	n := run.With(nil, trace.Options{}, attribute.Options{})
	o := n.Reading()
	if !apart {
		o.Apart = nil
	}
	spans, err := ingest.Read(t.Context(), []string{file}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer spans.Close()
	return jsonOf(t, collect(t, n, spans))
}

// collect adds up the requests of spans.
func collect(t testing.TB, n *run.Analysis, spans *ingest.Spans) *analyze.Collector {
	t.Helper()
	begin := func(e *attribute.Explainer) *analyze.Collector { return analyze.NewCollector(e, n.Options) }
	c, err := run.Over(t.Context(), n, spans, begin)
	if err != nil {
		t.Fatal(err)
	}
	c.Account(&spans.Ledger)
	return c
}

// jsonOf is the report on what was collected, without the files that it came from.
func jsonOf(t testing.TB, c *analyze.Collector) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := page.JSON.Write(&out, &report.New(c.Result(analyze.Settings{}), report.Options{Input: "x"}).Page, page.Style{}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// tenants writes requests of three tenants, of which one is slow. The quick ones have a region
// of their own, which hides that of their resource, and a tenant twice.
func tenants(t *testing.T) string {
	t.Helper()
	var spans []string
	for i := range 200 {
		tenant := []string{"a", "b", "c"}[i%3]
		length := 10 + i%7
		if tenant == "c" {
			length *= 5
		}
		attrs := fmt.Sprintf(`{"key":"tenant.id","value":{"stringValue":"%s"}}`, tenant)
		if tenant != "c" {
			attrs += `,{"key":"cloud.region","value":{"stringValue":"far"}},{"key":"tenant.id","value":{"stringValue":"z"}}`
		}
		spans = append(spans, fmt.Sprintf(`{"traceId":"%032x","spanId":"%016x","name":"GET /","kind":2,"startTimeUnixNano":"17800000%011d","endTimeUnixNano":"17800000%011d","attributes":[%s],"status":{}}`,
			i+1, i+1, i*1e6, i*1e6+length*1e6, attrs))
	}
	resource := `"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}},{"key":"cloud.region","value":{"stringValue":"near"}}]}`
	name := filepath.Join(t.TempDir(), "tenants.jsonl")
	text := `{"resourceSpans":[{` + resource + `,"scopeSpans":[{"scope":{"name":"lib"},"spans":[` + strings.Join(spans, ",") + "]}]}]}\n"
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}
