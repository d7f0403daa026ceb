package replay_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
)

// someRequests generates a run with a request at least.
func someRequests(t *rapid.T) *replay.Run {
	run := recordedSpans(traces(t), nil)
	if len(run.Requests) == 0 {
		t.Skip("no requests")
	}
	return run
}

func mustTake(t *rapid.T, run *replay.Run, s *replay.Scenario) []time.Duration {
	took, err := run.Took(s, replay.Favourable)
	if err != nil {
		t.Fatal(err)
	}
	return took
}

// Without stations nobody waits for another request, so there is no anomaly that could make anything slower.
func TestASmallerPartNeverRaisesTheLatency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := someRequests(t)
		selector := replay.Selector{Text: "{*}", Names: run.AnyName()}
		from := rapid.Int64Range(0, 1_000_000).Draw(t, "from")
		to := rapid.Int64Range(0, from).Draw(t, "to")
		more := mustTake(t, run, run.Shrunk(selector, from))
		less := mustTake(t, run, run.Shrunk(selector, to))
		for i := range more {
			if less[i] > more[i] || more[i] > run.Requests[i].Duration {
				t.Fatalf("request %d took %v, with a share of %d %v, and of %d %v", i, run.Requests[i].Duration, from, more[i], to, less[i])
			}
		}
	})
}

func TestNoChangeOfCallsMakesARequestSlower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := someRequests(t)
		for _, c := range []replay.Change{
			{Kind: replay.Remove}, {Kind: replay.Cache, Share: 500_000}, {Kind: replay.Timeout, Limit: time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "limit"))},
			{Kind: replay.Hedge, Level: 5000}, {Kind: replay.Parallel},
		} {
			c.Of = []replay.Selector{{Text: "{*}", Names: run.AnyName()}}
			for i, took := range mustTake(t, run, &replay.Scenario{Changes: []replay.Change{c}}) {
				if was := run.Requests[i].Duration; took > was || took < 0 {
					t.Fatalf("%v: request %d takes %v, and took %v", c.Kind, i, took, was)
				}
			}
		}
	})
}

func TestACallThatIsRemovedSavesAtLeastAllOfItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := someRequests(t)
		of := []replay.Selector{{Text: "{*}", Names: run.AnyName()}}
		removed := mustTake(t, run, &replay.Scenario{Changes: []replay.Change{{Kind: replay.Remove, Of: of}}})
		without := mustTake(t, run, &replay.Scenario{Changes: []replay.Change{{Kind: replay.Timeout, Limit: 0, Of: of}}})
		for i := range removed {
			if removed[i] > without[i] {
				t.Fatalf("request %d takes %v without the call, and %v where it takes no time", i, removed[i], without[i])
			}
		}
	})
}

func TestCallsMadeAtOnceSaveNoMoreThanAllButTheLongest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := someRequests(t)
		s := &replay.Scenario{Changes: []replay.Change{{Kind: replay.Parallel, Of: []replay.Selector{{Text: "{*}", Names: run.AnyName()}}}}}
		for i, took := range mustTake(t, run, s) {
			if saved, most := run.Requests[i].Duration-took, run.MostSavedAtOnce(i, s); saved > most {
				t.Fatalf("request %d saves %v, and calls sum to %v without the longest ones", i, saved, most)
			}
		}
	})
}

// Orders of files, of spans and of workers.
func TestNothingDependsOnTheOrderOfReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := traces(t)
		if len(recordedSpans(all, nil).Requests) == 0 {
			t.Skip("no requests")
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		ask := func(all [][]trace.Span, workers int) []time.Duration {
			run := recordedBy(all, workers)
			run.FindStations()
			return mustTake(t, run, run.Shrunk(replay.Selector{Text: "{*}", Names: run.AnyName()}, 300_000))
		}
		want := ask(all, 1)
		other := slices.Clone(all)
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		for i := range other {
			other[i] = slices.Clone(other[i])
			r.Shuffle(len(other[i]), func(a, b int) { other[i][a], other[i][b] = other[i][b], other[i][a] })
		}
		if got := ask(other, 1+r.IntN(3)); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v, in another order %v", want, got)
		}
	})
}

// recordedBy shares traces out to workers, whose recorders merge.
func recordedBy(all [][]trace.Span, workers int) *replay.Run {
	var judged *attribute.Judgement
	for range 2 {
		var explainers []*attribute.Explainer
		var recorders []*replay.Recorder
		for range workers {
			e := attribute.NewExplainer(category.BuiltIn(), nil)
			e.Judging(judged)
			explainers, recorders = append(explainers, e), append(recorders, replay.NewRecorder(nil))
		}
		for i, spans := range all {
			w := i % workers
			recorders[w].Look(explainers[w].Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{}))
		}
		for w := 1; w < workers; w++ {
			recorders[0].Merge(recorders[w])
			explainers[0].Evidence.Merge(explainers[w].Evidence)
		}
		j := explainers[0].Evidence.Judge()
		if judged != nil || !explainers[0].Evidence.Contradicts(j) {
			return recorders[0].Run(j)
		}
		judged = j
	}
	return nil
}
