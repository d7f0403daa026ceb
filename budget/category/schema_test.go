package category

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// An editor that marks a word as wrong, or a reader that refuses it, has it from these lists.
// With -update they are written anew.
func TestTheSchemasListEveryCategoryAndCause(t *testing.T) {
	var categories, causes []string
	for _, d := range All {
		categories = append(categories, string(d.Name))
	}
	for _, d := range Causes {
		causes = append(causes, string(d.Name))
	}
	for _, c := range []struct {
		schema, key string
		want        []string
	}{
		{"plan", "category", categories},
		{"plan", "cause", causes},
		{"waterfall", "cause", append([]string{""}, causes...)},
		{"explanation", "cause", append([]string{""}, causes...)},
	} {
		holdEnum(t, filepath.Join("..", "..", "docs", "schema", c.schema+".v1.json"), c.key, c.want)
	}
}

// holdEnum compares the words of the one enum that a schema has for a key.
func holdEnum(t *testing.T, file, key string, want []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"`+key+`": \{(?:\s*"description": "[^"]*",)?\s*"enum": (\[(\s*)[^\]]*?(\s*)\])`).FindAllSubmatchIndex(text, -1)
	if len(found) != 1 {
		t.Fatalf("%s has %d lists of words for %q, want one", file, len(found), key)
	}
	m := found[0]
	var got []string
	if err := json.Unmarshal(text[m[2]:m[3]], &got); err != nil {
		t.Fatal(err)
	}
	if slices.Equal(got, want) {
		return
	}
	if !testkit.Update() {
		t.Errorf("%s has %q for %q, want %q; make golden writes them", file, got, key, want)
		return
	}
	before, after := string(text[m[4]:m[5]]), string(text[m[6]:m[7]])
	list := `[` + before + `"` + strings.Join(want, `",`+before+`"`) + `"` + after + `]`
	if err := os.WriteFile(file, []byte(string(text[:m[2]])+list+string(text[m[3]:])), 0o644); err != nil {
		t.Fatal(err)
	}
}
