package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	logs "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	"google.golang.org/protobuf/encoding/protojson"
	pb "google.golang.org/protobuf/proto"

	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// pagesIn says of the spans of pages, and of interactions, in order: their names, and how many microseconds they took.
func pagesIn(s *Spans) (out []string) {
	for spans := range s.Traces() {
		for _, sp := range spans {
			if sp.Sig.Scope == "longpole/page" {
				out = append(out, fmt.Sprint(sp.Sig.Name, " ", sp.Duration().Microseconds()))
			}
		}
	}
	return out
}

const (
	thePage       = "page 400250, ttfb 100000, load delay /hero.jpg 50000, load duration /hero.jpg 200000, render delay 50250"
	theInteration = ", click #buy 96000, input delay 8000, processing 60000, presentation delay 28000"
)

func TestTheShapesOfAllExportersAreTheSamePage(t *testing.T) {
	for file, w := range map[string]struct {
		pages  string
		ledger string
	}{
		"opentelemetry.json": {thePage + theInteration, "0 spans, 1 = 1 + 0 + 0 records"},
		"event-name.json":    {thePage, "0 spans, 1 = 1 + 0 + 0 records"},
		"faro.json":          {thePage + theInteration, "0 spans, 1 = 1 + 0 + 0 records"},
		"honeycomb.json":     {thePage + theInteration, "3 spans, 1 = 1 + 0 + 0 records"},
		"sentry.json":        {"page 400250, ttfb 100000, unattributed 300250, interaction 96000, unattributed 96000", "2 spans, 1 = 1 + 0 + 0 records"},
	} {
		s := readFiles(t, Options{}, filepath.Join("testdata/browser", file))
		want(t, file, strings.Join(pagesIn(s), ", "), w.pages)
		want(t, file, counted(s), w.ledger)
		want(t, file+" once more", strings.Join(pagesIn(s), ", "), w.pages)
	}
}

func TestLogRecordsOfProtobufAreThoseOfJSON(t *testing.T) {
	for _, file := range []string{"opentelemetry.json", "event-name.json", "faro.json"} {
		text, err := os.ReadFile(filepath.Join("testdata/browser", file))
		if err != nil {
			t.Fatal(err)
		}
		var m logs.ExportLogsServiceRequest
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		binary, err := pb.Marshal(&m)
		if err != nil {
			t.Fatal(err)
		}
		inJSON := pagesIn(readFiles(t, Options{}, filepath.Join("testdata/browser", file)))
		for form, text := range map[string]string{"message": string(binary), "batch": batchOf(string(binary)), "delimited": delimitedOf(string(binary))} {
			s, err := ReadBytes(form, []byte(text), Options{})
			if err != nil {
				t.Fatal(file, form, err)
			}
			if got := pagesIn(s); !slices.Equal(got, inJSON) {
				t.Errorf("%s as %s: %q, want %q", file, form, got, inJSON)
			}
		}
	}
}

func TestOtherLogRecordsAreSteppedOverAndCounted(t *testing.T) {
	const others = `{"resourceLogs":[{"resource":{},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1780000000000000000","eventName":"exception","body":{"stringValue":"no"}}]}]}]}`
	s := readString(t, doc(span(1))+"\n"+others)
	want(t, "spans and logs", counted(s), "1 spans, 2 = 1 + 0 + 1 records")
	want(t, "spans and logs", fmt.Sprint(s.Ledger.Of(trace.Code{ID: "not-traces"})), "1")
	text, _ := os.ReadFile("testdata/browser/opentelemetry.json")
	s = readString(t, string(text)+"\n"+others)
	want(t, "pages and logs", counted(s), "0 spans, 2 = 1 + 0 + 1 records")
	want(t, "pages and logs", fmt.Sprint(s.Ledger.Of(trace.Code{ID: "not-traces"}), s.Ledger.Of(PageRecords)), "2 7")
}

func readString(t *testing.T, text string) *Spans {
	s, err := ReadBytes("mixed", []byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the timing records alone say of a page is what the web-vitals library said of it.
func TestThePartsOfRecordedPagesAreThoseOfTheirVitals(t *testing.T) {
	files, _ := filepath.Glob("../testdata/recordings/browser/*/*.otlp.jsonl.zst")
	near := func(what string, got, said, within time.Duration) {
		t.Helper()
		if said != page.Unknown && (got-said).Abs() > within {
			t.Errorf("%s: %v, and web-vitals says %v", what, got, said)
		}
	}
	pages := 0
	for _, file := range files {
		s := readFiles(t, Options{}, file)
		for _, p := range s.pages.All {
			lcp, ttfb := p.Vitals["lcp"], p.Vitals["ttfb"]
			if lcp == nil || ttfb == nil {
				continue
			}
			pages++
			said, first := &lcp.Parts, page.PartsOfTTFB(&p.Document)
			near(file+" waiting", first.Waiting, ttfb.Parts.Waiting, time.Millisecond)
			near(file+" cache", first.Cache, ttfb.Parts.Cache, time.Millisecond)
			near(file+" dns", first.DNS, ttfb.Parts.DNS, time.Millisecond)
			near(file+" connection", first.Connection, ttfb.Parts.Connection, time.Millisecond)
			near(file+" request", first.Request, ttfb.Parts.Request, time.Millisecond)
			near(file+" first byte", first.Sum(), ttfb.Value, time.Millisecond)
			at := slices.IndexFunc(p.Resources, func(r page.Timing) bool { return r.URL == said.URL })
			if at < 0 {
				continue
			}
			parts := page.PartsOfLCP(&p.Document, &p.Resources[at], lcp.Value)
			near(file+" ttfb", parts.TTFB, said.TTFB, time.Millisecond)
			near(file+" load delay", parts.LoadDelay, said.LoadDelay, time.Millisecond)
			near(file+" load duration", parts.LoadDuration, said.LoadDuration, time.Millisecond)
			near(file+" render delay", parts.RenderDelay, said.RenderDelay, time.Millisecond)
			if parts.Sum() != lcp.Value {
				t.Errorf("%s: the parts add up to %v of %v", file, parts.Sum(), lcp.Value)
			}
			if inp := p.Vitals["inp"]; inp != nil {
				near(file+" inp", inp.Parts.InputDelay+inp.Parts.Processing+inp.Parts.Presentation, inp.Value, 8*time.Millisecond)
			}
		}
	}
	if len(files) > 0 && pages < 40*len(files)/2 {
		t.Errorf("%d pages in %d files", pages, len(files))
	}
}

func TestRecordsOfPagesCountAgainstTheMemoryOfSpans(t *testing.T) {
	text, err := os.ReadFile("testdata/browser/opentelemetry.json")
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Repeat(string(text)+"\n", 300) // two thousand records, and then a thousand spans
	var spans strings.Builder
	for i := range 1000 {
		spans.WriteString(doc(span(i+1)) + "\n")
	}
	o := Options{MaxMemory: 2 << 20, Workers: 1}
	for input, moves := range map[string]bool{spans.String(): false, pages + spans.String(): true} {
		s, err := ReadBytes("mixed", []byte(input), o)
		if err != nil {
			t.Fatal(err)
		}
		if moved := s.Spilled(); moved != moves {
			t.Errorf("of %d bytes spans are moved: %v, want %v", len(input), moved, moves)
		}
		s.Close()
	}
}
