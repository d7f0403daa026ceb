package match

import (
	"testing"

	"github.com/longpole/longpole/internal/strictyaml"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

func TestAMatcherHoldsOnlyIfAllItsQuestionsDo(t *testing.T) {
	s := testkit.Signature("web", "GET /cart", trace.Server, "http.request.method=GET", "http.route=/cart")
	s.Scope = "otelhttp"
	s.Resource = trace.Attrs{{Key: "cloud.region", Value: "eu-1"}}
	for text, want := range map[string]bool{
		"{service: web}":                                       true,
		"{service: [api, we*]}":                                true,
		"{service: api}":                                       false,
		"{name: GET *, kind: [server, consumer]}":              true,
		"{name: GET *, kind: client}":                          false,
		"{scope: '*http'}":                                     true,
		"{route: GET /cart}":                                   true,
		"{route: /cart}":                                       true,
		"{route: POST /cart}":                                  false,
		"{attrs: {cloud.region: eu-*}}":                        true,
		"{attrs: {cloud.region: eu-*, http.route: /x}}":        false,
		"{any: {cloud.region: us-*, http.route: /cart}}":       true,
		"{any: {cloud.region: us-*, db.system: '*'}}":          false,
		"{service: web, not: {kind: client}}":                  true,
		"{service: web, not: {attrs: {cloud.region: eu-1}}}":   false,
		"{service: web, not: {not: {attrs: {http.route: x}}}}": false,
	} {
		m := matcherOf(t, text)
		if got := m.Matches(&s); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestWhyNamesTheConditionsAndQuotesTheirValues(t *testing.T) {
	s := testkit.Signature("web", "GET \x1b[31m", trace.Client, "db.system=redis", "db.name=")
	m := matcherOf(t, "{kind: client, name: GET *, attrs: {db.name: '*'}, any: {db.type: '*', db.system: redis}}")
	want := `kind is client, name is "GET \x1b[31m", db.name is present, db.system is "redis"`
	if got := m.Why(&s); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTheRuleThatAsksMoreComesFirst(t *testing.T) {
	inOrder := []string{
		"{attrs: {a: x, b: y}}",
		"{route: GET /a, name: 'x*'}",
		"{attrs: {a: x}, kind: client}",
		"{attrs: {a: [x, y]}}",
		"{attrs: {a: x*}, any: {b: '*', c: '*'}}",
		"{name: 'x*'}",
		"{any: {a: x, b: '*'}, kind: client}",
		"{attrs: {a: '*'}}",
		"{kind: client}",
	}
	last := 1 << 62
	for _, text := range inOrder {
		m := matcherOf(t, text)
		if n := m.Specificity(); n >= last {
			t.Errorf("%s weighs %d, not less than the one before it", text, n)
		} else {
			last = n
		}
	}
}

func matcherOf(t *testing.T, text string) Matcher {
	t.Helper()
	r := &strictyaml.Reader{File: "test"}
	m := Read(r, r.Root([]byte(text)), "match")
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}
