package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
	"github.com/longpole/longpole/trace"
)

// flipping are requests whose audit nobody waits for, which only two in five show by themselves.
func flipping(t *testing.T) (all [][]trace.Span) {
	for i := range 60 {
		spans := testkit.Draw(t, fmt.Sprintf(`
			order server     ====================
			  audit           %s
			  insert           =================`, strings.Repeat("=", 8+i%20)))
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	return all
}

// journeysOf returns what a report says of journeys: as JSON, without the names of files.
func journeysOf(t *testing.T, stdin []byte, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := execute(t.Context(), append([]string{"report", "--budget", "none", "-o", "json"}, args...), bytes.NewReader(stdin), &out, &complaints); code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, &complaints)
	}
	var page map[string]json.RawMessage
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s", page["headline"], page["journeys"])
}

// A run is gone over twice where its requests together say otherwise than each alone. Jaeger's documents
// say where a trace ends and are analysed early; a pipe cannot be read twice.
func TestASecondLookNeverShowsWhereverSpansComeFrom(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	t.Setenv("GOMEMLIMIT", "off") // or the collector would be told of the little that readers get
	want := ""
	for _, format := range testkit.Some([]export.Format{export.OTLP, export.Jaeger, export.Zipkin}, 2) {
		var text bytes.Buffer
		if err := format.Write(&text, slices.Values(flipping(t))); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "orders")
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(workers)
			for how, got := range map[string]string{
				"a file":                    journeysOf(t, nil, file),
				"a file with little memory": journeysOf(t, nil, file, "--max-memory", "1KiB"),
				"a pipe":                    journeysOf(t, text.Bytes(), "-"),
				"a pipe with little memory": journeysOf(t, text.Bytes(), "-", "--max-memory", "1KiB"),
			} {
				if want == "" {
					want = got
				}
				if got != want {
					t.Errorf("%s, %s, %d workers:\n%s\nwant\n%s", format.Name, how, workers, got, want)
				}
			}
		}
	}
	if !strings.Contains(want, `"count":60`) && !strings.Contains(want, `"count": 60`) {
		t.Errorf("not every audit is asynchronous: %s", want)
	}
}
