package category

import (
	"testing"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace/semconv"
)

func TestAttributesAreKeptInTheFormInWhichTheyAreAskedFor(t *testing.T) {
	for key, want := range map[string][2]string{
		"http.url":              {"https://u:p@shop/users/42?token=x", "https://shop/users/{id}"},
		"url.full":              {"0.0.0.0:8081/u/42", "0.0.0.0:8081/u/{id}"},
		"http.target":           {"/users/42?token=x", "/users/{id}"},
		"db.statement":          {"SELECT * FROM orders WHERE id=42", "SELECT FROM orders"},
		"cache.key":             {"user:42", ""},
		"db.system":             {"redis", "redis"},
		"messaging.destination": {"reply-123456", "reply-{id}"},
		"http.status_code":      {"503", "503"},
		"favourite.colour":      {"blue", ""},
	} {
		form := Exemplified().Form(key)
		got := form.Of(want[0])
		if got != want[1] || form.Of(got) != got {
			t.Errorf("%s: %q becomes %q and then %q, want %q", key, want[0], got, form.Of(got), want[1])
		}
	}
}

func TestTheFormOfAnAttributeDoesNotChangeTheDecision(t *testing.T) {
	r := Exemplified()
	for _, rule := range r.All() {
		for _, ex := range rule.Examples {
			before := r.Of(&ex.Sig)
			for i, a := range ex.Sig.Attrs {
				ex.Sig.Attrs[i].Value = r.Form(a.Key).Of(a.Value)
			}
			if after := r.Of(&ex.Sig); after.Rule != before.Rule || after.Peer != before.Peer {
				t.Errorf("%s: %s by %s becomes %s by %s", rule.Name, before.Peer, before.Rule, after.Peer, after.Rule)
			}
		}
	}
}

func TestWhatAPlanAsksForIsKeptWhole(t *testing.T) {
	r := Exemplified().With("favourite.colour", "cache.key")
	if !r.NeedsAttr("favourite.colour") || r.Form("cache.key") != semconv.Whole || Exemplified().NeedsAttr("favourite.colour") {
		t.Error("the plan's attributes are not kept, or for everybody")
	}
}

func TestOnlyTimingEventsAreKept(t *testing.T) {
	for name, want := range map[string]bool{
		"http.dns.start": true, "http.connect.10.0.0.7:443.done": true, "GotConn": true, "domainLookupStart": true,
		"Delayed LB pick complete": true, "exception": false, "Finding route": false, "": false,
	} {
		if got := Exemplified().NeedsEvent(name); got != want {
			t.Errorf("NeedsEvent(%q) = %v, want %v", name, got, want)
		}
	}
}

// What is kept makes signatures, and signatures are memory.
func TestAnAttributeThatNothingReadsIsNotKept(t *testing.T) {
	asked := map[string]bool{"error": true} // by which records of one span are compared
	for _, rule := range Exemplified().All() {
		for _, key := range rule.Match.Keys() {
			asked[key] = true
		}
	}
	for _, key := range semconv.OutcomeKeys() {
		if !asked[key] && !semconv.SaysOutcome(key) {
			t.Errorf("%s is kept, and neither a rule nor a cause reads it", key)
		}
	}
}

func TestAnAttributeIsKeptWholeIfOneRuleComparesItAndAlsoIfNotAsksForIt(t *testing.T) {
	looks, compares := Rule{Name: "a", Match: match.Matcher{Any: []match.Attr{{Key: "colour", Values: match.Globs{"*"}}}}}, Rule{Name: "b", Tier: TierKind, Match: match.Matcher{Attrs: []match.Attr{{Key: "colour", Values: match.Globs{"blue"}}}}}
	refuses := Rule{Name: "c", Tier: TierKind, Match: match.Matcher{Name: match.Globs{"x"}, Not: &compares.Match}}
	for want, rules := range map[semconv.ValueForm][]Rule{semconv.Present: {looks}, semconv.Whole: {looks, compares}, semconv.Dropped: {}} {
		if got := newRules(rules, nil, &NoRequests{}).Form("colour"); got != want {
			t.Errorf("%d rules: the form is %d, want %d", len(rules), got, want)
		}
	}
	if got := newRules([]Rule{looks, refuses}, nil, &NoRequests{}).Form("colour"); got != semconv.Whole {
		t.Errorf("inside of not: the form is %d", got)
	}
}
