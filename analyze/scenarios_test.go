package analyze_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

const scenarios = "../testdata/scenarios"

// A scenario is a folder: a drawing of a trace, the path that it must have, and the trace in
// every format that can carry it.
type scenario struct {
	name    string
	drawing string
	without []string // formats that cannot carry it
}

func allScenarios(t *testing.T) (all []scenario) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(scenarios, "*", "drawing.txt"))
	if len(files) == 0 {
		t.Fatal("no scenario was found")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := scenario{name: filepath.Base(filepath.Dir(file))}
		for line := range strings.Lines(string(text)) {
			comment, isComment := strings.CutPrefix(line, "# ")
			formats, isWithout := strings.CutPrefix(comment, "not ")
			switch {
			case isComment && isWithout:
				s.without = strings.Fields(formats)
			case !isComment:
				s.drawing += line
			}
		}
		all = append(all, s)
	}
	return all
}

func TestEveryScenarioHasThePathThatIsWrittenBesideIt(t *testing.T) {
	for _, s := range allScenarios(t) {
		t.Run(s.name, func(t *testing.T) {
			got := spelledPath(testkit.DrawTrace(t, s.drawing))
			testkit.Golden(t, filepath.Join("..", scenarios, s.name, "path.txt"), []byte(got))
		})
	}
}

func TestEveryScenarioHasTheSamePathInEveryFormat(t *testing.T) {
	for _, s := range allScenarios(t) {
		for _, f := range export.Formats {
			if slices.Contains(s.without, f.Name) {
				continue
			}
			t.Run(s.name+"/"+f.Name, func(t *testing.T) {
				spans := testkit.Draw(t, s.drawing)
				testkit.Golden(t, filepath.Join("..", scenarios, s.name, "trace."+f.Extension), written(t, f, spans))
				want, got := spelledPath(testkit.DrawTrace(t, s.drawing)), spelledPath(reread(t, f, spans))
				if got != want {
					t.Errorf("the path is\n%swant\n%s", got, want)
				}
			})
		}
	}
}

func TestAPathSurvivesARoundTripThroughEveryFormatThatCanCarryIt(t *testing.T) {
	for _, f := range export.Formats {
		t.Run(f.Name, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) {
				spans := testkit.Spans().Draw(r, "spans")
				if !carries(f.Name, spans) {
					r.Skip(f.Name + " cannot carry it")
				}
				want := spelledPath(trace.Assemble(slices.Clone(spans), trace.Options{}))
				if got := spelledPath(reread(t, f, spans)); got != want {
					r.Fatalf("the path was\n%sand is\n%s", want, got)
				}
			})
		})
	}
}

// carries says what the formats have no place for, as their Loses does in words.
func carries(format string, spans []trace.Span) bool {
	for _, s := range spans {
		micros := s.Start%1000 == 0 && s.End%1000 == 0
		follows, hosted := s.Flags.Has(trace.FollowsFrom), s.Sig.Host != ""
		switch {
		case format == "jaeger" && !micros:
			return false
		case format == "zipkin" && (!micros || s.Duration() == 0 || follows || hosted):
			return false
		case follows && format != "jaeger":
			return false
		}
	}
	return true
}

// spelledPath writes a path as "from ms .. to ms  span  category cause", a line a piece.
func spelledPath(tr *trace.Trace) string {
	var b strings.Builder
	for _, root := range tr.Roots {
		start := tr.Spans[root].Start
		for _, p := range attribute.Attribute(tr, root, explainer()) {
			line := fmt.Sprintf("%8.3f .. %8.3f  %-22s %s %s", ms(p.From.Sub(start)), ms(p.To.Sub(start)),
				tr.Spans[p.Span].Sig.Service+" "+tr.Spans[p.Span].Sig.Name, p.Category, p.Cause)
			fmt.Fprintln(&b, strings.TrimRight(line, " "))
		}
	}
	return b.String()
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

func written(t testing.TB, f export.Format, spans []trace.Span) []byte {
	var b bytes.Buffer
	if err := f.Write(&b, slices.Values([][]trace.Span{spans})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func reread(t testing.TB, f export.Format, spans []trace.Span) *trace.Trace {
	read, err := ingest.ReadBytes("trace."+f.Extension, written(t, f, spans), ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for s := range read.Traces() {
		return trace.Assemble(s, trace.Options{})
	}
	t.Fatal("no trace came back")
	return nil
}
