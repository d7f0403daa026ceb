package cost_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/cost"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
)

func costOf(t *testing.T, drawings ...string) *cost.Tally {
	t.Helper()
	e := attribute.NewExplainer(category.BuiltIn(), nil)
	all := cost.NewTally()
	for _, d := range drawings {
		one := cost.NewTally()
		one.Look(e.Read(testkit.DrawTrace(t, d), attribute.Options{}))
		all.Merge(one)
	}
	return all
}

func service(t *testing.T, all *cost.Tally, name string) cost.Service {
	t.Helper()
	for _, s := range all.Services() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("nothing of %s", name)
	return cost.Service{}
}

func TestWhatAServiceIsOccupiedWithIsToldFromWhatItDoesItself(t *testing.T) {
	all := costOf(t, `
		GET server in=web           ====================
		  POST client in=web          ==============
		    POST server in=pay         ===========
		  count internal in=web                       ==`)
	web, pay := service(t, all, "web"), service(t, all, "pay")
	if web.Occupied != 20*time.Millisecond || web.Busy != 6*time.Millisecond || web.Spans != 1 {
		t.Errorf("web %+v", web)
	}
	if pay.Occupied != 11*time.Millisecond || pay.Busy != pay.Occupied {
		t.Errorf("pay %+v", pay)
	}
	if got := all.Per1000(pay.Occupied); got != 11*time.Second {
		t.Errorf("%s for a thousand", got)
	}
}

func TestTimeAfterTheCallerGaveUpIsAbandoned(t *testing.T) {
	pay := service(t, costOf(t, `
		GET server in=web host=h           ====================
		  POST client in=web host=h failed   ======
		    POST server in=pay host=g         ===============`), "pay")
	if pay.Abandoned != 10*time.Millisecond {
		t.Errorf("abandoned %s of %s", pay.Abandoned, pay.Occupied)
	}
}

func TestAttemptsThatFailedAreWasted(t *testing.T) {
	pay := service(t, costOf(t, `
		GET server in=web                                   ====================
		  POST client in=web http.method=POST failed          ======
		    POST server in=pay failed                          ====
		  POST client in=web http.method=POST                         ======
		    POST server in=pay                                         ====`), "pay")
	if pay.Failed != 4*time.Millisecond || pay.Occupied != 8*time.Millisecond {
		t.Errorf("failed %s of %s", pay.Failed, pay.Occupied)
	}
}

const bought = `
	GET server in=web                                   ====================
	  POST client in=web http.method=POST failed          ======
	    POST server in=pay failed                          ====
	  POST client in=web http.method=POST                         ======
	    POST server in=pay                                         ====`

func TestCallsAreCountedForEachRequestThatMakesThem(t *testing.T) {
	all := costOf(t, bought, bought, `
		GET server in=web   ====`).Edges()
	if len(all) != 1 || all[0].Call != (cost.Call{Caller: "web", Callee: "pay"}) || all[0].Calls != 4 || all[0].Requests != 2 || all[0].Repeats != 2 {
		t.Errorf("%+v", all)
	}
}

func TestWhatAJourneyHoldsIsThatOfAllBelowItsRequests(t *testing.T) {
	all := costOf(t, bought, bought).Journeys()
	if len(all) != 1 || all[0].Requests != 2 {
		t.Fatalf("%+v", all)
	}
	sum, most := all[0].Sum(), all[0].Most()
	if sum.Occupied != 28*time.Second || sum.Failed != 4*time.Second || most.Name != "web" || most.Occupied != 20*time.Second {
		t.Errorf("1,000 hold %+v, most of it %+v", sum, most)
	}
}

func TestATraceThatEntersNoServiceIsNoRequest(t *testing.T) {
	all := costOf(t, bought, `
		dial client in=web db.system=redis   ====`)
	if got := all.Per1000(service(t, all, "web").Occupied); all.Traces != 1 || got != 20*time.Second {
		t.Errorf("%d traces, %s for a thousand", all.Traces, got)
	}
}

func TestAnInstanceWithMoreThanItsShareIsTold(t *testing.T) {
	quick, slow := `
		GET server in=web service.instance.id=a   ====`, `
		GET server in=web service.instance.id=b   ============`
	all := costOf(t, quick, slow, quick, `
		GET server in=pay service.instance.id=c   ====`).Skewed()
	if len(all) != 0 { // 12 of 20 ms are less than three quarters
		t.Errorf("%+v", all)
	}
	all = costOf(t, quick, slow).Skewed()
	if len(all) != 1 || all[0].ID != "b" || all[0].Others != 1 || all[0].Spans != 1 || all[0].Occupied != 12*time.Millisecond || all[0].Of.Occupied != 16*time.Millisecond {
		t.Errorf("%+v", all)
	}
}
