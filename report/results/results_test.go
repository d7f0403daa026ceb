package results

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/reporttest"
	"github.com/longpole/longpole/trace"
)

// resultsOf analyses traces, each under an id of its own, and keeps all that formats need; every request is an
// exemplar.
func resultsOf(traces [][]trace.Span) *Results {
	reporttest.Number(traces)
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	c := analyze.NewCollector(e, attribute.Options{Stacks: true})
	r := &Results{Data: c.Data}
	for _, spans := range traces {
		read := e.Read(trace.Assemble(spans, trace.Options{}), attribute.Options{})
		c.Look(read)
		for i := range read.Requests {
			r.Requests = append(r.Requests, Request{Trace: read.Trace.Clone(), Waits: slices.Clone(read.Waits()), Request: read.Requests[i].Clone(), Why: "tail"})
		}
	}
	r.Result = c.Result(analyze.Settings{Journeys: math.MaxInt})
	return r
}

func shop(t *testing.T) *Results { return resultsOf(reporttest.ShopTraces(t)) }

func written(t *testing.T, f Format, r *Results) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a profile says of a band, by what runs at the end of its stacks, is what the report says of it.
func TestAProfileGivesTheSharesOfTheReport(t *testing.T) {
	r := shop(t)
	p, err := profile.ParseData([]byte(written(t, pprofFormat, r)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Journeys {
		j := &r.Journeys[i]
		for band, of := range map[string]*analyze.Composition{"slow": &j.Tail.Slow, "typical": &j.Tail.Typical} {
			flat := map[string]int64{}
			for _, s := range p.Sample {
				if s.Label["journey"][0] == j.Name && s.Label["band"][0] == band {
					flat[s.Location[0].Line[0].Function.Name] += s.Value[1]
				}
			}
			for _, share := range of.By(analyze.ByOperation) {
				mean := flat[share.Name] / int64(of.Observations)
				if d := mean - int64(share.Time); d < -1 || d > 1 {
					t.Errorf("%s of %s: %s is %d, not %v", band, j.Name, share.Name, mean, share.Time)
				}
			}
		}
	}
}

func TestFoldedStacksAreAllTimeOfAllRequests(t *testing.T) {
	r := shop(t)
	var sum, want int64
	for line := range strings.Lines(written(t, foldedFormat, r)) {
		at := strings.LastIndexByte(line, ' ')
		n, err := strconv.ParseInt(strings.TrimSpace(line[at:]), 10, 64)
		if err != nil || strings.Count(line, ";") < 2 {
			t.Fatalf("%q: %v", line, err)
		}
		sum += n
	}
	for i := range r.Requests {
		want += int64(r.Requests[i].Duration())
	}
	if sum != want || want == 0 {
		t.Errorf("%d ns are written of %d", sum, want)
	}
}

// A read is an event of Chrome's format.
type read struct {
	Name, Ph string
	Pid, Tid int
	Ts, Dur  float64
	Args     map[string]any
}

func eventsOf(t *testing.T, text string) (all []read) {
	t.Helper()
	var file struct{ TraceEvents []read }
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	return file.TraceEvents
}

func TestThePathIsATrackOfItsOwnThatIsAsLongAsTheRequest(t *testing.T) {
	r := shop(t)
	sums, named := map[int]float64{}, 0
	for _, e := range eventsOf(t, written(t, perfettoFormat, r)) {
		if e.Name == "thread_name" && e.Args["name"] == "critical path" && e.Tid == pathTrack {
			named++
		}
		if e.Ph == "X" && e.Tid == pathTrack {
			sums[e.Pid] += e.Args["ns"].(float64)
			if math.Abs(e.Dur*1000-e.Args["ns"].(float64)) > 0.5 {
				t.Errorf("%v µs are not %v ns", e.Dur, e.Args["ns"])
			}
		}
	}
	if named != len(r.Requests) {
		t.Errorf("%d tracks of %d requests", named, len(r.Requests))
	}
	for i := range r.Requests {
		if sums[i+1] != float64(r.Requests[i].Duration()) {
			t.Errorf("request %d: the path is %v ns of %v", i, sums[i+1], r.Requests[i].Duration())
		}
	}
}

// Whatever spans overlap, on one track any two are apart or one is inside of the other: nothing else can be drawn.
func TestSpansOfOneTrackNeverOverlapInPart(t *testing.T) {
	r := resultsOf([][]trace.Span{testkit.Draw(t, `
		buy server in=web    ====================
		  a in=web            =======
		    b in=web           ====
		  c in=web               ======
		  d in=web               ====
		  e in=web                       ===`)})
	all := eventsOf(t, written(t, perfettoFormat, r))
	spans := 0
	for i, a := range all {
		if a.Ph != "X" || a.Tid == pathTrack {
			continue
		}
		spans++
		for _, b := range all[i+1:] {
			if b.Ph == "X" && b.Tid == a.Tid && a.Ts < b.Ts && b.Ts < a.Ts+a.Dur && b.Ts+b.Dur > a.Ts+a.Dur {
				t.Errorf("%s and %s overlap in part on track %d", a.Name, b.Name, a.Tid)
			}
		}
	}
	if spans != 6 {
		t.Errorf("%d spans are drawn of 6", spans)
	}
}

func TestAPercentileLogReadsBackWithinThreeDigits(t *testing.T) {
	r := shop(t)
	sample := r.Data.RequestsOf(&r.Journeys[0]).Sample()
	read := 0
	for line := range strings.Lines(written(t, hgrmFormat, r)) {
		f := strings.Fields(line)
		if len(f) != 4 || strings.HasPrefix(line, "#") || f[0] == "Value" {
			continue
		}
		value, err := strconv.ParseFloat(f[0], 64)
		share, err2 := strconv.ParseFloat(f[1], 64)
		level := quantile.Level(math.Round(share * 10_000))
		if err != nil || err2 != nil {
			t.Fatal(line)
		}
		if level < 1 || level > 9999 {
			continue
		}
		read++
		if want := float64(sample.At(level)) / 1e6; math.Abs(value-want) > want/1000+0.001 {
			t.Errorf("%v is %v ms, not %v", level, value, want)
		}
	}
	if read < 10 {
		t.Errorf("only %d percentiles are read", read)
	}
}

func TestTheLayersOfARowAddUpToItsRequest(t *testing.T) {
	r := shop(t)
	rows, err := csv.NewReader(strings.NewReader(written(t, observationsCSV, r))).ReadAll()
	if err != nil || len(rows) != 1+len(r.Requests) {
		t.Fatalf("%d rows of %d requests: %v", len(rows)-1, len(r.Requests), err)
	}
	bands := map[string]int{}
	for _, row := range rows[1:] {
		sum, want := 0, row[slices.Index(rows[0], "duration_ns")]
		for i, head := range rows[0] {
			if strings.HasPrefix(head, "layer ") {
				n, _ := strconv.Atoi(row[i])
				sum += n
			}
		}
		if strconv.Itoa(sum) != want {
			t.Errorf("%q: %d", row, sum)
		}
		bands[row[slices.Index(rows[0], "band")]]++
	}
	if bands["slow"] == 0 || bands["typical"] == 0 || bands["other"] == 0 {
		t.Errorf("%v", bands)
	}
	if lines := strings.Count(written(t, observationsJSONL, r), "\n"); lines != len(r.Requests) {
		t.Errorf("%d lines of JSON of %d requests", lines, len(r.Requests))
	}
}

func TestSegmentsTileTheirRequests(t *testing.T) {
	r := shop(t)
	ends := map[string]int64{}
	for line := range strings.Lines(written(t, segmentsJSONL, r)) {
		var s struct {
			Trace string
			From  int64 `json:"from_offset_ns"`
			To    int64 `json:"to_offset_ns"`
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		if s.From != ends[s.Trace] {
			t.Errorf("%s: a segment begins at %d after one that ends at %d", s.Trace, s.From, ends[s.Trace])
		}
		ends[s.Trace] = s.To
	}
	for i := range r.Requests {
		if q := &r.Requests[i]; ends[q.Trace.ID.String()] != int64(q.Duration()) {
			t.Errorf("%s ends at %d of %v", q.Trace.ID, ends[q.Trace.ID.String()], q.Duration())
		}
	}
}

func TestSpansSayWhatOfThePathIsTheirs(t *testing.T) {
	r := shop(t)
	read, err := ingest.ReadBytes("marked", []byte(written(t, otlpFormat, r)), ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for spans := range read.Traces() {
		sum, journeys := int64(0), 0
		var root trace.Span
		for _, s := range spans {
			text, _ := s.Attr(attrPath)
			d, _ := strconv.ParseInt(text, 10, 64)
			sum += d
			if _, is := s.Attr(attrJourney); is {
				root, journeys = s, journeys+1
			}
			if layer, _ := s.Attr(attrLayer); (d > 0) != (layer != "") {
				t.Errorf("a span with %d ns of the path is of layer %q", d, layer)
			}
		}
		if n++; journeys != 1 || sum != int64(root.Duration()) {
			t.Errorf("%d journeys, %d ns of the path of %v", journeys, sum, root.Duration())
		}
	}
	if n != len(r.Requests) {
		t.Errorf("%d traces of %d", n, len(r.Requests))
	}
}

func TestNoNameActsInAnyFormat(t *testing.T) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		var traces [][]trace.Span
		for range 3 {
			spans := reporttest.Checkout(t, 40, 17)
			for i := range spans {
				sig := *spans[i].Sig
				sig.Service, sig.Name = name, name
				spans[i].Sig = &sig
			}
			traces = append(traces, spans)
		}
		r := resultsOf(traces)
		for _, f := range Formats {
			out := written(t, f, r)
			switch f.Name {
			case pprofFormat.Name:
				p, err := profile.ParseData([]byte(out))
				if err != nil {
					t.Fatalf("%q: %v", name, err)
				}
				out = fmt.Sprint(p)
			case otlpFormat.Name:
				continue // is written as convert writes it
			case hgrmFormat.Name:
				out = strings.ReplaceAll(out, "\t", " ") // of its head
			}
			if f.Name == foldedFormat.Name {
				for line := range strings.Lines(out) {
					if at := strings.LastIndexByte(line, ' '); at < 0 || strings.Trim(line[at+1:], "0123456789\n") != "" {
						t.Errorf("%q: a stack is %q", name, line)
					}
				}
			}
			testkit.Harmless(t, f.Name+" of "+strings.ToValidUTF8(name, "?"), []byte(out))
		}
	}
}

func TestTheOrderOfReadingDoesNotShow(t *testing.T) {
	forward, backward := reporttest.ShopTraces(t), reporttest.ShopTraces(t)
	slices.Reverse(backward)
	a, b := resultsOf(forward), resultsOf(backward)
	for _, f := range []Format{foldedFormat, hgrmFormat} {
		if written(t, f, a) != written(t, f, b) {
			t.Errorf("%s depends on the order of the traces", f.Name)
		}
	}
}
