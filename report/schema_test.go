package report

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func published(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(testkit.Root(t), "docs", "schema", name+".v1.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestTheJSONIsWhatItsSchemaSays(t *testing.T) {
	schema := published(t, "report")
	if schema.ID != Schema && schema.Location != Schema+"#" {
		t.Errorf("the schema calls itself %q, the output names %q", schema.Location, Schema)
	}
	for name, res := range map[string]*analyze.Result{
		"a shop":          shop(t),
		"one request":     collected(t, checkout(t, 180, 17)),
		"nothing":         collected(t),
		"no root":         collected(t, testkit.Draw(t, "root lost ==\n  child ==")),
		"hostile":         hostile(t, "\x1b[2J<script>\u202e\xff"),
		"every diagnosis": diagnosed(t),
	} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, jsonFormat, New(res, Options{}), Style{})))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNotInIt(t *testing.T) {
	schema := published(t, "report")
	data := written(t, jsonFormat, New(shop(t), Options{}), Style{})
	for _, broken := range [][]byte{
		bytes.Replace(data, []byte(`"needed"`), []byte(`"nedeed"`), 1),
		bytes.Replace(data, []byte(`"version": 1`), []byte(`"version": 2`), 1),
		bytes.Replace(data, []byte(`"spans_read": 3`), []byte(`"spans_read": -3`), 1),
	} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(broken))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Error("a broken report passes")
		}
	}
}

func TestTheJSONOfAWaterfallAndOfAnExplanationIsWhatItsSchemaSays(t *testing.T) {
	waterfalls, explanations := published(t, "waterfall"), published(t, "explanation")
	for name, tr := range map[string]*trace.Trace{"skewed": skewed(t), "wide": wide(5_000), "deep": deep(500)} {
		valid(t, name, waterfalls, waterfall(t, tr).WriteJSON)
		for i := range tr.Spans[:min(len(tr.Spans), 8)] {
			valid(t, name, explanations, explained(t, tr, tr.Spans[i].ID).WriteJSON)
		}
	}
}

func valid(t *testing.T, name string, schema *jsonschema.Schema, write func(io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(&b)
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// diagnosed has a finding of every fate, with examples of every shape.
func diagnosed(t testing.TB) *analyze.Result {
	res := collected(t, checkout(t, 40, 17), skewedSpans(t))
	for fate := range trace.Rejected + 1 {
		code := trace.Code{ID: "bad-" + fates[fate], What: "bad things", Do: "mend them", Fate: fate}
		res.Ledger.Spans += 2
		res.Ledger.Count(code, 2, trace.Example{File: "a.json", Line: 3, Offset: 17, Text: "what stood there"})
		res.Ledger.Count(code, 1, trace.Example{File: "b.json", Offset: -1, Trace: trace.ID{Lo: 1}, Span: 2, Amount: 5})
	}
	return res
}
