package category

import (
	"os"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

const manual = "../../docs/attribution.md"

func TestTheTablesOfTheManualAreTheRules(t *testing.T) {
	was := string(page(t))
	categories, rules, phases := Exemplified().Markdown()
	now := was
	for name, table := range map[string]string{"categories": categories, "rules": rules, "phases": phases} {
		now = withTable(t, now, name, table)
	}
	if now == was {
		return
	}
	if !testkit.Update() {
		t.Fatalf("%s is behind the rules; run make golden", manual)
	}
	if err := os.WriteFile(manual, []byte(now), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withTable puts table between <!-- name --> and the next <!-- end -->.
func withTable(t *testing.T, page, name, table string) string {
	t.Helper()
	head, rest, ok := strings.Cut(page, "<!-- "+name+" -->\n")
	_, tail, closed := strings.Cut(rest, "<!-- end -->")
	if !ok || !closed {
		t.Fatalf("%s has no place for the table of %s", manual, name)
	}
	return head + "<!-- " + name + " -->\n" + table + "<!-- end -->" + tail
}

// The manual's example of a rule file must be one, and its rules must do what it says.
func TestTheRuleFileOfTheManualWorks(t *testing.T) {
	_, rest, ok := strings.Cut(string(page(t)), "```yaml\n")
	text, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("the manual shows no rule file")
	}
	r, err := LoadRules(map[string][]byte{"manual.yaml": []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	rule := r.All()[0]
	if got := r.Of(&rule.Examples[0].Sig); got.Rule != rule.Name {
		t.Errorf("its example is claimed by %s", got.Rule)
	}
	if rule.Match.Matches(&rule.Not[0].Sig) {
		t.Error("it claims its near miss")
	}
}

func page(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
