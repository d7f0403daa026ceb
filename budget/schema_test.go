package budget

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/longpole/longpole/budget/match"
)

const schemaFile = "../docs/schema/plan.v1.json"

func TestEveryGoodPlanLoadsAndFollowsTheSchema(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range glob(t, plans+"good/*.yaml") {
		checkPlan(t, schema, name, read(t, name))
	}
}

func TestEveryPlanInTheDocsLoadsAndFollowsTheSchema(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range append(glob(t, "../docs/*.md"), "../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a page that is not written yet
		}
		for _, block := range planBlock.FindAllSubmatch(text, -1) {
			checkPlan(t, schema, name, block[1])
		}
	}
}

// planBlock finds fenced YAML that is a whole plan.
var planBlock = regexp.MustCompile("(?s)```ya?ml\n(version: 1\n.*?)```")

// What a schema can say, it says: an editor marks these while they are written. The others
// need names or sums, which only Load knows.
func TestTheSchemaRefusesWhatItCan(t *testing.T) {
	schema := compileSchema(t)
	for _, name := range glob(t, plans+"bad/*.yaml") {
		base := strings.TrimSuffix(filepath.Base(name), ".yaml")
		if !slices.ContainsFunc(structural, func(p string) bool { return strings.HasPrefix(base, p) }) {
			continue
		}
		value, err := yamlValue(read(t, name))
		if err == nil && schema.Validate(value) == nil {
			t.Errorf("%s follows the schema", base)
		}
	}
}

// structural are the sorts of mistakes that need no other part of the file to be seen.
var structural = []string{
	"unknown-", "no-", "version-", "journey-is", "empty-", "budget-no", "budget-is", "category-empty", "under-", "layers-", "owner-", "slice-",
}

func TestTheSchemaListsEveryKindOfSpan(t *testing.T) {
	text := read(t, schemaFile)
	for _, word := range match.KindNames() {
		if !bytes.Contains(text, []byte(`"`+word+`"`)) {
			t.Errorf("the schema does not know %q", word)
		}
	}
}

func checkPlan(t *testing.T, schema *jsonschema.Schema, name string, data []byte) {
	t.Helper()
	if _, err := Load(name, data, detectable...); err != nil {
		t.Error(err)
	}
	value, err := yamlValue(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func yamlValue(data []byte) (any, error) {
	text, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}
