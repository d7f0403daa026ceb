package ingest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

// A notebook takes traces and remembers what they looked like.
type notebook struct {
	mu     sync.Mutex
	traces []string
	epochs map[int]bool
}

func (n *notebook) open() Sink { return n }

func (n *notebook) Room(spans, epoch int) []trace.Span {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.epochs == nil {
		n.epochs = map[int]bool{}
	}
	n.epochs[epoch] = true
	return make([]trace.Span, 0, spans)
}

func (n *notebook) Take(spans []trace.Span) {
	var lines []string
	for i := range spans {
		lines = append(lines, drawSpan(&spans[i]))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.traces = append(n.traces, strings.Join(lines, "\n"))
}

// with spells what was taken and what was left, in order of trace id.
func (n *notebook) with(t testing.TB, s *Spans) string {
	t.Helper()
	for spans := range s.Traces() {
		n.Take(spans)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	slices.Sort(n.traces)
	return strings.Join(n.traces, "\n")
}

// jaegerTrace is a trace of n spans as Jaeger's API answers it.
func jaegerTrace(id, n int) string {
	var spans []string
	for i := range n {
		spans = append(spans, fmt.Sprintf(`{"traceID":"%032x","spanID":"%016x","operationName":"n%d","references":[],"startTime":%d,"duration":9,"tags":[{"key":"k","type":"string","value":"v%d"}],"logs":[],"processID":"p%d","warnings":null}`,
			id, i+1, i%3, 1780000000000000+i, id%7, 1+i%2))
	}
	return fmt.Sprintf(`{"traceID":"%032x","spans":[%s],"processes":{"p1":{"serviceName":"web","tags":[]},"p2":{"serviceName":"s%d","tags":[]}},"warnings":null}`, id, strings.Join(spans, ","), id%5)
}

func jaegerAnswer(traces ...string) string {
	return `{"data":[` + strings.Join(traces, ",") + `],"total":0}`
}

// someAnswers are texts of files in which each trace stands in one place.
func someAnswers(t *rapid.T) (texts []string) {
	id := 0
	for range rapid.IntRange(1, 4).Draw(t, "files") {
		var traces []string
		for range rapid.IntRange(1, 6).Draw(t, "traces") {
			id++
			traces = append(traces, jaegerTrace(id, rapid.IntRange(1, 9).Draw(t, "spans")))
		}
		wrap := rapid.SampledFrom([]func(...string) string{
			jaegerAnswer,
			func(traces ...string) string { return strings.Join(traces, "\n") },
			func(traces ...string) string { return jaegerAnswer(traces...) + "\n" + doc(span(id)) + "\nnoise\n" },
		}).Draw(t, "wrap")
		texts = append(texts, wrap(traces...))
	}
	return texts
}

func filesOf(t testing.TB, texts ...string) (names []string) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		names = append(names, filepath.Join(dir, fmt.Sprint(i)))
		if err := os.WriteFile(names[i], []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func TestWhatIsTakenEarlyIsWhatWouldHaveComeLater(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		names := filesOf(t, someAnswers(rt)...)
		late, errLate := Read(t.Context(), names, Options{})
		var n notebook
		limit := rapid.SampledFrom([]int64{0, 1, 3000, 30_000}).Draw(rt, "limit")
		early, errEarly := Read(t.Context(), names, Options{Sink: n.open, MaxMemory: limit, Workers: rapid.IntRange(1, 3).Draw(rt, "workers")})
		rt.Cleanup(func() { early.Close() })
		if fmt.Sprint(errEarly) != fmt.Sprint(errLate) || early.Empty() {
			rt.Fatalf("taken early: %v, late: %v", errEarly, errLate)
		}
		if limit == 0 && len(n.traces) == 0 {
			rt.Fatal("nothing was taken early")
		}
		if a, b := n.with(t, early), byTrace(t, late); a != b {
			rt.Fatalf("taken early:\n%s\nlate:\n%s", a, b)
		}
		if a, b := fmt.Sprint(early.Ledger.Findings(), early.Ledger.Spans, early.Ledger.Records), fmt.Sprint(late.Ledger.Findings(), late.Ledger.Spans, late.Ledger.Records); a != b {
			rt.Fatalf("taken early: %s, late: %s", a, b)
		}
	})
}

func TestEveryFormatWithAPlaceForEachTraceHandsThemOn(t *testing.T) {
	for name, left := range map[string]bool{
		"jaeger.json": false, "jaeger.bare.json": false, "zipkin.lists.json": false, "xray.json": false,
		"otlp-json.json": true, "zipkin.json": true, "jaeger-es.json": true, "stdouttrace.list.json": true,
	} {
		var n notebook
		s := readFiles(t, Options{Sink: n.open}, "testdata/formats/"+name)
		if got := len(n.traces) == 0; got != left {
			t.Errorf("%s: %d traces were taken early", name, len(n.traces))
		}
		want(t, name, n.with(t, s), byTrace(t, readFiles(t, Options{}, "testdata/formats/"+name)))
	}
}

func TestATraceInTwoPlacesIsNotTakenForComplete(t *testing.T) {
	whole, more := jaegerTrace(1, 3), jaegerTrace(1, 5)
	otlp := doc(span(9, fmt.Sprintf(`traceId="%032x"`, 1)))
	for what, texts := range map[string][]string{
		"twice in a file":      {jaegerAnswer(whole, jaegerTrace(2, 1), more)},
		"in two documents":     {jaegerAnswer(whole) + "\n" + jaegerAnswer(more)},
		"in two files":         {jaegerAnswer(whole), jaegerAnswer(more)},
		"in another format":    {jaegerAnswer(whole), otlp},
		"later in the file":    {jaegerAnswer(whole) + "\n" + otlp},
		"between others":       {doc(span(1)) + "\n" + jaegerAnswer(whole) + "\n" + otlp},
		"in a damaged copy":    {jaegerAnswer(whole) + "\n" + jaegerAnswer(more)[:1200]},
		"in the file's memory": {jaegerAnswer(whole) + "\n" + strings.Repeat(otlp+"\n", 100)},
	} {
		for _, limit := range []int64{0, 1} {
			var n notebook
			s, err := Read(t.Context(), filesOf(t, texts...), Options{Sink: n.open, MaxMemory: limit, Workers: 1})
			for range s.Traces() {
			}
			if !errors.Is(err, ErrSplit) && !errors.Is(s.Err(), ErrSplit) {
				t.Errorf("%s, limit %d: reading %v, handing on %v", what, limit, err, s.Err())
			}
			s.Close()
		}
	}
}

func TestReadingEndsWhenATraceIsCompletedTwice(t *testing.T) {
	var n notebook
	text := jaegerAnswer(jaegerTrace(1, 3), jaegerTrace(1, 3)) + strings.Repeat("\n"+doc(span(1)), 10_000)
	s, err := ReadBytes("a", []byte(text), Options{Sink: n.open, Workers: 1})
	if !errors.Is(err, ErrSplit) || s.Ledger.Spans > 9000 {
		t.Errorf("%d spans were read: %v", s.Ledger.Spans, err)
	}
}

// Of a trace that is met before it seems to be complete, all has to wait, and that is all.
func TestATraceThatWasMetBeforeJustWaits(t *testing.T) {
	otlp := doc(span(9, fmt.Sprintf(`traceId="%032x"`, 1)))
	var n notebook
	s := read(t, otlp+"\n"+jaegerAnswer(jaegerTrace(1, 3), jaegerTrace(2, 1)), Options{Sink: n.open})
	want(t, "taken early", fmt.Sprint(len(n.traces)), "1")
	want(t, "spans of the other", fmt.Sprint(len(all(s))), "4")
}

func TestNothingIsTakenEarlyOfWhatCannotBeReadAgain(t *testing.T) {
	var n notebook
	s := readFiles(t, Options{Sink: n.open, Stdin: strings.NewReader(jaegerAnswer(jaegerTrace(1, 3)))}, "-")
	want(t, "spans", fmt.Sprint(len(n.traces), len(all(s))), "0 3")
}

func TestATraceThatIsCutOffIsNotTakenForComplete(t *testing.T) {
	text := jaegerAnswer(jaegerTrace(1, 3), jaegerTrace(2, 3))
	var n notebook
	s := read(t, text[:strings.LastIndex(text, `,"processes"`)], Options{Sink: n.open})
	want(t, "taken early, left", fmt.Sprint(len(n.traces), " ", len(all(s))), "1 3")
}

func TestATraceWithProcessesOfItsOwnThatIsCutOffWaits(t *testing.T) {
	text := regexp.MustCompile(`"processID":"p\d"`).ReplaceAllString(jaegerTrace(1, 3), `"process":{"serviceName":"web"}`)
	var n notebook
	s := read(t, text[:strings.LastIndex(text, `{"traceID"`)], Options{Sink: n.open})
	want(t, "taken early, left", fmt.Sprint(len(n.traces), " ", len(all(s))), "0 2")
}

// Spans whose process never comes have to wait for it, and get none at the end.
func TestATraceWithoutItsProcessesWaits(t *testing.T) {
	text, _, _ := strings.Cut(jaegerTrace(1, 3), `,"processes"`)
	var n notebook
	s := read(t, jaegerAnswer(text+"}"), Options{Sink: n.open})
	want(t, "taken early, left", fmt.Sprint(len(n.traces), " ", len(all(s))), "0 3")
}

func TestSignaturesOfTakenTracesAreForgottenWhenTheyAreMany(t *testing.T) {
	var traces []string
	for id := range 400 {
		traces = append(traces, strings.ReplaceAll(jaegerTrace(id+1, 2), `"value":"v`, fmt.Sprintf(`"value":"v%d-`, id)))
	}
	var n notebook
	o := Options{Sink: n.open, MaxMemory: 100_000, Workers: 1}
	s := read(t, jaegerAnswer(traces...), o)
	if s.Spilled() || len(n.traces) != 400 || len(n.epochs) < 2 {
		t.Errorf("%d traces were taken in %d epochs, the rest was moved: %v", len(n.traces), len(n.epochs), s.Spilled())
	}
	want(t, "traces", n.with(t, s), byTrace(t, read(t, jaegerAnswer(traces...), Options{})))
}
