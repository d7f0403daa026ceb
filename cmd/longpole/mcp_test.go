package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/internal/toolserver"
	"github.com/longpole/longpole/report/unit"
)

// A toolCall is a row of testdata/mcp/calls.yaml.
type toolCall struct {
	Files     []string
	Plan      string
	Tool      string
	Arguments map[string]string
	Stands    []string // pointers into the JSON of the same command
}

// serving makes what answers about files; ran is the command line that was run last.
func serving(t testing.TB, f *mcpFlags, files ...string) (s *toolserver.Server, ran *[]string) {
	t.Helper()
	s, err := f.server(files)
	if err != nil {
		t.Fatal(err)
	}
	ran = new([]string)
	s.Tools = offered(newRoot(&app{}))
	s.Run = func(ctx context.Context, args []string) (string, string, int) {
		*ran = args
		return runInside(ctx, args)
	}
	return s, ran
}

func toolNamed(t testing.TB, s *toolserver.Server, name string) *toolserver.Tool {
	t.Helper()
	at := slices.IndexFunc(s.Tools, func(t toolserver.Tool) bool { return t.Name == name })
	if at < 0 {
		t.Fatalf("there is no tool %q", name)
	}
	return &s.Tools[at]
}

func TestAnswersToAgentsHoldTheFiguresOfTheJSONAndFit(t *testing.T) {
	text, err := os.ReadFile("testdata/mcp/calls.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var calls []toolCall
	if err := yaml.Unmarshal(text, &calls); err != nil || len(calls) < 30 {
		t.Fatalf("%d calls (%v)", len(calls), err)
	}
	t.Chdir(filepath.Join(testkit.Root(t), "testdata"))
	for i, c := range testkit.Some(calls, 6) {
		t.Run(fmt.Sprint(i, " ", c.Tool), func(t *testing.T) { c.try(t) })
	}
}

func (c *toolCall) try(t *testing.T) {
	s, ran := serving(t, &mcpFlags{fit: 8 << 10, budget: cmp.Or(c.Plan, "none")}, c.Files...)
	arguments, _ := json.Marshal(c.Arguments)
	answer, failed := s.Call(t.Context(), toolNamed(t, s, c.Tool), arguments)
	if failed || len(answer) > 8<<10 || !strings.Contains(answer, "\nReceipt: longpole ") {
		t.Fatalf("%d bytes, failed: %t\n%s", len(answer), failed, answer)
	}
	whole := slices.DeleteFunc(slices.Clone(*ran), func(arg string) bool { return strings.HasPrefix(arg, "--fit=") })
	whole[slices.Index(whole, "-o=markdown")] = "-o=json"
	out, said, code := s.Run(t.Context(), whole)
	var v any
	d := json.NewDecoder(strings.NewReader(out))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: exit code %d, %v, %s", whole, code, err, said)
	}
	for _, pointer := range c.Stands {
		figure := pointed(t, v, pointer)
		if !stands(answer, figure) {
			t.Errorf("%s is %s, of which nothing stands in\n%s", pointer, figure, answer)
		}
	}
}

// pointed follows a JSON pointer.
func pointed(t *testing.T, v any, pointer string) json.Number {
	t.Helper()
	for _, step := range strings.Split(pointer, "/")[1:] {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(in) {
				t.Fatalf("%s: there is no %s", pointer, step)
			}
			v = in[i]
		}
	}
	n, ok := v.(json.Number)
	if !ok {
		t.Fatalf("%s is no number: %v", pointer, v)
	}
	return n
}

// stands reports whether a text holds a figure, as a count, a duration or milliseconds of a table.
func stands(text string, figure json.Number) bool {
	n, err := figure.Int64()
	if err != nil {
		return false
	}
	forms := []string{unit.Count(n), unit.Duration(time.Duration(n)), unit.Signed(time.Duration(n))}
	for places := range 3 {
		forms = append(forms, unit.Milliseconds(places).Text(time.Duration(n)))
	}
	return slices.ContainsFunc(forms, func(form string) bool {
		return form != "0" && regexp.MustCompile(`(^|[^0-9.,])`+regexp.QuoteMeta(form)+`($|[^0-9.,]|[.,]\D)`).MatchString(text)
	})
}

func TestAnAgentListsToolsAndCallsThemOverTheProtocol(t *testing.T) {
	s, _ := serving(t, &mcpFlags{fit: 8 << 10, budget: "none"}, filepath.Join(testkit.Root(t), "testdata/recordings/lab/slow-query/faulty.otlp.jsonl.zst"))
	fromAgent, toServer, _ := os.Pipe()
	fromServer, toAgent, _ := os.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(t.Context(), fromAgent, toAgent) }()
	agent := mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "1"}, nil)
	session, err := agent.Connect(t.Context(), &mcp.IOTransport{Reader: fromServer, Writer: toServer}, nil)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := session.ListTools(t.Context(), nil)
	if err != nil || len(listed.Tools) != len(s.Tools) {
		t.Errorf("%v tools are listed (%v)", listed, err)
	}
	answer, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "report", Arguments: map[string]any{"journey": "*checkout*"}})
	if err != nil || answer.IsError || !strings.Contains(answer.Content[0].(*mcp.TextContent).Text, "Receipt: longpole") {
		t.Errorf("the answer is %+v (%v)", answer, err)
	}
	for _, wrong := range []map[string]any{{"output": "x"}, {"journey": 7}, {"journey": "no such"}, {"tail": "p0"}} {
		answer, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: "report", Arguments: wrong})
		if err != nil || !answer.IsError {
			t.Errorf("%v is answered with %+v (%v)", wrong, answer, err)
		}
	}
	session.Close()
	<-ended
}

func TestWhatATraceNamesActsOnNoAgent(t *testing.T) {
	var document bytes.Buffer
	for i, name := range testkit.Some(testkit.HostileNames, 3) {
		quoted, _ := json.Marshal(name)
		fmt.Fprintf(&document, `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":%s}}]},"scopeSpans":[{"spans":[`+
			`{"traceId":"0af7651916cd43dd8448eb211c8%05x","spanId":"00f067aa0ba%05x","name":%s,"kind":2,"startTimeUnixNano":"1780000000000000000","endTimeUnixNano":"1780000000%09d"}]}]}]}`+"\n",
			quoted, i+1, i+1, quoted, 1_000_000+i)
	}
	file := filepath.Join(t.TempDir(), "hostile.jsonl")
	if err := os.WriteFile(file, document.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := serving(t, &mcpFlags{fit: 8 << 10, budget: "none"}, file)
	for name, arguments := range map[string]string{
		"journeys": "{}", "report": `{"journey":"*"}`, "doctor": "", "trace": `{"id":"0af7651916cd43dd8448eb211c800001"}`, "explain": `{"what":"app"}`, "diff": `{"at":"auto"}`,
	} {
		answer, _ := s.Call(t.Context(), toolNamed(t, s, name), []byte(arguments))
		testkit.Harmless(t, "the answer of "+name, []byte(answer))
		if len(answer) > 8<<10 {
			t.Errorf("the answer of %s has %d bytes", name, len(answer))
		}
	}
}

// FuzzToolCall gives tools anything: nothing is written, and what is answered is harmless and fits.
func FuzzToolCall(f *testing.F) {
	file := filepath.Join(testkit.Root(f), "testdata/scenarios/caller-gave-up/trace.otlp.jsonl")
	f.Add("report", []byte(`{"journey":"*","where":"duration > 1ms"}`))
	f.Add("trace", []byte(`{"id":"-o=json=/tmp/x"}`))
	f.Add("diff", []byte(`{"after":"*","at":"auto"}`))
	f.Add("explain", []byte(`{"what":"--budget"}`))
	f.Add("check", []byte(`[]`))
	s, ran := serving(f, &mcpFlags{fit: 2 << 10, budget: "none"}, file)
	empty := f.TempDir()
	f.Fuzz(func(t *testing.T, tool string, arguments []byte) {
		at := slices.IndexFunc(s.Tools, func(t toolserver.Tool) bool { return t.Name == tool })
		if at < 0 {
			return
		}
		t.Chdir(empty) // and not where somebody may be writing who runs tests beside
		answer, _ := s.Call(t.Context(), &s.Tools[at], arguments)
		if len(answer) > 2<<10 {
			t.Errorf("%d bytes", len(answer))
		}
		testkit.Harmless(t, "the answer", []byte(answer))
		if wrote, err := os.ReadDir(empty); err != nil || len(wrote) > 0 {
			t.Errorf("%q wrote %v (%v)", *ran, wrote, err)
		}
	})
}
