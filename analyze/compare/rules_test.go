package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// side collects so many requests of each drawing, one a second.
func collected(t testing.TB, side uint64, requests ...drawnRequests) *analyze.Data {
	c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
	n := 0
	for _, r := range requests {
		for range r.n {
			n++
			spans := testkit.Draw(t, r.drawing)
			for i := range spans {
				s := &spans[i]
				s.Trace = trace.ID{Hi: side, Lo: uint64(n)}
				s.Start, s.End = s.Start.Add(time.Duration(n)*time.Second), s.End.Add(time.Duration(n)*time.Second)
			}
			c.Add(trace.Assemble(spans, trace.Options{}))
		}
	}
	return c.Data
}

type drawnRequests struct {
	n       int
	drawing string
}

const (
	pays = `
		buy server in=web           ====================
		  pay client in=web          ===`
	paysAndShips = `
		buy server in=web           ========================================
		  pay client in=web          ===
		  ship client in=web            =================
		    ship server in=shipping      ==============`
)

func TestAStructureIsKnownFromFiveRequestsOnEachSide(t *testing.T) {
	for ships, alone := range map[int]int{4: 4, 5: 0, 6: 0} {
		before := collected(t, 1, drawnRequests{30, pays}, drawnRequests{6, paysAndShips})
		after := collected(t, 2, drawnRequests{30, pays}, drawnRequests{ships, paysAndShips})
		s := Of(before, after, nil, Settings{Draws: 10}).Journeys[0].Support
		if s[1].Alone != alone || s[1].Fine != 30+ships-alone {
			t.Errorf("%d of a structure: %+v", ships, s)
		}
	}
}

func TestACallIsNewFromThreeRequestsAndOnePercentOn(t *testing.T) {
	for _, c := range []struct {
		ships, of int
		want      string
	}{
		{2, 30, "[]"}, {3, 30, "[web ship client 3/33]"}, {3, 300, "[]"}, {4, 300, "[web ship client 4/304]"},
	} {
		before := collected(t, 1, drawnRequests{30, pays})
		after := collected(t, 2, drawnRequests{c.of, pays}, drawnRequests{c.ships, paysAndShips})
		forth, back := Of(before, after, nil, Settings{Draws: 10}), Of(after, before, nil, Settings{Draws: 10})
		if got, gone := words(forth.Journeys[0].NewCalls), words(back.Journeys[0].GoneCalls); got != c.want || gone != c.want {
			t.Errorf("%d of %d: new %s, gone %s, want %s", c.ships, c.of+c.ships, got, gone, c.want)
		}
	}
}

func words(calls []Call) string {
	var all []string
	for _, c := range calls {
		name := strings.TrimPrefix(c.Does.Name, c.Does.Service+" ")
		all = append(all, fmt.Sprintf("%s %s %s %d/%d", c.Does.Service, name, c.Does.Kind, c.Requests, c.Of))
	}
	return "[" + strings.Join(all, " ") + "]"
}

func TestACallThatOnlyOneSideWaitsForIsNamed(t *testing.T) {
	const logs, logsLater = `
		buy server in=web           ====================
		  log internal in=web        ===`, `
		buy server in=web           ====================
		  log internal in=web                      ==========`
	r := Of(collected(t, 1, drawnRequests{30, logs}), collected(t, 2, drawnRequests{30, logsLater}), nil, Settings{Draws: 10}).Journeys[0].Rejudged
	if len(r) != 1 || r[0].Waited != [2]bool{true, false} || r[0].Async != [2]int{0, 30} || r[0].Of != [2]int{30, 30} {
		t.Errorf("%+v", r)
	}
}

func TestRowsAreProvenByHolm(t *testing.T) {

	row := func(d time.Duration) RowProof {
		return RowProof{Layer: d.String(), Parts: Parts{After: d, Slower: d}}
	}
	rows := func() []RowProof { return []RowProof{row(5 * ms), row(9 * ms), row(7 * ms), row(ms - 1)} }
	got := holm(rows(), []float64{0.03, 0.02, 0.016, 0}, ms)
	var proven []string
	for _, r := range got {
		if r.Proven {
			proven = append(proven, r.Layer)
		}
	}
	if len(got) != 3 || got[0].Layer != "9ms" || !slices.Equal(proven, []string{"9ms", "7ms", "5ms"}) {
		t.Errorf("%+v", got)
	}
	if got := holm(rows()[:3], []float64{0.04, 0.03, 0.016}, ms); !got[1].Proven || got[0].Proven || got[2].Proven {
		t.Errorf("the second of three at 3 %% is proven though a half of 5 %% is the limit: %+v", got)
	}
}

func TestAChangeOfEverythingIsNotProven(t *testing.T) {
	before, after := "\n\t\tbuy server in=web  ========================\n", "\n\t\tbuy server in=web  ================================================\n"
	for i := range 6 {
		before += fmt.Sprintf("\t\t  call%d client in=web %*s\n", i, 4*i+3, "===")
		after += fmt.Sprintf("\t\t  call%d client in=web %*s\n", i, 8*i+6, "======")
	}
	j := Of(collected(t, 1, drawnRequests{40, before}), collected(t, 2, drawnRequests{40, after}), nil, Settings{}).Journeys[0]
	if j.Said != Different || !j.Interval.Excludes() {
		t.Errorf("%v, %+v, %+v", j.Said, j.Interval, j.Spread)
	}
}
