package load

import (
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/bounded"
	"github.com/longpole/longpole/trace"
)

var at = Instance{Service: "shop", ID: "1"}

// stays are some of many seconds; of few of them the request is kept.
func stays(t *rapid.T) (all []Stay) {
	for i := range rapid.IntRange(20, 60).Draw(t, "stays") {
		start := trace.Time(int64(i)*int64(300*time.Millisecond) + rapid.Int64Range(0, int64(time.Second)).Draw(t, "late")) // spread over many seconds
		took := time.Duration(rapid.IntRange(0, 30).Draw(t, "took")) * 100 * time.Millisecond
		all = append(all, Stay{
			Start: start, End: start.Add(took), Own: took, Trace: trace.ID{Lo: uint64(i + 1)}, Root: 1, Kept: rapid.IntRange(0, 4).Draw(t, "kept") == 0,
		})
	}
	return all
}

func crowdOf(all []Stay, l bounded.Limits) Crowd {
	var table Table
	addTo(&table, all, l)
	return crowdIn(&table, all, l)
}

func addTo(t *Table, all []Stay, l bounded.Limits) {
	for i := range all {
		t.At(at).Add(&all[i], l.Journey)
	}
}

func crowdIn(table *Table, all []Stay, l bounded.Limits) Crowd {
	kept := map[trace.ID]bool{}
	for i := range all {
		kept[all[i].Trace] = all[i].Kept
	}
	table.Forget(l, func(t trace.ID, _ trace.SpanID) bool { return kept[t] })
	return table.Crowd(at)
}

func TestStaysThatAreMeasuredMetAsManyAsAllStaysSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := append(stays(t), Stay{End: 1, Trace: trace.ID{Lo: 1000}, Root: 1, Kept: true})
		l := bounded.Limits{Journey: rapid.IntRange(1, 40).Draw(t, "limit"), All: math.MaxInt}
		met, whole, some := map[trace.ID]int{}, crowdOf(all, bounded.Limits{Journey: 1000, All: 1000}), crowdOf(all, l)
		for i := range whole.Stays {
			met[whole.Stays[i].Trace] = whole.Met[i]
		}
		others, asked := 0, 0
		for i := range some.Stays {
			s := &some.Stays[i]
			if some.Met[i] >= 0 && some.Met[i] != met[s.Trace] {
				t.Fatalf("%v met %d, want %d", s, some.Met[i], met[s.Trace])
			}
			if !s.Kept {
				others++
			} else {
				asked++
			}
		}
		want := 0
		for i := range all {
			if all[i].Kept {
				want++
			}
		}
		if others > l.Journey || asked != want || some.All != len(all) {
			t.Fatalf("%d stays of requests that are not kept, and %d of %d that are, with a limit of %d", others, asked, want, l.Journey)
		}
	})
}

func TestWhichStaysAreKeptDependsOnTheStaysAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := append(stays(t), Stay{End: 1, Trace: trace.ID{Lo: 1000}, Root: 1})
		l := bounded.Limits{Journey: rapid.IntRange(1, 20).Draw(t, "limit"), All: math.MaxInt}
		want := crowdOf(all, l)
		var parts [3]Table
		dealt := [3][]Stay{}
		for _, s := range rapid.Permutation(all).Draw(t, "order") {
			i := rapid.IntRange(0, 2).Draw(t, "part")
			dealt[i] = append(dealt[i], s)
		}
		for i := range parts {
			if addTo(&parts[i], dealt[i], l); rapid.Bool().Draw(t, "cut before") && len(dealt[i]) > 0 {
				crowdIn(&parts[i], dealt[i], l)
			}
		}
		for _, i := range rapid.Permutation([]int{1, 2}).Draw(t, "merged in order") {
			parts[0].Merge(&parts[i])
		}
		if got := crowdIn(&parts[0], all, l); !reflect.DeepEqual(want, got) {
			t.Fatalf("at once %+v\nmerged %+v", want, got)
		}
	})
}
