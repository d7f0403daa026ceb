package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/export"
)

// did runs a command line and returns what it wrote to stdout.
func did(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := execute(t.Context(), args, nil, &stdout, &stderr); code != exitOK {
		t.Fatalf("longpole %q: exit code %d: %s", args, code, stderr.String())
	}
	return stdout.Bytes()
}

// reported returns the report of a file without what it says of the file, of what the file is
// made of, and of places in it.
func reported(t *testing.T, file string) map[string]any {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal(did(t, "report", "--json", "--budget", "none", file), &r); err != nil {
		t.Fatal(err)
	}
	delete(r, "files")
	delete(r, "records_read")
	delete(r, "records_whole")
	for _, d := range r["diagnostics"].([]any) {
		delete(d.(map[string]any), "examples")
	}
	return r
}

func spelledJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hotrod converts the recording of HotROD into every format at once.
func hotrod(t *testing.T) (recording string, files map[string]string) {
	t.Helper()
	recording = filepath.Join(testkit.Root(t), "testdata/recordings/hotrod/baseline.otlp.jsonl.zst")
	dir, args := t.TempDir(), []string{"convert", recording}
	files = map[string]string{}
	for _, f := range export.Formats {
		files[f.Name] = filepath.Join(dir, f.Name)
		args = append(args, "-o", f.Name+"="+files[f.Name])
	}
	did(t, args...)
	return recording, files
}

func TestAConvertedRecordingGivesTheSameReport(t *testing.T) {
	recording, files := hotrod(t)
	want := spelledJSON(t, reported(t, recording))
	for _, name := range testkit.Some([]string{"otlp", "otlp-proto", "jaeger-proto"}, 1) {
		if spelledJSON(t, reported(t, files[name])) != want {
			t.Errorf("%s gives another report", name)
		}
	}
}

func TestAFormatOfMicrosecondsKeepsEveryRequestAndSpan(t *testing.T) {
	recording, files := hotrod(t)
	want := reported(t, recording)
	for _, name := range testkit.Some([]string{"jaeger", "zipkin"}, 1) {
		got := reported(t, files[name])
		for _, count := range []string{"spans_read", "spans_accepted", "traces", "observations"} {
			if got[count] != want[count] {
				t.Errorf("%s: %s is %v, want %v", name, count, got[count], want[count])
			}
		}
	}
}

// What a format cannot hold is lost once; from there on every format holds all of it.
func TestWhatWasReadFromJaegerOrZipkinSurvivesTheWayToOTLP(t *testing.T) {
	_, files := hotrod(t)
	for _, name := range testkit.Some([]string{"jaeger", "zipkin"}, 1) {
		onward := filepath.Join(t.TempDir(), "onward")
		did(t, "convert", files[name], "-o", "otlp="+onward)
		if spelledJSON(t, reported(t, onward)) != spelledJSON(t, reported(t, files[name])) {
			t.Errorf("%s written as otlp gives another report", name)
		}
	}
}

func TestEveryScenarioSurvivesEveryFormatThatItStandsIn(t *testing.T) {
	drawings, _ := filepath.Glob(filepath.Join(testkit.Root(t), "testdata/scenarios/*/drawing.txt"))
	if len(drawings) == 0 {
		t.Fatal("no scenario was found")
	}
	for _, drawing := range testkit.Some(drawings, 6) {
		for _, f := range export.Formats {
			file := filepath.Join(filepath.Dir(drawing), "trace."+f.Extension)
			if _, err := filepath.EvalSymlinks(file); err != nil {
				continue // a format that cannot carry it
			}
			again := filepath.Join(t.TempDir(), "again")
			did(t, "convert", file, "-o", f.Name+"="+again)
			if spelledJSON(t, reported(t, again)) != spelledJSON(t, reported(t, file)) {
				t.Errorf("%s converted to %s gives another report", file, f.Name)
			}
		}
	}
}
