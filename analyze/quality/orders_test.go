package quality

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/quantile"
)

// What came right after work shows that it was waited for; where nothing did, only a link would.
func TestAnOrderThatNothingShowsIsPriced(t *testing.T) {
	for name, c := range map[string]struct {
		drawing string
		want    time.Duration
	}{
		"nothing came after the last": {`
			page server in=web      ==============================
			  ask internal in=web     ==========
			  log internal in=web       ==============
		`, 8 * ms},
		"the end came after it": {`
			page server in=web      ===================
			  ask internal in=web     ==========
			  log internal in=web       ================
		`, 0},
		"the next came after it": {`
			page server in=web      ==============================
			  ask internal in=web     ==========
			  log internal in=web       ==============
			  put internal in=web                     ==
		`, 0},
		"one after the other": {`
			page server in=web      ==============================
			  ask internal in=web     ====
			  log internal in=web          ==============
		`, 0},
		"as long as they are both of one kind, all are waited for": {`
			page server in=web      ==============================
			  log internal in=web     ==========
			  log internal in=web       ==============
		`, 0},
		"nobody waits for the other": {`
			page server in=web      ==============================
			  ask internal in=web     ==========                    follows
			  log internal in=web       ==============
		`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := surveyed(t, c.drawing).Orders
			if c.want == 0 {
				equal(t, got, []Order(nil))
				return
			}
			equal(t, got, []Order{{"web page", "web page", "web log", "web ask", 1, quantile.P50, c.want}})
		})
	}
}

func TestThePriceOfAnOrderIsWhatRequestsAroundThePercentileSpend(t *testing.T) {
	plain, doubtful := "page server in=web =========", `
		page server in=web      ==============================
		  ask internal in=web     ==========
		  log internal in=web       ==============
	`
	requests := func(slow int) []string {
		all := make([]string, 40)
		for i := range all {
			all[i] = plain
			if i < slow {
				all[i] = doubtful
			}
		}
		return all
	}
	if got := surveyed(t, requests(1)...).Orders; len(got) != 0 {
		t.Errorf("one slow request of 40 is said to be part of the p95: %+v", got)
	}
	got := surveyed(t, requests(4)...).Orders
	equal(t, got, []Order{{"web page", "web page", "web log", "web ask", 4, quantile.P95, 8 * ms}})
}

func TestSpansOfALoopAreNotAskedOneByOne(t *testing.T) {
	for kids, want := range map[int]int{mostBeside: 1, mostBeside + 1: 0} {
		drawing := "page server in=web       ====================\n"
		for range kids - 1 {
			drawing += "  ask internal in=web     ==========\n"
		}
		drawing += "  log internal in=web       ==========\n"
		if got := surveyed(t, drawing).Orders; len(got) != want {
			t.Errorf("of %d children %+v is said, want %d orders", kids, got, want)
		}
	}
}
