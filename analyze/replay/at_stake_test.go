package replay_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/detect"
	"github.com/longpole/longpole/analyze/replay"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// weighed returns what is wrong with sixty requests of one drawing and ten of another, by replay.
func weighed(t *testing.T, usual, slow, noQueues string) []*detect.Finding {
	t.Helper()
	o := attribute.Options{Findings: true}
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	c, recorder := analyze.NewCollector(e, o), replay.NewRecorder(nil)
	for i := range 70 {
		drawing := usual
		if i >= 60 {
			drawing = slow
		}
		spans := testkit.Draw(t, drawing)
		for k := range spans {
			spans[k].Trace = trace.ID{Hi: 7, Lo: uint64(i + 1)}
			spans[k].Start, spans[k].End = spans[k].Start.Add(time.Duration(i)*time.Second), spans[k].End.Add(time.Duration(i)*time.Second)
		}
		r := e.Read(trace.Assemble(spans, trace.Options{}), o)
		c.Look(r)
		recorder.Look(r)
	}
	res := c.Data.Result(nil, analyze.Settings{})
	run := recorder.Run(c.Data.Evidence().Judge())
	run.Journeys(c.Data, res)
	run.Weigh(res, noQueues)
	return res.Findings
}

func found(t *testing.T, all []*detect.Finding, id string) *detect.Finding {
	t.Helper()
	at := slices.IndexFunc(all, func(f *detect.Finding) bool { return f.ID == id })
	if at < 0 || all[at].Replay == nil {
		t.Fatalf("no %s that was replayed", id)
	}
	return all[at]
}

const (
	told = `
		GET_/page server in=web   ====================
		  POST client in=web       ==========                      http.method=POST peer.service=pay`
	// Without the audit it would still wait for ship.
	audited = `
		GET_/page server in=web   ============================================================
		  POST client in=web       ==========                                                    http.method=POST peer.service=pay
		  POST client in=web                  ========================================           http.method=POST peer.service=audit
		  GET client in=web                   ==============================                     http.method=GET peer.service=ship`
)

func TestAFindingIsWorthWhatRequestsWouldTakeWithoutIt(t *testing.T) {
	f := found(t, weighed(t, told, audited, ""), "LP019")
	if f.Replay.Bound != 40*ms || f.Stake != 10*ms || f.Typical != 0 || f.Slow != 10*ms {
		t.Errorf("at most %s, %s by replay, %s of typical requests (%+v)", f.Replay.Bound, f.Stake, f.Typical, f.Replay)
	}
	if f.Replay.Before != 60*ms || f.Replay.After != 50*ms || !slices.Equal(f.Replay.Changes, []string{"--remove {web -> audit, web POST}"}) {
		t.Errorf("%+v", f.Replay)
	}
}

func TestWhatIsWorthMostByReplayIsFirst(t *testing.T) {
	const and = `
		GET_/page server in=web   ==========================================================================================
		  POST client in=web       ========================================                                                    http.method=POST peer.service=pay
		    http.dns internal in=web ==============================
		  POST client in=web                                                ========================================           http.method=POST peer.service=audit
		  GET client in=web                                                 ==============================                     http.method=GET peer.service=ship`
	all := weighed(t, told, and, "")
	dns, audit := found(t, all, "LP017"), found(t, all, "LP019")
	if all[0] != dns || dns.Replay.Bound != 30*ms || audit.Replay.Bound != 40*ms || dns.Stake != 30*ms || audit.Stake != 10*ms {
		t.Errorf("first is %s; names %s of %s, audit %s of %s", all[0].ID, dns.Stake, dns.Replay.Bound, audit.Stake, audit.Replay.Bound)
	}
}

const (
	turn     = "GET_/page server in=web   ==========\n  pool.acquire client in=web ==        db.system=postgresql\n  select client in=web         ======  db.system=postgresql db.statement=select_1"
	longTurn = "GET_/page server in=web   ==================================================\n  pool.acquire client in=web ==========================================       db.system=postgresql\n  select client in=web                                                 ====== db.system=postgresql db.statement=select_1"
)

func TestWhatCannotBeReplayedKeepsItsBoundAndSaysWhy(t *testing.T) {
	for noQueues, why := range map[string]string{"": "no station is found there", "the traces are a sample": "the traces are a sample"} {
		f := found(t, weighed(t, turn, longTurn, noQueues), "LP012")
		if f.Replay.Why != why || f.Stake != f.Replay.Bound || f.Stake == 0 || f.Replay.Changes != nil {
			t.Errorf("%s: %+v", f.Stake, f.Replay)
		}
	}
}

func TestTimeOfCallsIsThatOfAllBelowThem(t *testing.T) {
	const drawing = `
		order server in=web            ==============================
		  pay client in=web             ====================           peer.service=pay
		    POST server in=pay           ==================
		  ship client in=web                                ======     peer.service=dock`
	for change, want := range map[string]time.Duration{
		"set calls{web -> pay}=50%":      20 * ms,
		"set calls{web -> pay}=0":        10 * ms,
		"set {web -> pay}=50%":           29 * ms, // only what is between the two
		"set calls{web -> pay, pay}=5ms": 15 * ms,
	} {
		if got := took(t, drawing, change); got != want {
			t.Errorf("%s: %s, not %s", change, got, want)
		}
	}
}

// Each detector has a what-if that can be written whatever the names are, but where it is about a station.
func TestEveryWhatIfOfADetectorCanBeAskedFor(t *testing.T) {
	for _, d := range detect.Detectors {
		f := &detect.Finding{Detector: d, Subject: detect.Subject{Service: "a{b}", Callee: "c,d=e", Operation: "GET /{id}*"}}
		if len(d.WhatIf) == 0 && !d.OfPages {
			t.Errorf("%s has none", d.ID)
		}
		for _, whatIf := range d.WhatIf {
			for _, text := range f.Changes(whatIf, "a pool", 2) {
				kind, value, _ := strings.Cut(text, " ")
				if _, known := kinds[kind]; !known {
					t.Fatalf("%s: %q", d.ID, text)
				}
				if _, err := replay.ParseChange(kinds[kind], value, func(key string) []string { return []string{key} }); err != nil {
					t.Errorf("%s: %v", d.ID, err)
				}
			}
			if f.Changes([]string{"servers STATION=MORE"}, "", 0) != nil {
				t.Error("without a station there is something to change")
			}
		}
	}
}
