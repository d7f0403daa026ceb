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
