package budget

import "testing"

func TestAttributesAreKeptInTheShapeInWhichTheyAreAskedFor(t *testing.T) {
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
		shape := Exemplified().Shape(key)
		got := shape.Of(want[0])
		if got != want[1] || shape.Of(got) != got {
			t.Errorf("%s: %q becomes %q and then %q, want %q", key, want[0], got, shape.Of(got), want[1])
		}
	}
}

func TestTheShapeOfAnAttributeDoesNotChangeTheDecision(t *testing.T) {
	r := Exemplified()
	for _, rule := range r.All() {
		for _, ex := range rule.Examples {
			before := r.Of(&ex.Sig)
			for i, a := range ex.Sig.Attrs {
				ex.Sig.Attrs[i].Value = r.Shape(a.Key).Of(a.Value)
			}
			if after := r.Of(&ex.Sig); after.Rule != before.Rule || after.Peer != before.Peer {
				t.Errorf("%s: %s by %s becomes %s by %s", rule.Name, before.Peer, before.Rule, after.Peer, after.Rule)
			}
		}
	}
}

func TestWhatAPlanAsksForIsKeptWhole(t *testing.T) {
	r := Exemplified().With("favourite.colour", "cache.key")
	if !r.NeedsAttr("favourite.colour") || r.Shape("cache.key") != Whole || Exemplified().NeedsAttr("favourite.colour") {
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

func TestAnAttributeIsKeptWholeIfOneRuleComparesItAndAlsoIfNotAsksForIt(t *testing.T) {
	looks, compares := Rule{Name: "a", Match: Matcher{Any: []AttrMatch{{"colour", Globs{"*"}}}}}, Rule{Name: "b", Tier: TierKind, Match: Matcher{Attrs: []AttrMatch{{"colour", Globs{"blue"}}}}}
	refuses := Rule{Name: "c", Tier: TierKind, Match: Matcher{Name: Globs{"x"}, Not: &compares.Match}}
	for want, rules := range map[Shape][]Rule{Present: {looks}, Whole: {looks, compares}, Dropped: {}} {
		if got := newRules(rules, nil, &NoRequests{}).Shape("colour"); got != want {
			t.Errorf("%d rules: the shape is %d, want %d", len(rules), got, want)
		}
	}
	if got := newRules([]Rule{looks, refuses}, nil, &NoRequests{}).Shape("colour"); got != Whole {
		t.Errorf("inside of not: the shape is %d", got)
	}
}

func TestOnlyAttributesByWhichRequestsAreComparedStandApart(t *testing.T) {
	plan := &Plan{
		Journeys: []Journey{{Root: Matcher{Attrs: []AttrMatch{{"cloud.region", Globs{"eu"}}}}}},
		Slices:   []SliceBy{{"tier", []string{"shop.tier"}}, {"store", []string{"db.system"}}, {"status", []string{"http.status_code"}}},
	}
	for key, want := range map[string][2]bool{ // of no plan, of that one
		"tenant.id": {true, true}, "cloud.region": {true, false}, "shop.tier": {false, true},
		"db.system": {false, false}, "http.status_code": {false, false},
	} {
		if got := [2]bool{BuiltIn().Apart(nil)(key), BuiltIn().Apart(plan)(key)}; got != want {
			t.Errorf("%s stands apart: %v, want %v", key, got, want)
		}
	}
}
