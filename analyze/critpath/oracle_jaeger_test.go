package critpath_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/critpath"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// jaegerIsWrong lists the traces of which the critical path in Jaeger's UI (2.20.0) is not
// what the request waited for, each with the reason.
var jaegerIsWrong = map[string]string{
	"traceWithMultipleSpansWithTheSameValueInDifferentTags.json": "several roots: Jaeger adds their paths up, though they ran at the same time",
	"traceWithTwoChildrenStartedAtTraceStart.json":               "a child that outlives its parent 2,000-fold was not waited for; Jaeger charges all to it",
	"spanAmongEachOtherGroupedAndSpans.json":                     "three spans tie exactly; Jaeger takes the first in the file, which must not matter",
	"spansAmongEachOtherGrouped.json":                            "three spans tie exactly; Jaeger takes the first in the file, which must not matter",
	"01-back-to-back-children.json":                              "a sibling that ends when the next one starts is skipped",
	"21-negative-duration.json":                                  "an endless loop over a span of negative length",
	"23-self-parent.json":                                        "no path and no warning for a span that is its own parent",
	"25-obi-in-queue-processing.json":                            "the queue, which touches what follows, is charged to the server",
}

// A section is a stretch of Jaeger's critical path, in microseconds.
type section struct {
	SpanID       string
	SectionStart int64
	SectionEnd   int64
}

func TestSectionsAgreeWithJaegersOwnTestCases(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(testkit.Shared(t, "oracles", "jaeger-ui"), "test*.json"))
	compared := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".expected.json") {
			continue
		}
		var want []section
		decodeOracle(t, file, &want)
		wantSections(t, file, onlyTrace(t, file), want)
		compared++
	}
	if compared < 18 {
		t.Errorf("only %d cases were compared", compared)
	}
}

func TestSectionsAgreeWithJaegerOnItsFixtures(t *testing.T) {
	for _, folder := range []string{"fixtures", "edge"} {
		files, _ := filepath.Glob(filepath.Join(testkit.Shared(t, "oracles", "jaeger-ui", folder), "*.json"))
		for _, file := range files {
			if strings.HasSuffix(file, ".expected.json") {
				continue
			}
			var want []struct {
				TraceID  string
				Sections []section
			}
			decodeOracle(t, file, &want)
			for i, tr := range tracesOf(t, file) {
				wantSections(t, file, tr, want[i].Sections)
			}
		}
	}
}

func decodeOracle(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func wantSections(t *testing.T, file string, tr *trace.Trace, want []section) {
	t.Helper()
	var got, theirs []string
	if len(tr.Roots) > 0 {
		got = sections(tr, tr.Roots[0])
	}
	for _, s := range want {
		id, ok := trace.ParseSpanID(s.SpanID)
		if !ok {
			id = trace.OpaqueSpanID(s.SpanID)
		}
		theirs = append(theirs, spell(id, s.SectionStart, s.SectionEnd))
	}
	slices.Sort(got)
	slices.Sort(theirs)
	name := filepath.Base(file)
	reason, excused := jaegerIsWrong[name]
	if same := slices.Equal(got, theirs); same == excused {
		t.Errorf("%s: sections are\n\t%s\nJaeger has\n\t%s\nexcused: %q", name, strings.Join(got, " "), strings.Join(theirs, " "), reason)
	}
}

// sections joins neighbouring segments of one span, as Jaeger does not tell kinds of own time
// apart.
func sections(tr *trace.Trace, root int32) (out []string) {
	var joint []critpath.Segment
	for _, s := range critpath.Of(tr, root, nil).Segments {
		joint = joined(joint, critpath.Segment{Span: s.Span, From: s.From, To: s.To})
	}
	for _, s := range joint {
		out = append(out, spell(tr.Spans[s.Span].ID, micros(s.From), micros(s.To)))
	}
	return out
}

func micros(t trace.Time) int64 { return int64(t.Sub(0) / time.Microsecond) }

func spell(id trace.SpanID, from, to int64) string { return fmt.Sprintf("%v[%d-%d]", id, from, to) }
