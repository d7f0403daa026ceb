package category

import (
	"reflect"
	"strings"
	"testing"
)

const goodRule = "rules:\n  - {name: db/x, doc: d, category: db, tier: peer, match: {attrs: {db.x: \"*\"}}, examples: [{name: q, attrs: {db.x: 1}}]}\n"

func TestBrokenRuleFilesNameTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"rules:\n  - {name: a/b, docs: d}\n":                                                 `r.yaml:2:17: unknown key "docs" in a rule; did you mean "doc"?`,
		strings.Replace(goodRule, "peer", "pier", 1):                                         `r.yaml:2:46: unknown tier "pier"; did you mean "peer"?`,
		strings.Replace(goodRule, "category: db", "category: dv", 1):                         `r.yaml:2:36: unknown category "dv"; did you mean "db"?`,
		strings.Replace(goodRule, ", examples: [{name: q, attrs: {db.x: 1}}]", "", 1):        `rule "db/x" has no examples`,
		strings.Replace(goodRule, "match: {attrs: {db.x: \"*\"}}", "match: {}", 1):           `match asks nothing, so every span would match`,
		goodRule + goodRule[len("rules:\n"):]:                                                `another rule is named "db/x"`,
		strings.Replace(goodRule, "{name: q,", "{name: q, category: app,", 1):                `a near miss says which category it has, an example does not`,
		"phases:\n  - {name: p, doc: d, category: db, examples: [{name: q, events: [a]}]}\n": `phase "p" has no from or to`,
		"rules: []\n": `rules is an empty list`,
	} {
		_, err := LoadRules(map[string][]byte{"r.yaml": []byte(text)})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestWhichFileARuleStandsInChangesNothing(t *testing.T) {
	other := strings.NewReplacer("db/x", "app/y", "category: db", "category: app").Replace(goodRule)
	a, err := LoadRules(map[string][]byte{"a.yaml": []byte(goodRule), "b.yaml": []byte(other)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := LoadRules(map[string][]byte{"a.yaml": []byte(other), "b.yaml": []byte(goodRule)})
	if err != nil {
		t.Fatal(err)
	}
	for i, rule := range a.All() {
		if got := b.All()[i].Name; got != rule.Name {
			t.Errorf("rule %d is %s, then %s", i, rule.Name, got)
		}
	}
}

func TestRulesAreTheSameWithoutTheirExamples(t *testing.T) {
	whole := Exemplified().All()
	for i := range whole {
		whole[i].Examples, whole[i].Not = nil, nil
	}
	if bare := BuiltIn().All(); len(bare) == 0 || !reflect.DeepEqual(bare, whole) {
		t.Errorf("%d rules without examples are not the %d with them", len(bare), len(whole))
	}
	phases := Exemplified().Phases()
	for i := range phases {
		phases[i].Examples = nil
	}
	if bare := BuiltIn().Phases(); !reflect.DeepEqual(bare, phases) {
		t.Errorf("%d phases without examples are not the %d with them", len(bare), len(phases))
	}
}
