package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report"
	"github.com/longpole/longpole/report/layout"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/trace"
)

// fault is what the lab knows of a recording: what was injected, and into which requests.
type fault struct {
	name, dir string
	Journey   string
	Both      bool `json:"injected_on_both_sides"`
	Expect    struct {
		Layer, Place string
		AlsoAllowed  []string `json:"also_allowed"`
		Slice        map[string]string
	}
	TracesHit []string `json:"traces_hit"`
}

func faults(t *testing.T) (all []fault) {
	t.Helper()
	if testing.Short() {
		t.Skip("reads all recordings of the lab")
	}
	files, _ := filepath.Glob("../testdata/recordings/lab/*/truth.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		f := fault{dir: filepath.Dir(file), name: filepath.Base(filepath.Dir(file))}
		if err != nil || json.Unmarshal(text, &f) != nil {
			t.Fatalf("%s cannot be read: %v", file, err)
		}
		all = append(all, f)
	}
	if len(all) != 22 {
		t.Fatalf("%d faults of the lab, want 22", len(all))
	}
	return testkit.Some(all, 8)
}

// reports are those of whole recordings, which tests share.
var reports = map[string]*report.Report{}

// sides are the recordings of a fault, of which keep chooses traces.
func (f *fault) report(t *testing.T, keep func([]trace.Span) bool, sides ...string) *report.Report {
	t.Helper()
	if keep != nil {
		return f.read(t, keep, sides...)
	}
	key := f.name + strings.Join(sides, "+")
	if reports[key] == nil {
		reports[key] = f.read(t, nil, sides...)
	}
	return reports[key]
}

func (f *fault) read(t *testing.T, keep func([]trace.Span) bool, sides ...string) *report.Report {
	t.Helper()
	var files []string
	for _, side := range sides {
		files = append(files, filepath.Join(f.dir, side+".otlp.jsonl.zst"))
	}
	rules := category.BuiltIn()
	spans, err := ingest.Read(t.Context(), files, ingest.Options{Keep: rules.NeedsAttr, KeepEvent: rules.NeedsEvent})
	if err != nil {
		t.Fatal(err)
	}
	defer spans.Close()
	c := analyze.NewCollector(attribute.NewExplainer(rules, nil), attribute.Options{})
	for one := range spans.Traces() {
		if keep == nil || keep(one) {
			c.Add(trace.Assemble(one, trace.Options{}))
		}
	}
	c.Ledger.Merge(&spans.Ledger)
	return report.New(c.Result(analyze.Settings{}), report.Options{})
}

// named reports whether a sentence names the layer that was injected, in its whole place.
func (f *fault) named(sentence string) bool {
	for _, layer := range append([]string{f.Expect.Layer}, f.Expect.AlsoAllowed...) {
		for _, place := range strings.Split(f.Expect.Place, ", ") {
			for _, words := range []string{layer + ", in " + place + ".", layer + ", in " + place + ";", layer + ", in " + place + " and ", layer + ", in " + place + " (", "in " + place + " (" + layer} {
				if strings.Contains(sentence, " "+words) {
					return strings.HasPrefix(sentence, "load "+f.Journey+":")
				}
			}
		}
	}
	return false
}

// screen is how many lines of a terminal of 80 columns it takes until a text has come.
func screen(t *testing.T, r *report.Report, until string) int {
	t.Helper()
	var b bytes.Buffer
	if err := page.Text.Write(&b, &r.Page, page.Style{Width: 80}); err != nil {
		t.Fatal(err)
	}
	taken := 0
	for line := range strings.Lines(b.String()) {
		taken += max(1, (layout.Width(strings.TrimRight(line, "\n"))+79)/80)
		if strings.Contains(line, until) {
			return taken
		}
	}
	t.Fatalf("no %q in\n%s", until, b.String())
	return 0
}

func TestTheFirstSentenceNamesTheLayerAndThePlaceOfEachFaultOfTheLab(t *testing.T) {
	right := 0
	for _, f := range faults(t) {
		r := f.report(t, nil, "faulty")
		if n := screen(t, r, "  p50 "); n > 24 {
			t.Errorf("%s: the answer takes %d lines of 80 columns", f.name, n)
		}
		if got := r.Answer.String(); f.named(got) {
			right++
		} else {
			t.Errorf("%s: %s, in %s is not named in\n%s", f.name, f.Expect.Layer, f.Expect.Place, got)
		}
	}
	t.Logf("the first sentence names %d of %d faults", right, len(faults(t)))
}

func TestTheFirstSentenceOfAHealthyTwinBlamesNothing(t *testing.T) {
	for _, f := range faults(t) {
		got := f.report(t, nil, "healthy").Answer.String()
		if !f.Both && !strings.Contains(got, ": nothing stands out") {
			t.Errorf("%s: nothing is wrong, and it says\n%s", f.name, got)
		}
	}
}

func TestWhereEveryRequestHasTheFaultTheFirstSentenceNamesIt(t *testing.T) {
	asked, right := 0, 0
	for _, f := range faults(t) {
		keep := f.hit()
		if keep == nil {
			continue
		}
		asked++
		if got := f.report(t, keep, "faulty").Answer.String(); f.named(got) {
			right++
		} else {
			t.Errorf("%s: %s, in %s is not named in\n%s", f.name, f.Expect.Layer, f.Expect.Place, got)
		}
	}
	if asked < 15 && testkit.Whole() {
		t.Errorf("only %d recordings say which requests were hit", asked)
	}
	t.Logf("where every request has the fault, the first sentence names %d of %d", right, asked)
}

// hit chooses the traces that the fault hit, by their ids or else by what they have in common; nil
// where neither is known.
func (f *fault) hit() func([]trace.Span) bool {
	if len(f.TracesHit) > 0 {
		hit := map[string]bool{}
		for _, id := range f.TracesHit {
			hit[id] = true
		}
		return func(spans []trace.Span) bool { return hit[spans[0].Trace.String()] }
	}
	for _, key := range slices.Sorted(maps.Keys(f.Expect.Slice)) {
		return func(spans []trace.Span) bool {
			return slices.ContainsFunc(spans, func(s trace.Span) bool {
				value, has := s.Sig.Resource.Get(key)
				return has && value == f.Expect.Slice[key] && s.Sig.Name == f.Journey
			})
		}
	}
	return nil
}

func TestFaultyAndHealthyTracesInOneFileAreToldApart(t *testing.T) {
	asked, right := 0, 0
	for _, f := range faults(t) {
		if f.Both {
			continue
		}
		asked++
		got := f.report(t, nil, "healthy", "faulty").Answer.String()
		if f.named(got) {
			right++
		} else {
			t.Logf("%s: %s, in %s is not named in\n%s", f.name, f.Expect.Layer, f.Expect.Place, got)
		}
	}
	if asked != 19 && testkit.Whole() || right*19 < 15*asked {
		t.Errorf("the first sentence names %d of %d faults, want at least 15 of 19", right, asked)
	}
	t.Logf("with healthy traces beside them, the first sentence names %d of %d faults", right, asked)
}

func TestTheSentenceSaysSinceWhenWhereItBeganInTheFile(t *testing.T) {
	for _, f := range faults(t) {
		first := f.report(t, nil, "faulty").Answer.String()
		if says := strings.Contains(first, "; since "); says != (f.name == "cache-flushed") {
			t.Errorf("%s: %s", f.name, first)
		}
		if f.name == "cache-flushed" && !strings.Contains(first, "; since 22:41:41.7Z.") {
			t.Error(first)
		}
	}
}
