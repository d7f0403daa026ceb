package category

import (
	"slices"
	"testing"

	"github.com/longpole/longpole/trace/semconv"
)

func allNoRequests(t *testing.T) *NoRequests {
	t.Helper()
	all, err := loadNoRequests(noRequestsFile, false)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryKindOfNoRequestClaimsItsExamples(t *testing.T) {
	all := allNoRequests(t)
	for _, k := range all.Kinds() {
		for _, ex := range k.Examples {
			if got := all.Of(&ex.Sig); got == nil || got.Name != k.Name {
				t.Errorf("%s: example of line %d is %v", k.Name, ex.Line, got)
			}
		}
	}
}

func TestWhatLooksLikeNoRequestAndIsOneIsClaimedByNoKind(t *testing.T) {
	all := allNoRequests(t)
	for _, k := range all.Kinds() {
		for _, ex := range k.Not {
			if got := all.Of(&ex.Sig); got != nil {
				t.Errorf("%s: what looks alike in line %d is %s", k.Name, ex.Line, got.Name)
			}
		}
	}
}

func TestAttributesThatTellNoRequestsAreReadWhole(t *testing.T) {
	rules := BuiltIn()
	for _, k := range allNoRequests(t).Kinds() {
		for _, a := range slices.Concat(k.Match.Attrs, k.Match.Any) {
			if rules.Form(a.Key) != semconv.Whole {
				t.Errorf("%s asks for values of %s, which is read in form %d", k.Name, a.Key, rules.Form(a.Key))
			}
			if slices.Contains(semconv.ComparableKeys(), a.Key) {
				t.Errorf("%s asks for %s, which may be kept out of signatures", k.Name, a.Key)
			}
		}
	}
	if !rules.NeedsAttr("messaging.message.id") {
		t.Error("nothing keeps what says that a poll received something")
	}
}
