package category

import (
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/trace"
)

func TestEveryRuleClaimsItsExamples(t *testing.T) {
	r := Exemplified()
	for _, rule := range r.All() {
		for _, ex := range rule.Examples {
			got := r.Of(&ex.Sig)
			if got.Rule != rule.Name && (got.Category != rule.Category || !rule.Match.Matches(&ex.Sig)) {
				t.Errorf("%s: example of line %d is %s by %s (%s)", rule.Name, ex.Line, got.Category, got.Rule, got.Why)
			}
		}
	}
}

func TestEveryRuleDecidesAtLeastOneOfItsExamples(t *testing.T) {
	r := Exemplified()
	for _, rule := range r.All() {
		decides := func(ex Example) bool { return r.Of(&ex.Sig).Rule == rule.Name }
		if !slices.ContainsFunc(rule.Examples, decides) {
			t.Errorf("%s decides none of its examples; it can go, or its example is not telling", rule.Name)
		}
	}
}

func TestNearMissesKeepTheirOwnCategory(t *testing.T) {
	r := Exemplified()
	for _, rule := range r.All() {
		for _, ex := range rule.Not {
			if got := r.Of(&ex.Sig); got.Category != ex.Category {
				t.Errorf("%s: near miss of line %d is %s by %s (%s), want %s", rule.Name, ex.Line, got.Category, got.Rule, got.Why, ex.Category)
			}
		}
	}
}

// A new file must not upset an old one by its name: where two rules of the same rank both
// hold for an example that anybody wrote down, they say the same.
func TestRulesOfEqualRankNeverDisagree(t *testing.T) {
	rules := Exemplified().All()
	for _, ex := range allExamples(rules) {
		var claim []*Rule
		for i := range rules {
			if rules[i].Match.Matches(&ex.Sig) {
				claim = append(claim, &rules[i])
			}
		}
		for i, a := range claim {
			for _, b := range claim[:i] {
				if a.Category != b.Category && a.compareRank(b) == 0 {
					t.Errorf("%s and %s both claim %+v with equal rank", a.Name, b.Name, ex.Sig)
				}
			}
		}
	}
}

func allExamples(rules []Rule) []Example {
	var out []Example
	for _, r := range rules {
		out = append(out, slices.Concat(r.Examples, r.Not)...)
	}
	return out
}

func TestEverySpanHasACategory(t *testing.T) {
	for k := trace.Unspecified; k <= trace.Consumer; k++ {
		d := Exemplified().Of(&trace.Signature{Kind: k})
		if d.Category == Untraced || !d.Category.Valid() || d.Rule == "" {
			t.Errorf("a bare %s span: %+v", k, d)
		}
	}
}

func TestEveryPhaseCarvesItsExamples(t *testing.T) {
	r := Exemplified()
	for _, p := range r.Phases() {
		for _, ex := range p.Examples {
			s := spanWithEvents(&ex.Sig, ex.Events...)
			if !slices.ContainsFunc(Carve(r.Of(&ex.Sig).Phases, s), func(st Stretch) bool { return st.Phase.Rule == p.Rule }) {
				t.Errorf("%s carves nothing from its example of line %d", p.Rule, ex.Line)
			}
			for _, e := range ex.Events {
				if !r.NeedsEvent(e) && !strings.HasPrefix(e, "WroteHeaders") && !slices.Contains(unread, e) {
					t.Errorf("%s: event %q of its example is not kept", p.Rule, e)
				}
			}
		}
	}
}

// unread are events that stand in examples because they surround the ones that count.
var unread = []string{"requestStart", "PutIdleConn"}

// spanWithEvents has an event every 10 ns.
func spanWithEvents(sig *trace.Signature, names ...string) *trace.Span {
	s := &trace.Span{Sig: sig, Start: 1000, End: 1000 + trace.Time(10*(len(names)+1)), More: &trace.More{}}
	for i, n := range names {
		s.More.Events = append(s.More.Events, trace.Event{Name: n, At: s.Start + trace.Time(10*(i+1))})
	}
	return s
}
