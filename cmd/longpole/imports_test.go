package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

const module = "github.com/longpole/longpole/"

// mayImport is the table of rooms: data walks in at ingest, through trace and analyze, and
// out at report, without turning back. Rooms that are not a key here import nothing of ours.
var mayImport = map[string][]string{
	"ingest":           {"trace", "trace/page", "ingest/jsontext", "ingest/compress", "ingest/spanstore", "ingest/decode", "ingest/decode/otlp", "ingest/decode/jaeger", "ingest/decode/zipkin", "ingest/decode/rows", "internal/errtext", "internal/tempfile"},
	"ingest/jsontext":  {},
	"ingest/compress":  {},
	"ingest/spanstore": {"trace", "ingest/jsontext", "internal/errtext", "internal/tempfile"},
	"ingest/decode":    {"trace", "trace/page", "ingest/jsontext", "ingest/compress", "ingest/spanstore", "internal/errtext"},

	"ingest/decode/otlp":       {"trace", "trace/page", "ingest/jsontext", "ingest/compress", "ingest/spanstore", "ingest/decode"},
	"ingest/decode/jaeger":     {"trace", "ingest/jsontext", "ingest/spanstore", "ingest/decode"},
	"ingest/decode/zipkin":     {"trace", "ingest/jsontext", "ingest/spanstore", "ingest/decode"},
	"ingest/decode/rows":       {"trace", "ingest/jsontext", "ingest/spanstore", "ingest/decode"},
	"ingest/decode/decodetest": {"trace", "ingest/jsontext", "ingest/spanstore", "ingest/decode", "internal/errtext"},

	"trace":                {},
	"trace/semconv":        {"trace"},
	"trace/page":           {"trace", "trace/semconv"},
	"budget/match":         {"trace", "trace/semconv", "internal/strictyaml"},
	"budget/category":      {"trace", "trace/semconv", "budget/match", "internal/strictyaml"},
	"budget":               {"trace", "trace/page", "trace/semconv", "budget/match", "budget/category", "internal/strictyaml"},
	"report/export":        {"trace", "internal/otlpjson"},
	"analyze/critpath":     {"trace"},
	"analyze/bounded":      {"trace", "analyze/quantile", "internal/wire"},
	"analyze/attribute":    {"trace", "trace/semconv", "budget", "budget/category", "analyze/bounded", "analyze/critpath", "analyze/quantile", "internal/intern", "internal/wire"},
	"analyze/choice":       {"trace", "analyze/attribute"},
	"analyze":              {"trace", "trace/page", "analyze/vitals", "trace/semconv", "budget", "budget/category", "analyze/attribute", "analyze/bounded", "analyze/blame", "analyze/critpath", "analyze/quantile", "analyze/since", "analyze/spending", "analyze/stacks", "analyze/structure", "analyze/suspects", "analyze/timeline", "analyze/varying", "internal/intern", "analyze/detect", "analyze/cost", "internal/wire"},
	"analyze/vitals":       {"analyze/quantile", "internal/wire"},
	"analyze/stacks":       {"analyze/spending", "internal/intern"},
	"analyze/frontend":     {"trace/page", "budget/category", "analyze"},
	"analyze/flame":        {"analyze", "analyze/quantile", "analyze/stacks"},
	"analyze/structure":    {"analyze/attribute", "internal/wire"},
	"analyze/compare":      {"trace/semconv", "budget", "analyze", "analyze/attribute", "analyze/quantile", "analyze/since", "analyze/structure"},
	"analyze/since":        {"trace", "trace/semconv", "analyze/attribute", "analyze/quantile", "analyze/timeline", "internal/portable"},
	"analyze/spending":     {"internal/intern", "internal/wire"},
	"analyze/timeline":     {"trace", "analyze/quantile"},
	"analyze/suspects":     {"trace", "trace/semconv", "analyze/attribute", "analyze/bounded", "analyze/quantile", "internal/intern", "internal/portable", "internal/wire"},
	"analyze/draft":        {"budget", "budget/category", "analyze", "analyze/frontend", "analyze/quantile"},
	"analyze/replay":       {"trace", "budget", "budget/category", "budget/match", "analyze", "analyze/attribute", "analyze/detect", "analyze/quantile", "internal/intern", "internal/portable"},
	"analyze/quality":      {"trace", "trace/page", "trace/semconv", "budget/category", "analyze", "analyze/attribute", "analyze/quantile"},
	"report":               {"trace", "budget", "budget/category", "analyze", "analyze/attribute", "analyze/blame", "analyze/compare", "analyze/quantile", "analyze/since", "analyze/suspects", "analyze/timeline", "analyze/detect", "report/findings", "report/sarif", "report/page", "report/account", "report/ci", "report/diff", "report/layout", "report/sides", "report/unit"},
	"report/glossary":      {},
	"report/sides":         {"analyze", "analyze/vitals", "analyze/quantile", "analyze/blame", "analyze/frontend", "report/page", "report/unit"},
	"report/ci":            {},
	"report/page":          {"report/layout", "report/unit"},
	"report/account":       {"trace", "analyze", "analyze/attribute", "analyze/since", "report/page", "report/unit"},
	"report/diff":          {"trace", "analyze", "analyze/attribute", "analyze/compare", "analyze/quantile", "analyze/since", "report/account", "report/ci", "report/layout", "report/page", "report/unit"},
	"report/whatif":        {"trace", "analyze", "analyze/quantile", "analyze/replay", "report/account", "report/page", "report/unit"},
	"report/waterfall":     {"trace", "trace/semconv", "budget/category", "analyze", "analyze/attribute", "analyze/blame", "analyze/critpath", "report", "report/page", "report/layout", "report/unit"},
	"report/doctor":        {"trace", "analyze", "analyze/quality", "report/page", "report/account", "report/unit"},
	"report/pictures":      {"analyze", "analyze/flame", "report", "report/unit", "report/waterfall"},
	"report/results":       {"trace", "trace/semconv", "analyze", "analyze/attribute", "analyze/critpath", "analyze/quantile", "analyze/stacks", "report/export", "report/page"},
	"report/reporttest":    {"trace", "budget/category", "analyze", "analyze/attribute", "analyze/critpath", "report/account", "internal/testkit"},
	"cmd/longpole":         {"trace", "ingest", "budget", "budget/category", "budget/match", "analyze", "analyze/attribute", "analyze/bounded", "analyze/choice", "analyze/compare", "analyze/critpath", "analyze/draft", "analyze/quality", "analyze/quantile", "analyze/replay", "report", "report/page", "report/account", "report/diff", "report/waterfall", "report/whatif", "report/pictures", "report/results", "report/doctor", "report/export", "report/glossary", "report/unit", "internal/bytesize", "internal/capture", "internal/run", "internal/strictyaml", "internal/term", "internal/toolserver", "analyze/detect", "report/findings", "analyze/partial", "internal/errtext"},
	"internal/capture":     {"internal/bytesize", "internal/errtext", "internal/otlpjson"},
	"internal/errtext":     {},
	"internal/portable":    {},
	"analyze/quantile":     {"internal/portable", "internal/wire"},
	"internal/otlpjson":    {},
	"internal/tempfile":    {},
	"internal/toolserver":  {"internal/bytesize"},
	"internal/testkit":     {"trace"},
	"internal/run":         {"trace", "trace/page", "trace/semconv", "ingest", "budget", "budget/category", "analyze/attribute", "analyze/critpath", "report/unit"},
	"internal/term":        {},
	"report/sarif":         {},
	"report/findings":      {"analyze/frontend", "trace", "budget", "analyze", "analyze/detect", "report/account", "report/page", "report/sarif", "report/unit", "analyze/cost"},
	"analyze/cost":         {"trace", "analyze/attribute", "analyze/critpath", "internal/wire"},
	"analyze/load":         {"trace", "analyze/bounded", "internal/wire"},
	"analyze/edges":        {"trace", "analyze/attribute", "internal/wire"},
	"analyze/detect":       {"analyze/detect/pages", "trace", "budget", "budget/category", "analyze/attribute", "analyze/bounded", "analyze/critpath", "analyze/edges", "analyze/load", "analyze/quantile", "analyze/suspects", "internal/intern", "internal/wire"},
	"analyze/detect/pages": {"trace", "trace/page", "budget/category", "analyze/attribute"},
	"internal/wire":        {},
	"internal/intern":      {"internal/wire"},
	"analyze/partial":      {"trace", "analyze", "analyze/attribute", "internal/wire"},
}

func TestRoomsImportOneWayOnly(t *testing.T) {
	for room, imports := range listRooms(t) {
		for _, i := range imports {
			if !slices.Contains(mayImport[room], i) {
				t.Errorf("%s imports %s, which the table of rooms does not allow", room, i)
			}
		}
	}
}

// pure are the rooms that take values and return values.
var pure = []string{"trace", "trace/semconv", "budget", "budget/match", "budget/category", "internal/intern", "analyze", "analyze/attribute", "analyze/blame", "analyze/choice", "analyze/cost", "analyze/detect", "analyze/edges", "analyze/load", "analyze/partial", "internal/wire", "report/findings", "report/sarif", "analyze/critpath", "analyze/draft", "analyze/flame", "analyze/quality", "analyze/quantile", "analyze/replay", "analyze/since", "analyze/spending", "analyze/stacks", "analyze/structure", "analyze/suspects", "analyze/timeline", "analyze/varying", "analyze/vitals", "report/glossary", "report/layout", "report/unit", "internal/strictyaml"}

// impure are packages with which a value could come from, or go, elsewhere.
var impure = []string{"os", "log", "log/slog", "flag", "net", "net/http", "math/rand", "os/signal"}

func TestTheCoreTakesValuesAndReturnsValues(t *testing.T) {
	for room, imports := range listImports(t) {
		if !slices.Contains(pure, room) {
			continue
		}
		for _, i := range imports {
			if slices.Contains(impure, i) {
				t.Errorf("%s imports %s", room, i)
			}
		}
	}
}

// compared are modules that tests hold longpole against. One that the product needed, too, would
// be held against itself.
var compared = []string{"go.opentelemetry.io/collector/pdata"}

func TestTheProductNeedsNothingThatItsTestsCompareItWith(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./cmd/longpole")
	cmd.Dir = testkit.Root(t)
	packages, err := cmd.Output()
	if err != nil || len(packages) == 0 {
		t.Fatalf("go list: %v", err)
	}
	for needed := range strings.Lines(string(packages)) {
		for _, module := range compared {
			if strings.HasPrefix(needed, module) {
				t.Errorf("the product needs %s", needed)
			}
		}
	}
}

// engines are what others run longpole with. It is a child process of theirs, and knows none of them.
var engines = regexp.MustCompile("beam|spark|flink|hadoop|cloud.google.com|aws-sdk|azure-sdk")

func TestTheProductNeedsNoEngineAndNoCloud(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./cmd/longpole")
	cmd.Dir = testkit.Root(t)
	packages, err := cmd.Output()
	if err != nil || !strings.Contains(string(packages), module+"analyze/partial\n") {
		t.Fatalf("go list: %v", err)
	}
	for needed := range strings.Lines(string(packages)) {
		if engines.MatchString(needed) {
			t.Errorf("the product needs %s", needed)
		}
	}
}

func listRooms(t *testing.T) map[string][]string {
	t.Helper()
	rooms := map[string][]string{}
	for room, imports := range listImports(t) {
		rooms[room] = nil
		for _, i := range imports {
			if ours, ok := strings.CutPrefix(i, module); ok {
				rooms[room] = append(rooms[room], ours)
			}
		}
	}
	return rooms
}

// listImports returns what every room imports outside its tests.
func listImports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = testkit.Root(t)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for d := json.NewDecoder(out); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module)] = p.Imports
	}
	if err := cmd.Wait(); err != nil || len(all) == 0 {
		t.Fatalf("go list: %v", err)
	}
	return all
}
