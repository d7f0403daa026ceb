package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"testing"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// pageLoad is what a recording has of one load of a page: times in milliseconds
// from its beginning, as the timing records say them and as web-vitals does.
type pageLoad struct {
	navigation map[string]float64
	resources  map[string]map[string]float64 // by address
	vitals     map[string]vital              // by name
}

// vital is one value of web-vitals, with the parts that the library gives it.
type vital struct {
	value float64
	parts map[string]any
}

// browserFile is one recording of pages. One is loaded after the other, so a
// record is of the page that began last before it. (Its session does not tell:
// OpenTelemetry's session manager starts while the first records are written, and
// most pages have two.)
type browserFile struct {
	pages []*pageLoad
	spans map[pcommon.SpanID]ptrace.Span
	of    map[pcommon.SpanID]string // the service of a span
}

func readPages(t *testing.T, path string) browserFile {
	t.Helper()
	text, err := exec.Command("zstd", "-dcq", path).Output()
	if err != nil {
		t.Fatalf("%s: %v (the recordings are read with zstd)", path, err)
	}
	f := browserFile{nil, map[pcommon.SpanID]ptrace.Span{}, map[pcommon.SpanID]string{}}
	var records []plog.LogRecord
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		spans, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(lines.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		f.addSpans(spans)
		logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(lines.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, r := range logs.ResourceLogs().All() {
			for _, scope := range r.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					records = append(records, record)
				}
			}
		}
	}
	f.gather(t, records)
	return f
}

// gather gives each record to its page.
func (f *browserFile) gather(t *testing.T, records []plog.LogRecord) {
	var began []pcommon.Timestamp
	for _, s := range f.spans {
		if s.Name() == "documentLoad" {
			began = append(began, s.StartTimestamp())
			f.pages = append(f.pages, &pageLoad{resources: map[string]map[string]float64{}, vitals: map[string]vital{}})
		}
	}
	slices.Sort(began)
	for _, r := range records {
		after, _ := slices.BinarySearch(began, r.Timestamp()+1)
		if after == 0 {
			t.Errorf("%s is of no page", r.EventName())
			continue
		}
		f.pages[after-1].add(t, r)
	}
}

func (f browserFile) addSpans(traces ptrace.Traces) {
	for _, r := range traces.ResourceSpans().All() {
		service, _ := r.Resource().Attributes().Get("service.name")
		for _, scope := range r.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				f.spans[s.SpanID()], f.of[s.SpanID()] = s, service.AsString()
			}
		}
	}
}

func (p *pageLoad) add(t *testing.T, r plog.LogRecord) {
	switch r.EventName() {
	case "browser.navigation_timing":
		p.navigation = numbers(r.Attributes())
	case "browser.resource_timing":
		url, _ := r.Attributes().Get("url.full")
		p.resources[url.Str()] = numbers(r.Attributes())
	case "browser.web_vital":
		p.vitals[word(r.Attributes(), "browser.web_vital.name")] = vital{numbers(r.Attributes())["value"], bodyOf(t, r)}
	}
}

func bodyOf(t *testing.T, r plog.LogRecord) map[string]any {
	var parts map[string]any
	if err := json.Unmarshal([]byte(r.Body().Str()), &parts); err != nil {
		t.Errorf("what web-vitals says of %s: %v", r.EventName(), err)
	}
	return parts
}

func word(attrs pcommon.Map, key string) string {
	v, _ := attrs.Get(key)
	return v.AsString()
}

// numbers are the numeric attributes, by the last word of their key.
func numbers(attrs pcommon.Map) map[string]float64 {
	out := map[string]float64{}
	for key, v := range attrs.All() {
		last := key
		for i := len(key) - 1; i >= 0; i-- {
			if key[i] == '.' {
				last = key[i+1:]
				break
			}
		}
		switch v.Type() {
		case pcommon.ValueTypeInt:
			out[last] = float64(v.Int())
		case pcommon.ValueTypeDouble:
			out[last] = v.Double()
		}
	}
	return out
}

// parts are those of the largest paint, of the first byte and of the
// interaction, from the timing records (not from what web-vitals made of them;
// an interaction has no other record than its own).
func (p *pageLoad) parts() map[string]float64 {
	out := map[string]float64{}
	if n := p.navigation; n != nil {
		out["ttfb"] = n["response_start"]
		out["ttfb.waiting"] = n["fetch_start"]
		out["ttfb.cache"] = n["domain_lookup_start"] - n["fetch_start"]
		out["ttfb.dns"] = n["connect_start"] - n["domain_lookup_start"]
		out["ttfb.connection"] = n["connect_end"] - n["connect_start"]
		out["ttfb.request"] = n["response_start"] - n["connect_end"]
		if n["secure_connection_start"] > 0 {
			out["ttfb.tls"] = n["connect_end"] - n["secure_connection_start"]
		}
	}
	p.paint(out)
	if inp, ok := p.vitals["inp"]; ok {
		out["inp"] = inp.value
		out["inp.input"], _ = inp.parts["inputDelay"].(float64)
		out["inp.processing"], _ = inp.parts["processingDuration"].(float64)
		out["inp.presentation"], _ = inp.parts["presentationDelay"].(float64)
	}
	return out
}

// paint adds the parts of the largest paint where its resource has a record.
func (p *pageLoad) paint(out map[string]float64) {
	lcp := p.vitals["lcp"]
	url, _ := lcp.parts["url"].(string)
	r := p.resources[url]
	if r == nil || p.navigation == nil {
		return
	}
	ttfb := p.navigation["response_start"]
	asked := r["request_start"]
	if asked == 0 { // a host that hides its timing
		asked = r["fetch_start"]
	}
	request := max(ttfb, asked)
	response := min(lcp.value, max(request, r["response_end"]))
	out["lcp"] = lcp.value
	out["lcp.load_delay"], out["lcp.load_duration"], out["lcp.render_delay"] = request-ttfb, response-request, lcp.value-response
}
