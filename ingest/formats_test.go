package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/longpole/longpole/ingest/jsontext"
)

// What every file of testdata/formats holds, spelled in another way each:
//
//	web   server |--------- GET /cart ---------|   event cache.miss
//	web   client   |------- GET failed ------|
//	cart  server     |---- GET /items ----|
const sameTrace = `0af7651916cd43dd8448eb211c80319c b7ad6b7169203331<0000000000000000 1780000000000000000+9ms web@h1[lib] server "GET /cart" http.route="/cart" *cache.miss@100000
0af7651916cd43dd8448eb211c80319c 00f067aa0ba902b7<b7ad6b7169203331 1780000000000500000+8ms web@h1[lib] client "GET" failed peer.service="cart"
0af7651916cd43dd8448eb211c80319c 53995c3f42cd8ad8<00f067aa0ba902b7 1780000000000900000+7ms cart@h2[lib] server "GET /items" http.route="/items"
`

// What a format cannot carry, as a change to sameTrace.
var cannotCarry = map[string]func(string) string{
	"otlp-spans": func(s string) string { // no resource, no scope
		return regexp.MustCompile(`\S+@h\d\[lib\]`).ReplaceAllString(s, "unknown_service@[]")
	},
	"elastic-otel":   func(s string) string { return strings.Replace(s, " *cache.miss@100000", "", 1) }, // events are documents of their own
	"python-console": func(s string) string { return strings.ReplaceAll(s, "[lib]", "[]") },             // no scope
	"xray": func(s string) string { // a service is a name; no host, scope or events
		s = regexp.MustCompile(`@h\d\[lib\]`).ReplaceAllString(s, "@[]")
		s = strings.Replace(s, ` http.route="/cart" *cache.miss@100000`, ` http.request.method="GET" http.response.status_code="200" url.full="http://web/cart"`, 1)
		s = strings.NewReplacer(`"GET /cart"`, `"web"`, `"GET"`, `"cart"`, `"GET /items"`, `"cart"`, ` peer.service="cart"`, "", ` http.route="/items"`, "").Replace(s)
		return strings.Replace(s, `http.request.method="cart"`, `http.request.method="GET"`, 1)
	},
}

func TestOneTraceReadsTheSameInEveryFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/formats/*")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	covered := map[string]bool{}
	for _, path := range files {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		covered[name] = true
		wanted := sameTrace
		if change := cannotCarry[name]; change != nil {
			wanted = change(wanted)
		}
		s := readFiles(t, Options{Keep: notOfTheFormat}, path)
		want(t, path, draw(s), wanted)
		want(t, path+": format", s.Ledger.Files[0].Format, name)
	}
	for _, f := range Formats {
		if f.Value != nil && !covered[f.Name] {
			t.Errorf("format %s has no file in testdata/formats", f.Name)
		}
	}
}

// notOfTheFormat leaves out the attributes by which formats carry other facts.
func notOfTheFormat(key string) bool {
	switch key {
	case "span.kind", "otel.scope.name", "error", "hostname", "host.name", "service.name", "ip":
		return false
	}
	return true
}

func TestAFormatThatIsForcedReadsTheSame(t *testing.T) {
	for _, f := range Formats {
		path := "testdata/formats/" + f.Name + ".json"
		if _, err := os.Stat(path); err != nil {
			continue
		}
		sniffed, forced := readFiles(t, Options{}, path), readFiles(t, Options{Format: f.Name}, path)
		want(t, f.Name, draw(forced), draw(sniffed))
	}
}

func TestNoInputIsClaimedByTwoFormats(t *testing.T) {
	files, _ := filepath.Glob("testdata/formats/*")
	samples, _ := filepath.Glob("../../shared/oracles/samples/*/*")
	for _, path := range append(files, samples...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if claims := claimants(data); len(claims) != 1 && !strings.HasSuffix(path, ".zst") {
			t.Errorf("%s is claimed by %v", path, claims)
		}
	}
}

func claimants(data []byte) (names []string) {
	s := jsontext.OutlineOf(bytes.TrimSpace(data))
	for _, f := range Formats {
		if (f.Binary != nil && f.Binary(data)) || (f.Value != nil && looksJSON(data) && f.Value(&s)) {
			names = append(names, f.Name)
		}
	}
	return names
}

func TestSamplesOfOtherToolsAreReadWhole(t *testing.T) {
	for path, spans := range map[string]int{
		"jaeger/domain_01.json": 5, "jaeger/domain_es_01.json": 1, "jaeger/es_01.json": 1, "jaeger/model-batch.jsonpb.json": 1,
		"jaeger/model-batch.pb": 1, "jaeger/trace_success.json": 2, "jaeger/ui_01.json": 5,
		"otlp/example_trace.json": 5, "otlp/fe-json-zstd-legacy.bin": 4, "otlp/fe-json-zstd-native.zst": 4, "otlp/fe-json.jsonl": 4,
		"otlp/fe-proto-be4.bin": 4, "otlp/fe-proto-zstd-legacy.bin": 4, "otlp/fe-proto-zstd-native.zst": 4,
		"otlp/go-stdouttrace-pretty.json": 2, "otlp/go-stdouttrace.jsonl": 2, "otlp/link_attributes_trace.json": 1,
		"otlp/log_tags_trace.json": 1, "otlp/opentelemetry-proto-examples-trace.json": 1, "otlp/otlp-concat.pb": 4,
		"otlp/otlp-single.pb": 2, "otlp/otlp-varint-delimited.pb": 4, "otlp/otlp2jaeger-in.json": 2,
		"otlp/otlp2jaeger-multi-in-combined.json": 4, "otlp/otlp2jaeger-multi-in.json.txt": 4, "otlp/scope_name_version_trace.json": 1,
		"zipkin/ascend.json": 8, "zipkin/envoy.json": 1, "zipkin/messaging-kafka.json": 28, "zipkin/messaging.json": 4,
		"zipkin/messaging2.json": 11, "zipkin/simple-db-p6.json": 5, "zipkin/skew.json": 4, "zipkin/yelp.json": 16,
		"zipkin/smartthings-oauth-authorization.json": 175,
		"zipkin/smartthings-mobile-web-install.json":  1041 - 84, // 84 have no timestamp
	} {
		s := readFiles(t, Options{}, shared(t, "oracles/samples/"+path))
		balanced(t, s)
		if got := len(all(s)); got != spans {
			t.Errorf("%s: %d spans, want %d", path, got, spans)
		}
	}
}

// Jaeger's own snapshot of an api_v3 answer holds a span without any time.
func TestASpanWithoutTimesIsNamedAndNotUsed(t *testing.T) {
	s, err := ReadBytes("v3", mustRead(t, shared(t, "oracles/samples/otlp/GetTrace.json")), Options{})
	want(t, "findings", found(&s.Ledger), "1 no-start-time")
	if err == nil || !strings.Contains(err.Error(), "no usable spans: 1 read, all rejected") {
		t.Errorf("error is %v", err)
	}
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryFramingOfTheCollectorHoldsTheSameSpans(t *testing.T) {
	samples := shared(t, "oracles/samples/otlp")
	wanted := ""
	for _, name := range []string{"fe-json.jsonl", "fe-json-zstd-legacy.bin", "fe-json-zstd-native.zst",
		"fe-proto-be4.bin", "fe-proto-zstd-legacy.bin", "fe-proto-zstd-native.zst", "otlp-concat.pb", "otlp-varint-delimited.pb"} {
		got := draw(readFiles(t, Options{}, filepath.Join(samples, name)))
		if wanted == "" {
			wanted = got
		}
		want(t, name, got, wanted)
	}
}

func TestJaegersResultOfOTLPIsWhatOTLPIs(t *testing.T) {
	keep := Options{Keep: func(string) bool { return false }}
	otlp := readFiles(t, keep, shared(t, "oracles/samples/otlp/otlp2jaeger-in.json"))
	jaeger := readFiles(t, keep, shared(t, "oracles/jaeger-ui/fixtures/otlp2jaeger-out.json"))
	sub := regexp.MustCompile(`(\d{16})\d{3}\+([^ ]+) `) // Jaeger has microseconds
	strip := func(s string) string {
		s = regexp.MustCompile(` (\*|->)\S+`).ReplaceAllString(s, "")
		return sub.ReplaceAllString(s, "$1 ")
	}
	want(t, "spans", strip(draw(jaeger)), strip(draw(otlp)))
}

func TestRealExportsAreReadWithTheCountsOfTheirReadme(t *testing.T) {
	for path, counts := range map[string][2]int{ // spans, traces
		"hotrod-all.jaeger.json.zst":                          {48242, 1886},
		"bookinfo-normal.jaeger.json.zst":                     {13140, 1879},
		"bookinfo-anomalous.jaeger.json.zst":                  {1006, 141},
		"jaeger-es-converted":                                 {1263, 25},
		"buildx/jaeger.json":                                  {73, 1},
		"buildx/otlp.json":                                    {73, 1},
		"buildx/bktraces.json":                                {73, 1},
		"robotframework/diverse_trace.json.zst":               {1632, 1},
		"robotframework/malformed_trace.json":                 {3, 3},
		"zipkin-lens/smartthings-mobile-web-install.json.zst": {1041, 1},
		"zipkin-lens/messaging-kafka.v1.json":                 {28, 1},
		"lquerel":                                             {35, 9},
		"echoed":                                              {21, 5},
		"otlp2parquet/traces.pb":                              {19, 19},
		"otlp2parquet/traces.jsonl":                           {19, 19},
	} {
		s := readFiles(t, Options{}, shared(t, "traces/"+path))
		balanced(t, s)
		traces := 0
		for range s.Traces() {
			traces++
		}
		if got := [2]int{s.Ledger.Spans, traces}; got != counts {
			t.Errorf("%s: %d spans of %d traces, want %v", path, got[0], got[1], counts)
		}
	}
}

func TestABuildTraceReadsTheSameThreeWays(t *testing.T) {
	keep := Options{Keep: func(string) bool { return false }, KeepEvent: func(string) bool { return false }}
	list := draw(readFiles(t, keep, shared(t, "traces/buildx/otlp.json")))
	row := draw(readFiles(t, keep, shared(t, "traces/buildx/bktraces.json")))
	want(t, "list and row", list, row)
}

func TestKeysWrittenWithEscapesAreTheKeysThatTheyAre(t *testing.T) {
	for _, f := range Formats {
		if f.Value == nil {
			continue
		}
		files, _ := filepath.Glob("testdata/formats/" + f.Name + ".*")
		for _, path := range files {
			plain, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			escaped := firstOfKey.ReplaceAllFunc(plain, func(key []byte) []byte {
				return fmt.Appendf(nil, `"\u%04x%s`, key[1], key[2:])
			})
			asWritten, err := ReadBytes("plain", plain, Options{Keep: notOfTheFormat})
			if err != nil {
				t.Fatal(err)
			}
			defer asWritten.Close()
			asEscaped, err := ReadBytes("escaped", escaped, Options{Keep: notOfTheFormat})
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			defer asEscaped.Close()
			want(t, path, draw(asEscaped), draw(asWritten))
		}
	}
}

// firstOfKey covers a key of JSON from its first quote on.
var firstOfKey = regexp.MustCompile(`"[A-Za-z_][A-Za-z0-9_.@-]*"\s*:`)
