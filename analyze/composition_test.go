package analyze_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
	"github.com/longpole/longpole/trace"
)

// byLayer writes shares of layers as "layer ms".
func byLayer(shares []analyze.Share) (out []string) {
	for _, s := range shares {
		out = append(out, fmt.Sprintf("%s %.2f", s.Name, float64(s.Time)/1e6))
	}
	return out
}

func wantShares(t *testing.T, what string, got []analyze.Share, want ...string) {
	t.Helper()
	if g := byLayer(got); !slices.Equal(g, want) {
		t.Errorf("%s is %v, want %v", what, g, want)
	}
}

const (
	plain   = "root server ==========\n  work     ===="
	reading = "root server ==========\n  select client ==== db.system=mysql"
	slowly  = "root server ====================\n  work     ===="
)

func TestACompositionIsOfTheRequestsThatTracesStandFor(t *testing.T) {
	all := drawnTimes(t, drawnTimes(t, nil, 1, plain), 1, "root server ====================\n  select client ========== db.system=mysql")
	for i, th := range []uint64{3 << 54, 0} { // four requests, and one
		all[i][0].Flags, all[i][0].Threshold = trace.Sampled, th
	}
	j := collected(all).Result(analyze.Settings{Tail: quantile.P50}).Journeys[0]
	if j.Tail.Slow.Total != 12*msec || j.Mean != 12*msec {
		t.Errorf("the mean of four times 10 ms and 20 ms is %v, %v", j.Tail.Slow.Total, j.Mean)
	}
	wantShares(t, "the whole", j.Tail.Slow.By(analyze.ByLayer), "app 10.00", "db 2.00")
	wantShares(t, "the median", j.Percentiles[0].By(analyze.ByLayer), "app 8.33", "db 1.67")
}

func TestWhatOnlyTypicalRequestsSpendIsTakenFromTheExcess(t *testing.T) {
	all := drawnTimes(t, drawnTimes(t, nil, 90, reading), 10, slowly)
	tail := collected(all).Result(analyze.Settings{Tail: 9100}).Journeys[0].Tail
	wantShares(t, "the excess", tail.By(analyze.ByLayer), "app 14.00", "db -4.00")
}

func TestThirtyRequestsAroundAPercentileSpeakForItAndTheMiddleFifthIsTypical(t *testing.T) {
	all := lasting(100, 10*msec)
	for i := range all {
		all[i][0].End = all[i][0].End.Add(time.Duration(i))
	}
	j := collected(all).Result(analyze.Settings{}).Journeys[0]
	for i, want := range []int{31, 21, 17} { // of p95 and p99 those above are fewer than half of thirty
		if got := j.Percentiles[i].Observations; got != want {
			t.Errorf("%d requests speak for %v, want %d", got, j.Percentiles[i].Level, want)
		}
	}
	if j.Tail.Typical.Observations != 21 || j.Tail.Slow.Observations != 11 {
		t.Errorf("%d are typical and %d slow, want 21 and 11", j.Tail.Typical.Observations, j.Tail.Slow.Observations)
	}
}

func TestTheExampleOfTheTailIsLikeMostOfItAndNotTheSlowest(t *testing.T) {
	all := drawnTimes(t, drawnTimes(t, nil, 280, plain), 30, slowly)
	all = drawnTimes(t, all, 1, "root server =====================\n  select client ==================== db.system=mysql")
	got := map[string]time.Duration{}
	for _, e := range collected(all).Result(analyze.Settings{}).Journeys[0].Exemplars {
		got[e.Why] = e.Duration / msec
	}
	if fmt.Sprint(got) != "map[slowest:21ns tail:20ns typical:10ns]" {
		t.Errorf("exemplars last %v", got)
	}
}

func TestARowHoldsAllRequestsAndCountsThoseThatHaveAnyOfIt(t *testing.T) {
	all := drawnTimes(t, drawnTimes(t, nil, 2, plain), 1, `
		root server      ==========
		  select client   ===        db.system=mysql
		  insert client      ====    db.system=mysql`)
	rows := collected(all).Result(analyze.Settings{}).Journeys[0].Rows.Layer
	db := rows[slices.IndexFunc(rows, func(r analyze.Row) bool { return r.Name == "db" })]
	if db.Present != 1 || db.Percentiles[0].Value != 0 || db.Percentiles[1].Value != 7*msec {
		t.Errorf("%+v", db)
	}
}

func TestOperationsAreCountedByTheRequest(t *testing.T) {
	all := drawnTimes(t, nil, 30, "root server ====================\n  select client  ==  db.system=mysql\n  select client     ==  db.system=mysql\n  select client        ==  db.system=mysql")
	all = drawnTimes(t, all, 5, "root server ==============================\n  select client  ==============  db.system=mysql\n  select client                  ==  db.system=mysql")
	j := collected(all).Result(analyze.Settings{}).Journeys[0]
	got := fmt.Sprint(j.Calls)
	if want := "[{app root 100 100} {app select 300 200}]"; got != want {
		t.Errorf("operations run %s, want %s", got, want)
	}
}

func TestASpanRunsOnceThoughItsTimeIsOfTwoKinds(t *testing.T) {
	j := collected(drawnTimes(t, nil, 30, `
		root server ============
		  a client   ======       peer.service=a
		  b client     ========   peer.service=b`)).Result(analyze.Settings{}).Journeys[0]
	ran := map[string]int{}
	for _, c := range j.Calls {
		ran[c.Operation] = c.Slow
	}
	if ran["app root"] != 100 || ran["app b"] != 100 {
		t.Errorf("in hundredths operations run %v: b, beside a and alone, and root, before and after, run once", ran)
	}
}
