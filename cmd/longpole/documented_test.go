package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
)

var (
	fence = regexp.MustCompile("^ *```")
	// documentedCommand is a line that is typed, behind what a console or a file of CI writes in front of it. What
	// stands two blanks behind it explains it.
	documentedCommand = regexp.MustCompile(`^\s*(?:- (?:run: )?)?((?:kubectl [^|]*\| |docker run .*)?longpole [a-z].*?)(?:\s{2,}.*)?$`)
	quotedCommand     = regexp.MustCompile(`^\s*sh '(longpole .*)'$`)
	// saysLongpole finds what documentedCommand should not have missed.
	saysLongpole = regexp.MustCompile(`(?:^|[ '|])longpole [a-z]+ `)
)

// documentedCommands are the command lines that README and docs tell their reader to type, each once, but for those
// of consoles, see TestDocumentsShowWhatTheProgramPrints.
func documentedCommands(t *testing.T) (lines []string) {
	t.Helper()
	for _, page := range documents(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		fenced, console := false, false
		for at, line := range strings.Split(string(text), "\n") {
			m := documentedCommand.FindStringSubmatch(line)
			if m == nil {
				m = quotedCommand.FindStringSubmatch(line)
			}
			switch {
			case fence.MatchString(line):
				fenced, console = !fenced, strings.HasSuffix(line, "console")
			case console:
			case fenced && strings.HasPrefix(line, "longpole ") && filepath.Base(page) == "manual.md": // how it is used
			case m == nil && fenced && strings.HasPrefix(line, "docker run"):
				t.Errorf("%s:%d: what is run is not seen: %q", filepath.Base(page), at+1, line)
			case m != nil && (fenced || strings.HasPrefix(line, "    longpole ")):
				lines = append(lines, m[1])
			case fenced && saysLongpole.MatchString(line) && filepath.Base(page) != "manual.md":
				t.Errorf("%s:%d: what kind of command is %q?", filepath.Base(page), at+1, line)
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// A workshop is a folder with the files that examples name: one in so many requests of a recording of the lab, at the
// time and with the words that they tell of.
type workshop struct {
	word    string // an example with it is of this one
	lab     string
	oneIn   int
	begins  string
	joined  bool  // traces.jsonl has the healthy ones before
	stretch int64 // all takes so many times as long
	replace []string
}

var workshops = []workshop{
	{word: "pool=3", lab: "pool-of-two", oneIn: 1},
	{word: "recommendations", lab: "n-plus-one", oneIn: 1},
	{word: "/v2", lab: "sync-audit", oneIn: 1, replace: []string{"/product/{id}", "/v1", "/search", "/v2"}},
	{word: "> 1s", lab: "slow-region", oneIn: 1, stretch: 20},
	{word: "22:41", lab: "sync-audit", oneIn: 4, begins: "2026-11-26T22:45:00Z"},
	{word: "at auto", lab: "payment-slow", oneIn: 2, begins: "2026-11-26T14:03:02Z", joined: true},
	{lab: "sync-audit", oneIn: 4, begins: "2026-11-26T14:02:54Z", replace: []string{`"2.3.1"`, `"2.4.0"`, "user_agent.original", "feature_flag.variant"}},
}

// otherwise says of examples that would take long, or write beside the workshop, what is run in their place, and how those
// end that do not end with 0.
var otherwise = map[string]struct{ line, ends string }{
	"longpole capture -o run.jsonl":                            {line: "longpole capture -o run.jsonl --max-time 10ms --listen 127.0.0.1:0"},
	"longpole capture -o - --max-time 30s | longpole report -": {"longpole capture -o - --max-time 10ms | longpole report -", "3"}, // nobody sends
	"longpole man /usr/local/share/man/man1":                   {line: "longpole man man1"},
	"longpole report exports/ 'old/*.json.gz' -":               {line: "longpole report exports/ 'old/*.json.gz' - < before.jsonl"},
	"longpole init traces.jsonl --write longpole.yaml":         {line: "rm longpole.yaml && longpole init traces.jsonl --write longpole.yaml"},
}

// atWork are the programs that examples name beside ours: the tests that are run send spans.
var atWork = map[string]string{
	"go": `[ "$1" = test ] && exec sendspans 60`, "npm": `[ "$1" = test ] && exec sendspans 60`, "make": `[ "$1" = load-test ] && exec sendspans 60`,
	"kubectl": "cat traces.jsonl", "aws": "cat b.jsonl", "man": "cat >/dev/null", "docker": `while [ "$1" != longpole ]; do shift; done; exec "$@"`,
}

func TestEveryCommandOfTheDocumentsRunsAsItIsWritten(t *testing.T) {
	lines := documentedCommands(t)
	if len(lines) < 70 {
		t.Errorf("only %d commands are documented: %q", len(lines), lines)
	}
	s := newShell(t)
	for name, script := range atWork {
		s.tool(name, script)
	}
	folders := map[string]string{}
	for _, line := range testkit.Some(lines, 6) {
		w := workshops[slices.IndexFunc(workshops, func(w workshop) bool { return strings.Contains(line, w.word) })]
		if folders[w.word] == "" {
			folders[w.word] = w.furnish(t)
		}
		s.dir = folders[w.word]
		s.tries(line)
	}
}

// tries runs an example beside the plan that is drafted from its traces.
func (s *shell) tries(line string) {
	s.t.Helper()
	plan, _ := os.ReadFile(filepath.Join(s.dir, "plan.yaml"))
	if err := os.WriteFile(filepath.Join(s.dir, "longpole.yaml"), plan, 0o644); err != nil {
		s.t.Fatal(err)
	}
	typed, want := line, "0"
	if o := otherwise[line]; o.line != "" {
		typed = o.line
	}
	switch {
	case otherwise[line].ends != "":
		want = otherwise[line].ends
	case strings.Contains(line, "longpole check"):
		want = "0 1 4" // the gate was held
	}
	if out, code := s.run(typed); !slices.Contains(strings.Fields(want), strconv.Itoa(code)) {
		s.t.Errorf("%s\nends with %d, not %s:\n%.800s", line, code, want, out)
	}
}

// inParts leaves what an engine makes of the files a and b.
func inParts(t *testing.T, folder string) {
	t.Helper()
	at := func(name string) string { return filepath.Join(folder, name) }
	made := func(name string, args ...string) {
		t.Helper()
		out, code := commanded(t, append(args, "--budget", at("plan.yaml"))...)
		if code != 0 {
			t.Fatalf("%q ends with %d", args, code)
		}
		put(t, at(name), out)
	}
	made("a.frames", "map", at("a.jsonl"), "--seq", "0/2", "--as", "a.jsonl")
	made("b.frames", "map", at("b.jsonl"), "--seq", "1/2", "--as", "b.jsonl")
	frames, _ := os.ReadFile(at("a.frames"))
	more, _ := os.ReadFile(at("b.frames"))
	put(t, at("frames"), string(frames)+string(more))
	for i, parts := range []string{"0-31", "32-63"} {
		for _, name := range []string{"ab"[i : i+1], strconv.Itoa(i), "partials/" + strconv.Itoa(i)} {
			made(name+".partial", "reduce", "--only", parts, at("a.frames"), at("b.frames"))
		}
	}
}

func (w *workshop) furnish(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	before, after := w.requests(t, "healthy"), w.requests(t, "faulty")
	traces := after
	if w.joined {
		traces = before + after
	}
	for name, text := range map[string]string{
		"traces.jsonl": traces, "traces.json": after, "after.jsonl": after, "new.jsonl": after, "before.jsonl": before, "old.jsonl": before,
		"traces/a.jsonl": after, "exports/a.jsonl": after, "more/b.jsonl": before, "old/a.json.gz": before, "a.json.gz": before,
		"before/1.gz": before, "after/1.gz": after, "run.jsonl": after, "a.jsonl": before, "b.jsonl": after,
	} {
		put(t, filepath.Join(folder, name), text)
	}
	draft, _ := commanded(t, "init", filepath.Join(folder, "traces.jsonl"))
	put(t, filepath.Join(folder, "plan.yaml"), draft)
	put(t, filepath.Join(folder, "plans/web.yaml"), draft)
	inParts(t, folder)
	return folder
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	nanoseconds = regexp.MustCompile(`UnixNano":"\d+"`)
	ids         = regexp.MustCompile(`"traceId":"([0-9a-f]*)","spanId":"([0-9a-f]*)"`)
)

// requests returns them as OTLP JSON, a trace a line; two have ids that examples name.
func (w *workshop) requests(t *testing.T, set string) string {
	t.Helper()
	all, _ := commanded(t, "convert", filepath.Join(testkit.Root(t), "testdata/recordings/lab", w.lab, set+".otlp.jsonl.zst"), "-o", "otlp")
	var lines []string
	for i, line := range strings.SplitAfter(all, "\n") {
		if i%w.oneIn == 0 && line != "" {
			lines = append(lines, line)
		}
	}
	one, other := ids.FindStringSubmatch(lines[0]), ids.FindStringSubmatch(lines[1])
	names := strings.NewReplacer(append([]string{one[1], "4bf92f3577b34da6a3ce929d0e0e4736", one[2], "00f067aa0ba902b7", other[1], "9d9cb1" + other[1][6:]}, w.replace...)...)
	first := nanosecond(slices.Min(nanoseconds.FindAllString(strings.Join(lines, ""), -1)))
	begins := first
	if t, err := time.Parse(time.RFC3339, w.begins); err == nil {
		begins = t.UnixNano()
	}
	if set == "healthy" {
		begins -= int64(20 * time.Second)
	}
	return nanoseconds.ReplaceAllStringFunc(names.Replace(strings.Join(lines, "")), func(field string) string {
		return fmt.Sprintf(`UnixNano":"%d"`, begins+(nanosecond(field)-first)*max(w.stretch, 1))
	})
}

// nanosecond reads the number of a field: UnixNano":"1780000000000000000".
func nanosecond(field string) int64 {
	ns, _ := strconv.ParseInt(field[len(`UnixNano":"`):len(field)-1], 10, 64)
	return ns
}
