package compare_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/compare"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// A kind is the spans of a request of one structure.
type kind []trace.Span

var buy = testkit.Signature("web", "buy", trace.Server)

// kinds generates the structures of a run.
func kinds(t *rapid.T) (all []kind) {
	for range rapid.IntRange(1, 3).Draw(t, "kinds") {
		spans := testkit.Spans().Draw(t, "spans")
		spans[0].Sig = &buy
		all = append(all, spans)
	}
	return all
}

// set generates the requests of one side: each a kind, more or less stretched.
func set(t *rapid.T, all []kind, side uint64) (run [][]trace.Span) {
	for i := range rapid.IntRange(1, 60).Draw(t, "requests") {
		of := all[rapid.IntRange(0, len(all)-1).Draw(t, "kind")]
		run = append(run, stretched(of, rapid.Int64Range(100, 300).Draw(t, "stretch"), trace.ID{Hi: side, Lo: uint64(i + 1)}, time.Duration(i)*time.Second))
	}
	return run
}

// stretched returns the spans of a request that takes so many hundredths as long.
func stretched(spans []trace.Span, hundredths int64, id trace.ID, later time.Duration) []trace.Span {
	out := slices.Clone(spans)
	for i := range out {
		s := &out[i]
		s.Trace = id
		s.Start = testkit.Epoch.Add(later + s.Start.Sub(testkit.Epoch)*time.Duration(hundredths)/100)
		s.End = testkit.Epoch.Add(later + s.End.Sub(testkit.Epoch)*time.Duration(hundredths)/100)
	}
	return out
}

func dataOf(run [][]trace.Span) *analyze.Data {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
	for _, spans := range run {
		c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
	}
	return c.Data
}

func difference(before, after [][]trace.Span) *compare.Result {
	return compare.Of(dataOf(before), dataOf(after), nil, compare.Settings{Draws: 50})
}

func everyChange(j *compare.Journey) []compare.Change {
	return append([]compare.Change{j.Headline}, j.Others...)
}

func TestPartsOfEveryChangeSumToTheNanosecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := kinds(t)
		for _, j := range difference(set(t, all, 1), set(t, all, 2)).Journeys {
			for _, c := range everyChange(&j) {
				var sum compare.Parts
				for _, cell := range c.Cells {
					if cell.Mix+cell.Slower != cell.After-cell.Before {
						t.Fatalf("%s of %s: %+v", c.Of, cell.Cell.Operation, cell.Parts)
					}
					sum.Before, sum.After, sum.Mix, sum.Slower = sum.Before+cell.Before, sum.After+cell.After, sum.Mix+cell.Mix, sum.Slower+cell.Slower
				}
				if sum != c.Parts {
					t.Fatalf("%s: cells sum to %+v, not %+v", c.Of, sum, c.Parts)
				}
			}
		}
	})
}

func TestEachSideIsWhatAReportSaysOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := kinds(t)
		before, after := set(t, all, 1), set(t, all, 2)
		was, is := dataOf(before).Result(nil, analyze.Settings{}), dataOf(after).Result(nil, analyze.Settings{})
		for _, j := range difference(before, after).Journeys {
			for _, c := range everyChange(&j) {
				if c.Of.Level == 0 || c.Of.Tail {
					continue
				}
				wantSame(t, was, &j, &c, func(p compare.Parts) time.Duration { return p.Before })
				wantSame(t, is, &j, &c, func(p compare.Parts) time.Duration { return p.After })
			}
		}
	})
}

func wantSame(t *rapid.T, r *analyze.Result, j *compare.Journey, c *compare.Change, side func(compare.Parts) time.Duration) {
	i := slices.IndexFunc(r.Journeys, func(o analyze.Journey) bool { return o.Name == j.Name })
	k := slices.IndexFunc(r.Journeys[i].Percentiles, func(a analyze.Attributed) bool { return a.Level == c.Of.Level })
	p := &r.Journeys[i].Percentiles[k]
	got := map[analyze.Cell]time.Duration{}
	for _, cell := range c.Cells {
		if at := side(cell.Parts); at != 0 {
			got[*cell.Cell] = at
		}
	}
	want := map[analyze.Cell]time.Duration{}
	for _, cell := range p.Cells {
		if cell.Time != 0 {
			want[*cell.Cell] = cell.Time
		}
	}
	if side(c.Parts) != p.Value || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s is %v of %v here, and %v of %v in the report", c.Of, side(c.Parts), got, p.Value, want)
	}
}

func TestExchangingTheSidesChangesSignsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := kinds(t)
		before, after := set(t, all, 1), set(t, all, 2)
		forth, back := difference(before, after), difference(after, before)
		for i := range forth.Journeys {
			j, k := &forth.Journeys[i], slices.IndexFunc(back.Journeys, func(o compare.Journey) bool { return o.Name == forth.Journeys[i].Name })
			for _, c := range everyChange(j) {
				for _, theirs := range everyChange(&back.Journeys[k]) {
					want := compare.Parts{Before: theirs.After, After: theirs.Before, Mix: -theirs.Mix, Slower: -theirs.Slower}
					if c.Of == theirs.Of && c.Parts != want {
						t.Fatalf("%s: %+v, and %+v the other way", c.Of, c.Parts, theirs.Parts)
					}
				}
			}
		}
	})
}

func TestNothingChangesFromASetToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := set(t, kinds(t), 1)
		for _, j := range difference(run, run).Journeys {
			if j.Said != compare.Unproven || len(j.NewCalls)+len(j.GoneCalls)+len(j.Rejudged) > 0 {
				t.Fatalf("%s: %v, new %v, gone %v, judged otherwise %v", j.Name, j.Said, j.NewCalls, j.GoneCalls, j.Rejudged)
			}
			for _, c := range everyChange(&j) {
				for _, cell := range c.Cells {
					if cell.Mix != 0 || cell.Slower != 0 {
						t.Fatalf("%s: %s changed by %+v", c.Of, cell.Cell.Operation, cell.Parts)
					}
				}
			}
		}
	})
}

func TestTheOrderOfRequestsChangesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := kinds(t)
		before, after := set(t, all, 1), set(t, all, 2)
		want := difference(before, after)
		slices.Reverse(before)
		slices.Reverse(after)
		if got := difference(before, after); !reflect.DeepEqual(got.Journeys, want.Journeys) {
			t.Fatalf("%+v\n%+v", got.Journeys, want.Journeys)
		}
	})
}

// Requests that are divided at random, whatever they take, are two structures of which neither is slower than the other.
// The interval of "other requests" is to hold nothing in 19 of 20 cases.
func TestDividingAStructureAtRandomMovesNothingToOtherRequests(t *testing.T) {
	const tries = 60
	outside := 0
	for seed := range uint64(tries) {
		r := rand.New(rand.NewPCG(seed, 5))
		j := &compare.Of(dataOf(divided(r, 1)), dataOf(divided(r, 1.2)), nil, compare.Settings{Draws: 200}).Journeys[0]
		if j.Support[0].Fine == 0 || j.Headline.Change() <= 0 {
			t.Fatalf("%+v", j.Headline)
		}
		if j.Mix.Excludes() {
			outside++
		}
	}
	t.Logf("the interval of other requests does not hold zero in %d of %d", outside, tries)
	if outside > tries/10 {
		t.Errorf("of %d structures that were divided at random %d moved to other requests", tries, outside)
	}
}

// divided makes 300 requests of lognormal length, of which about every other one has a call more that takes no time.
func divided(r *rand.Rand, slower float64) (run [][]trace.Span) {
	mark := testkit.Signature("web", "mark", trace.Internal)
	for i := range 300 {
		id, start := trace.ID{Hi: uint64(slower * 10), Lo: uint64(i + 1)}, testkit.Epoch.Add(time.Duration(i)*time.Second)
		took := time.Duration(slower * 50e6 * math.Exp(0.5*r.NormFloat64()))
		spans := []trace.Span{{Trace: id, ID: 1, Start: start, End: start.Add(took), Sig: &buy}}
		if r.IntN(2) == 0 {
			spans = append(spans, trace.Span{Trace: id, ID: 2, Parent: 1, Start: start, End: start, Sig: &mark})
		}
		run = append(run, spans)
	}
	return run
}
