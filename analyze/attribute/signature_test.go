package attribute

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// anySignature generates signatures that have much in common: keys that decide, that compare and
// that tell outcomes, of the span and of its resource, and numbers that clash.
func anySignature(t *rapid.T) *trace.Signature {
	resources := []trace.Attrs{nil, attrs(t, "resource"), attrs(t, "other resource")}
	return &trace.Signature{
		Service: rapid.SampledFrom([]string{"web", "cart", "redis"}).Draw(t, "service"),
		Scope:   rapid.SampledFrom([]string{"", "io.opentelemetry.jdbc"}).Draw(t, "scope"),
		Name:    rapid.SampledFrom([]string{"GET", "GET /cart/42", "getConnection"}).Draw(t, "name"),
		Kind:    trace.Kind(rapid.IntRange(0, 5).Draw(t, "kind")),
		Attrs:   attrs(t, "attribute"), Resource: rapid.SampledFrom(resources).Draw(t, "resource"),
		Number: uint32(rapid.IntRange(0, 3).Draw(t, "number")),
	}
}

func attrs(t *rapid.T, label string) (out trace.Attrs) {
	values := map[string][]string{
		"cloud.region": {"", "eu", "us"}, "tenant.id": {"1", "2", "3\x00"}, "host.name": {"a", "b"},
		"http.response.status_code": {"200", "302", "401", "503"}, "http.request.resend_count": {"0", "1"}, "rpc.grpc.status_code": {"0", "5", "14"},
		"http.route": {"/cart/{id}", "/"}, "db.system": {"redis", "mysql"}, "peer.service": {"cart"}, "rpc.system": {"", "grpc"},
	}
	for key, choice := range values {
		if rapid.Bool().Draw(t, label+" "+key) {
			out = append(out, trace.Attr{Key: key, Value: rapid.SampledFrom(choice).Draw(t, key)})
		}
	}
	return out.Sort()
}

// A spelled is what is known of a signature without the numbers that an Explainer gives.
type spelled struct {
	Decision           category.Decision
	Service, Operation string
	Identity           uint64
	Outcome            outcome
	Tags               map[Tag]bool
	Values             []string
	Journeys           []int
	Root               asRoot
}

func (e *Explainer) spell(sig *trace.Signature) spelled {
	m := e.of(sig)
	s := spelled{
		m.Decision, m.op.Service, m.op.Name, m.identity, m.outcome, map[Tag]bool{}, nil, m.journeys, *m.root(sig),
	}
	for _, tag := range append(e.Tags.Sets.AppendTo(nil, m.tags.origin), m.tags.own...) {
		s.Tags[e.Tags.All[tag]] = true
	}
	for _, v := range e.valuesOf(m) {
		s.Values = append(s.Values, e.Values.All[v])
	}
	return s
}

func TestWhatASignatureMeansDoesNotDependOnWhatWasAskedBefore(t *testing.T) {
	plan := &budget.Plan{Slices: budget.DefaultSlices, Journeys: []budget.Journey{{Root: match.Matcher{Service: match.Globs{"web"}}}}}
	rapid.Check(t, func(t *rapid.T) {
		e := NewPlanExplainer(category.BuiltIn(), plan)
		for range rapid.IntRange(1, 20).Draw(t, "signatures") {
			sig := anySignature(t)
			fresh := NewPlanExplainer(category.BuiltIn(), plan)
			if got, want := e.spell(sig), fresh.spell(sig); !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v\nmeans %+v\nafter others, and %+v to one who knows none", sig, got, want)
			}
			wantRules(t, e, sig)
			if rapid.Bool().Draw(t, "forget") {
				e.ForgetSignatures()
			}
		}
	})
}

// wantRules holds a meaning to what the rules and the attributes say themselves.
func wantRules(t *rapid.T, e *Explainer, sig *trace.Signature) {
	rules, got := e.Rules.Of(sig), e.spell(sig)
	rules.Why = ""
	if !reflect.DeepEqual(e.Work(sig), rules) || got.Operation != semconv.Operation(sig) || got.Root.route != semconv.Route(sig) {
		t.Fatalf("%+v\nis %+v, %s\nnot %+v, %s", sig, e.Work(sig), got.Operation, rules, semconv.Operation(sig))
	}
	tags := map[Tag]bool{}
	for key := range comparableKeys(e.Plan) {
		if v, ok := sig.Attr(key); ok && v != "" {
			tags[Tag{sig.Service, key, v}] = true
		}
	}
	if !reflect.DeepEqual(got.Tags, tags) {
		t.Fatalf("%+v\nhas tags %v, not %v", sig, got.Tags, tags)
	}
}
