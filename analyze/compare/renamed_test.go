package compare

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
)

const (
	search = `
		search server in=web        ==========
		  find client in=web         ====
		    find server in=index     ===`
	lists = `
		list server in=web          ==========
		  rows client in=web         ====`
	ping = `
		ping server in=web          =`
)

// by is a drawing under another name of its root.
func by(name, drawing string) string {
	for _, old := range []string{"buy", "search", "list", "ping"} {
		if head := old + " server in=web"; strings.Contains(drawing, head) {
			return strings.Replace(drawing, head, name+" server in=web", 1)
		}
	}
	return drawing
}

func TestAJourneyThatIsGoneIsKnownByItsCallsUnderItsNewName(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after []drawnRequests
		want          string // the new name with the old one
		gone, fresh   int
	}{
		{"another name", []drawnRequests{{20, paysAndShips}, {9, search}}, []drawnRequests{{20, by("order", paysAndShips)}, {9, search}}, "web order was web buy", 0, 0},
		{"two other names", []drawnRequests{{20, paysAndShips}, {9, search}}, []drawnRequests{{20, by("order", paysAndShips)}, {9, by("find", search)}}, "web find was web search, web order was web buy", 0, 0},
		{"8 of 10 are alike", []drawnRequests{{10, paysAndShips}}, []drawnRequests{{8, by("order", paysAndShips)}, {2, by("order", lists)}}, "web order was web buy", 0, 0},
		{"7 of 10 are alike", []drawnRequests{{10, paysAndShips}}, []drawnRequests{{7, by("order", paysAndShips)}, {3, by("order", lists)}}, "", 1, 1},
		{"5 requests", []drawnRequests{{5, paysAndShips}}, []drawnRequests{{5, by("order", paysAndShips)}}, "web order was web buy", 0, 0},
		{"4 requests", []drawnRequests{{5, paysAndShips}}, []drawnRequests{{4, by("order", paysAndShips)}}, "", 1, 1},
		{"other calls", []drawnRequests{{20, paysAndShips}}, []drawnRequests{{20, by("order", search)}}, "", 1, 1},
		{"no calls", []drawnRequests{{20, ping}}, []drawnRequests{{20, by("pong", ping)}}, "", 1, 1},
		{"two that are new do the same", []drawnRequests{{20, search}}, []drawnRequests{{20, by("find", search)}, {20, by("seek", search)}}, "", 1, 2},
		{"two that are gone did the same", []drawnRequests{{20, search}, {20, by("find", search)}}, []drawnRequests{{20, by("seek", search)}}, "", 2, 1},
		{"one that is still there does the same", []drawnRequests{{20, search}, {20, by("find", search)}}, []drawnRequests{{20, search}, {20, by("seek", search)}}, "", 1, 1},
		{"half of a third do the same", []drawnRequests{{20, search}, {10, by("find", search)}, {10, by("find", lists)}}, []drawnRequests{{20, by("seek", search)}, {10, by("find", search)}, {10, by("find", lists)}}, "web seek was web search", 0, 0},
		{"more than half of a third do the same", []drawnRequests{{20, search}, {11, by("find", search)}, {9, by("find", lists)}}, []drawnRequests{{20, by("seek", search)}, {11, by("find", search)}, {9, by("find", lists)}}, "", 1, 1},
	} {
		r := Of(collected(t, 1, c.before...), collected(t, 2, c.after...), nil, Settings{Draws: 10})
		if got := namesOf(r); got != c.want || len(r.Gone) != c.gone || len(r.New) != c.fresh {
			t.Errorf("%s: %q, %d gone, %d new", c.name, got, len(r.Gone), len(r.New))
		}
	}
}

func namesOf(r *Result) string {
	var all []string
	for i := range r.Journeys {
		if j := &r.Journeys[i]; j.Was != "" {
			all = append(all, j.Name+" was "+j.Was)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// Where a caller names the route, too, the calls below it have another path, and only who did what is left.
func TestANameThatCallersKnowIsFoundByTheServicesBelow(t *testing.T) {
	const called = `
		ask client in=load            ============
		  ROUTE server in=web          ==========
		    find client in=web          ====
		      find server in=index      ===`
	of := func(route string) string {
		return strings.ReplaceAll(strings.Replace(called, "ask client", "ask-"+route+" client", 1), "ROUTE", route)
	}
	r := Of(collected(t, 1, drawnRequests{20, of("search")}), collected(t, 2, drawnRequests{20, of("seek")}), nil, Settings{Draws: 10})
	if got := namesOf(r); got != "load ask-seek was load ask-search" {
		t.Errorf("%q, %+v, %+v", got, r.New, r.Gone)
	}
}

func TestAJourneyByAnotherNameChangesAsItWouldByItsOwn(t *testing.T) {
	tb := t
	testkit.Check(t, 10, func(t *rapid.T) {
		n := rapid.SliceOfN(rapid.IntRange(5, 30), 3, 3).Draw(t, "requests")
		before := collected(tb, 1, drawnRequests{n[0], paysAndShips})
		own := Of(before, collected(tb, 2, drawnRequests{n[1], paysAndShips}, drawnRequests{n[2] / 8, pays}), nil, Settings{Draws: 10})
		other := Of(before, collected(tb, 2, drawnRequests{n[1], by("order", paysAndShips)}, drawnRequests{n[2] / 8, by("order", pays)}), nil, Settings{Draws: 10})
		if len(other.Journeys) == 0 {
			if n[1]*5 >= (n[1]+n[2]/8)*4 {
				t.Fatalf("%v: not known again", n)
			}
			return
		}
		a, b := &own.Journeys[0], &other.Journeys[0]
		mix := (a.Headline.Mix - b.Headline.Mix).Abs() // the root's own time is two cells, and each has an odd nanosecond
		if a.Headline.Before != b.Headline.Before || a.Headline.After != b.Headline.After || mix > 2 || a.Said != b.Said || a.Support != b.Support {
			t.Fatalf("%+v %v, and by another name %+v %v", a.Headline.Parts, a.Support, b.Headline.Parts, b.Support)
		}
	})
}
