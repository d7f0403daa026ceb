package budget

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
)

func TestADraftIsAPlanWhateverTheTracesCallThings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab*?\\{}:#\"'\n\t\x1b\u202e\u0085 -&|>%é\ufffd")))
		d := Draft{Heading: []string{text.Draw(t, "heading")}}
		var roots []trace.Signature
		for range rapid.IntRange(1, 4).Draw(t, "journeys") {
			service := "s" + text.Draw(t, "service")
			roots = append(roots, trace.Signature{Service: service})
			d.Journeys = append(d.Journeys, DraftJourney{
				Name: text.Draw(t, "name"), Service: service, Remark: text.Draw(t, "remark"), Rank: 95_000, Target: time.Second,
				Layers: []DraftLayer{{Cause: "retry", Budget: 1}, {Category: category.DB, Budget: time.Millisecond, Remark: text.Draw(t, "of a layer")}, {Budget: 3}},
			})
		}
		p, err := Load("draft", d.YAML())
		if err != nil {
			t.Fatalf("%v\n%s", err, d.YAML())
		}
		if len(p.Journeys) != len(d.Journeys) {
			t.Fatalf("%d journeys of %d\n%s", len(p.Journeys), len(d.Journeys), d.YAML())
		}
		for i := range roots {
			if !p.Journeys[i].Root.Matches(&roots[i]) {
				t.Fatalf("%q does not match its own service\n%s", roots[i].Service, d.YAML())
			}
		}
	})
}

func TestAGlobInANameIsTakenAsItStands(t *testing.T) {
	for name, other := range map[string]string{"GET /*": "GET /x", "what?": "whats", `back\slash`: "backslash"} {
		g := match.Glob(literal(name))
		if !g.Match(name) || g.Match(other) {
			t.Errorf("%q matches itself: %v, and %q: %v", g, g.Match(name), other, g.Match(other))
		}
	}
}

func TestTwoJourneysOfOneNameAreToldApart(t *testing.T) {
	d := Draft{Journeys: []DraftJourney{{Name: "a", Service: "x"}, {Name: "a", Service: "y"}, {Name: "", Service: "z"}}}
	for _, want := range []string{`"a":`, `"a (2)":`, `"unnamed":`} {
		if !strings.Contains(string(d.YAML()), want) {
			t.Errorf("no %s in\n%s", want, d.YAML())
		}
	}
}
