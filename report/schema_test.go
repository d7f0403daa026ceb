package report

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

func TestTheJSONIsWhatItsSchemaSays(t *testing.T) {
	schema := reporttest.Published(t, "report")
	if schema.ID != Schema && schema.Location != Schema+"#" {
		t.Errorf("the schema calls itself %q, the output names %q", schema.Location, Schema)
	}
	for name, res := range map[string]*analyze.Result{
		"a shop":          reporttest.Shop(t),
		"one request":     reporttest.Collected(t, reporttest.Checkout(t, 180, 17)),
		"nothing":         reporttest.Collected(t),
		"no root":         reporttest.Collected(t, testkit.Draw(t, "root lost ==\n  child ==")),
		"hostile":         hostile(t, "\x1b[2J<script>\u202e\xff"),
		"every diagnosis": reporttest.Diagnosed(t),
	} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(written(t, jsonFormat, New(res, Options{}), page.Style{})))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaRefusesWhatIsNotInIt(t *testing.T) {
	schema := reporttest.Published(t, "report")
	data := written(t, jsonFormat, New(reporttest.Shop(t), Options{}), page.Style{})
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
