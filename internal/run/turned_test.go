package run

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// judged are the edges that the evidence of a whole run turned, in all recordings, each with what
// speaks for it. An edge that is turned and does not stand here is a finding: look at it, and either
// mend the rule or write down why it is right.
var judged = map[string]string{
	"shared/wild/fire-and-forget-flipflop/input.jsonl: shop POST /order -> shop audit.write": "" +
		"right: nobody waits for an audit that runs on in 44 of 100 requests",
	"testdata/recordings/lab/slow-dns: web POST /pay -> web http.tls": "" +
		"right: the handshake of a connection that an idle one overtook, for only then it hangs below the call; no figure moves",
}

// TestEveryEdgeThatARecordingTurnsWasJudged reads every recording by itself, and those that lie in
// one folder together, as somebody does who compares before and after. With -v it prints the list.
func TestEveryEdgeThatARecordingTurnsWasJudged(t *testing.T) {
	if testing.Short() {
		t.Skip("reads all recordings")
	}
	runs := 0
	for _, in := range testkit.Some(recordedRuns(t), 16) {
		evidence := evidenceOf(t, in.files)
		if evidence == nil {
			continue
		}
		runs++
		for _, e := range evidence.Turned(evidence.Judge()) {
			edge := fmt.Sprintf("%s: %s -> %s", in.name, e.Parent.Name, e.Child.Name)
			t.Logf("%s: outlives in %d of %d, followed in %d of the others, waited for in %d; %s",
				edge, e.Outlived, e.Requests, e.Followed, e.Waited, judged[edge])
			if judged[edge] == "" {
				t.Errorf("%s was turned, and nobody has judged that", edge)
			}
		}
	}
	t.Logf("%d runs", runs)
	if runs < 10 || testkit.Whole() && runs < 40 {
		t.Errorf("only %d runs were read", runs)
	}
}

// A recordedRun is what is read at once.
type recordedRun struct {
	name  string
	files []string
}

func recordedRuns(t *testing.T) (runs []recordedRun) {
	root := testkit.Root(t)
	for _, dir := range []string{"testdata/recordings/hotrod", "testdata/recordings/lab", "testdata/recordings/tracing", "testdata/recordings/consumers", "../shared/traces", "../shared/wild"} {
		folders := map[string][]string{}
		_ = filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && isRecording(path) {
				runs = append(runs, recordedRun{nameOf(t, path), []string{path}})
				folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], path)
			}
			return nil
		})
		for folder, files := range folders {
			if len(files) > 1 {
				runs = append(runs, recordedRun{nameOf(t, folder), files})
			}
		}
	}
	slices.SortFunc(runs, func(a, b recordedRun) int { return strings.Compare(a.name, b.name) })
	return runs
}

func isRecording(path string) bool {
	name := strings.TrimSuffix(filepath.Base(path), ".zst")
	return strings.HasSuffix(name, ".json") && name != "truth.json" || strings.HasSuffix(name, ".jsonl") ||
		strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".pb")
}

func nameOf(t *testing.T, path string) string {
	name, err := filepath.Rel(testkit.Root(t), path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(filepath.ToSlash(name), "../")
}

// A witness only listens to what requests show of who waits for whom.
type witness struct{ evidence *attribute.Evidence }

func (w *witness) Look(*attribute.Reading)       {}
func (w *witness) Merge(o *witness)              { w.evidence.Merge(o.evidence) }
func (w *witness) Evidence() *attribute.Evidence { return w.evidence }

// evidenceOf returns what all requests of files show by themselves; nil if there is no span.
func evidenceOf(t *testing.T, files []string) *attribute.Evidence {
	a := With(nil, trace.Options{}, attribute.Options{})
	spans, _ := ingest.Read(t.Context(), files, a.Reading()) // what is damaged is no matter here
	if spans == nil {
		return nil
	}
	defer spans.Close()
	w := workers[*witness]{analysis: a, begin: func(e *attribute.Explainer) *witness { return &witness{e.Evidence} }}
	all, err := w.rest(t.Context(), spans)
	if err != nil {
		t.Fatal(err)
	}
	return all.Evidence()
}
