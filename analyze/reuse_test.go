package analyze

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// signatures generates signatures that have much in common: keys that decide, that compare and
// that tell outcomes, of the span and of its resource, and numbers that clash.
func signatures(t *rapid.T) *trace.Signature {
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
		"http.response.status_code": {"200", "302", "401", "503"}, "http.request.resend_count": {"0", "1"},
		"http.route": {"/cart/{id}", "/"}, "db.system": {"redis", "mysql"}, "peer.service": {"cart"}, "rpc.system": {"", "grpc"},
	}
	for key, choice := range values {
		if rapid.Bool().Draw(t, label+" "+key) {
			out = append(out, trace.Attr{Key: key, Value: rapid.SampledFrom(choice).Draw(t, key)})
		}
	}
	return out.Sort()
}

// A spelledMeaning is a meaning without the numbers that an Explainer gives.
type spelledMeaning struct {
	Decision           category.Decision
	Service, Operation string
	Identity           uint64
	Outcome            outcome
	Tags               map[Tag]bool
	Values             []string
	Journeys           []int
	Root               asRoot
}

func (e *Explainer) spelled(sig *trace.Signature) spelledMeaning {
	m := e.of(sig)
	s := spelledMeaning{
		m.Decision, m.service, m.operation, m.identity, m.outcome, map[Tag]bool{}, nil, m.journeys, *m.root(sig),
	}
	for _, tag := range append(e.tags.sets.appendTo(nil, m.tags.place), m.tags.own...) {
		s.Tags[e.tags.all[tag]] = true
	}
	for _, v := range e.valuesOf(m) {
		s.Values = append(s.Values, e.values.all[v])
	}
	return s
}

func TestWhatASignatureMeansDoesNotDependOnWhatWasAskedBefore(t *testing.T) {
	plan := &budget.Plan{Slices: budget.DefaultSlices, Journeys: []budget.Journey{{Root: match.Matcher{Service: match.Globs{"web"}}}}}
	rapid.Check(t, func(t *rapid.T) {
		e := NewPlanExplainer(category.BuiltIn(), plan)
		for range rapid.IntRange(1, 20).Draw(t, "signatures") {
			sig := signatures(t)
			fresh := NewPlanExplainer(category.BuiltIn(), plan)
			if got, want := e.spelled(sig), fresh.spelled(sig); !reflect.DeepEqual(got, want) {
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
	rules, got := e.Rules.Of(sig), e.spelled(sig)
	rules.Why = ""
	if !reflect.DeepEqual(e.Work(sig), rules) || got.Operation != semconv.Operation(sig) || got.Root.route != semconv.Route(sig) {
		t.Fatalf("%+v\nis %+v, %s\nnot %+v, %s", sig, e.Work(sig), got.Operation, rules, semconv.Operation(sig))
	}
	tags := map[Tag]bool{}
	for key := range comparableKeys(e.plan) {
		if v, ok := sig.Attr(key); ok && v != "" {
			tags[Tag{sig.Service, key, v}] = true
		}
	}
	if !reflect.DeepEqual(got.Tags, tags) {
		t.Fatalf("%+v\nhas tags %v, not %v", sig, got.Tags, tags)
	}
}

func TestACollectorThatKeepsItsMemoryFindsWhatOneForEachTraceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := NewCollector(NewExplainer(category.BuiltIn(), nil), Options{})
		merged := NewCollector(NewExplainer(category.BuiltIn(), nil), Options{})
		for i := range rapid.IntRange(1, 12).Draw(t, "traces") {
			spans := testkit.Spans().Draw(t, "spans")
			for k := range spans {
				spans[k].Trace, spans[k].Sig.Number = trace.ID{Lo: uint64(i + 1)}, uint32(k%3)
			}
			if rapid.Bool().Draw(t, "forget") {
				kept.explain.ForgetSignatures()
			}
			kept.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
			one := NewCollector(NewExplainer(category.BuiltIn(), nil), Options{})
			one.Add(trace.Assemble(spans, trace.Options{}))
			merged.Merge(one)
		}
		want, got := merged.Result(Settings{}), kept.Result(Settings{})
		want.Ledger, got.Ledger = nil, nil
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("one collector %+v\none for each %+v", got, want)
		}
	})
}

func TestATraceLikeOthersAllocatesNextToNothing(t *testing.T) {
	tr := testkit.DrawTrace(t, `
		GET server            ======================
		  call client          ====   http.response.status_code=503
		  call client               =====
		  SELECT client                  ===  db.system=mysql
		  work                              ====`)
	c := NewCollector(NewExplainer(category.BuiltIn(), nil), Options{})
	if n := testing.AllocsPerRun(2000, func() { c.Add(tr) }); n > 0 {
		t.Errorf("%v allocations for each", n)
	}
	r := c.Result(Settings{})
	if r.Observations != 2001 || r.Journeys[0].Tail.Slow.Total != tr.Spans[0].Duration() {
		t.Errorf("%d observations of %v", r.Observations, r.Journeys[0].Tail.Slow.Total)
	}
}

func TestSmallSumsAreApportionedAsLargeOnesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "total"))
		parts := make([]sum, rapid.IntRange(1, 12).Draw(t, "parts"))
		whole := sum{}
		for i := range parts {
			parts[i].add(quantile.One, time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "time")))
			whole.plus(parts[i])
		}
		if whole == (sum{}) {
			t.Skip("nothing to apportion")
		}
		small, large := make([]time.Duration, len(parts)), make([]time.Duration, len(parts))
		apportionSmall(small, total, whole.lo, parts)
		apportionLarge(large, total, whole, parts)
		if !slices.Equal(small, large) {
			t.Fatalf("%v of %v: %v, in large integers %v", parts, total, small, large)
		}
	})
}

func TestTheChanceOfAtLeastKIsThatOfDrawingWithoutReturning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.IntRange(1, 40).Draw(t, "all")
		slow, tagged := rapid.IntRange(0, all).Draw(t, "slow"), rapid.IntRange(0, all).Draw(t, "tagged")
		k := rapid.IntRange(0, all).Draw(t, "k")
		ways := new(big.Int)
		for i := max(k, slow+tagged-all); i <= min(tagged, slow); i++ {
			way := new(big.Int).Binomial(int64(tagged), int64(i))
			ways.Add(ways, way.Mul(way, new(big.Int).Binomial(int64(all-tagged), int64(slow-i))))
		}
		want, _ := new(big.Rat).SetFrac(ways, new(big.Int).Binomial(int64(all), int64(slow))).Float64()
		if got := newChances(all, slow).atLeast(k, tagged); math.Abs(got-want) > 1e-9 {
			t.Fatalf("at least %d of %d slow ones of %d, %d marked: %v, want %v", k, slow, all, tagged, got, want)
		}
	})
}

func TestAListHasOneNumberAndIsFoundByIt(t *testing.T) {
	var l lists
	of := map[string]int32{}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Int32()).Draw(t, "list")
		n := l.number(list)
		if got := l.appendTo([]int32{7}, n); !slices.Equal(got[1:], list) {
			t.Fatalf("%v became %v", list, got[1:])
		}
		text := fmt.Sprint(list)
		if known, ok := of[text]; ok && known != n {
			t.Fatalf("%v has numbers %d and %d", list, known, n)
		}
		of[text] = n
	})
}

func TestASetOfHashesIsEmptyAfterEveryStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hashSet{now: rapid.SampledFrom([]uint32{0, 1<<32 - 3}).Draw(t, "rounds before")}
		for range 5 {
			hashes := rapid.SliceOfN(rapid.Uint64Range(0, 200), 0, 150).Draw(t, "hashes")
			s.start(len(hashes))
			met := map[uint64]bool{}
			for _, h := range hashes {
				if s.add(h) == met[h] {
					t.Fatalf("%d of %v is met: %v", h, hashes, met[h])
				}
				met[h] = true
			}
		}
	})
}

func TestMarksAreForgottenAtEveryStartAlsoWhenRoundsRunOut(t *testing.T) {
	m := marks{now: 1<<32 - 2}
	for range 4 {
		m.start()
		for _, n := range []int32{0, 5, 1000} {
			if !m.first(n) || m.first(n) {
				t.Fatalf("round %d: %d is not met once", m.now, n)
			}
		}
	}
}

func TestSpendingsStandWhereTheyWereKeptHoweverManyFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s spendings
		var sums tally
		var at []Observation
		var want []int
		for range rapid.IntRange(1, 40).Draw(t, "observations") {
			n := rapid.SampledFrom([]int{0, 1, 7, 200, blockSize, blockSize + 1}).Draw(t, "cells")
			sums.start()
			for cell := range n {
				sums.add(int32(cell), 1)
				sums.add(int32(cell), time.Duration(n))
			}
			at, want = append(at, Observation{spent: s.keep(&sums)}), append(want, n)
		}
		for i, n := range want {
			cells, times := s.of(&at[i])
			for k := range n {
				if len(cells) != n || cells[k] != int32(k) || times[k] != time.Duration(n+1) {
					t.Fatalf("observation %d of %d: %d cells, cell %d has %v", i, len(want), len(cells), k, times[k])
				}
			}
		}
	})
}
