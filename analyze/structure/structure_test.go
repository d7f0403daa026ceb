package structure

import (
	"reflect"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// stepsOf returns what a drawn request did.
func stepsOf(t testing.TB, drawing string) []attribute.Step {
	tr := testkit.DrawTrace(t, drawing)
	r := attribute.NewExplainer(category.BuiltIn(), nil).Read(trace.Assemble(tr.Spans, trace.Options{}), attribute.Options{})
	return append([]attribute.Step(nil), r.Steps(r.Requests[0].Root)...)
}

// prints returns the fingerprints of drawn requests of one run.
func prints(t testing.TB, drawings ...string) (all []Fingerprint) {
	var table Table
	var structures []uint64
	for _, d := range drawings {
		structures = append(structures, table.Add(stepsOf(t, d)))
	}
	prints := table.Fingerprints()
	for _, s := range structures {
		all = append(all, prints[s])
	}
	return all
}

const (
	once = `
		buy server in=web           ====================
		  pay client in=web          ===`
	twice = once + `
		  pay client in=web              ===`
	thrice = twice + `
		  pay client in=web                  ===`
	fourTimes = thrice + `
		  pay client in=web                      ==`
)

func TestRequestsHaveOneStructureIfTheyMadeTheSameCallsAsOften(t *testing.T) {
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"the same call at another time", once, `
		buy server in=web           ====================
		  pay client in=web                   ========`, true},
		{"once and twice", once, twice, false},
		{"twice and three times", twice, thrice, true},
		{"three and four times", thrice, fourTimes, false},
		{"another callee", once, `
		buy server in=web           ====================
		  ship client in=web         ===`, false},
		{"a call below the call", once, once + `
		    pay server in=payment     =`, false},
	} {
		if p := prints(t, c.a, c.b); (p[0].Fine == p[1].Fine) != c.same {
			t.Errorf("%s: %v", c.name, p)
		}
	}
}

const (
	waited = `
		buy server in=web           ====================
		  log internal in=web        ===`
	unwaited = `
		buy server in=web           ====================
		  log internal in=web                      ==========`
)

func TestACallThatIsNotWaitedForMakesAnotherStructure(t *testing.T) {
	a, b := prints(t, waited)[0], prints(t, unwaited)[0]
	if a.Fine == b.Fine || a.Skeleton != b.Skeleton || a.Coarse == b.Coarse { // an INTERNAL span is in no skeleton
		t.Errorf("%v and %v", a, b)
	}
}

func TestMostRequestsSayWhetherACallIsWaitedFor(t *testing.T) {
	all := prints(t, waited, waited, unwaited)
	if alone := prints(t, waited)[0]; all[0] != alone || all[2] != alone {
		t.Errorf("%v, alone %v", all, alone)
	}
	all = prints(t, waited, unwaited, unwaited)
	if alone := prints(t, unwaited)[0]; all[0] != alone || all[2] != alone {
		t.Errorf("%v, alone %v", all, alone)
	}
}

func TestTheSkeletonDoesNotKnowInternalSpans(t *testing.T) {
	p := prints(t, once, `
		buy server in=web           ====================
		  step internal in=web       =======
		    pay client in=web        ===`)
	if p[0].Fine == p[1].Fine || p[0].Skeleton != p[1].Skeleton || p[0].Coarse == p[1].Coarse {
		t.Errorf("%v", p)
	}
}

func TestTablesThatMergeAreTheTableOfAll(t *testing.T) {
	drawings := []string{once, twice, waited, unwaited, unwaited, fourTimes, once}
	var all, some, others Table
	for i, d := range drawings {
		all.Add(stepsOf(t, d))
		if i%2 == 0 {
			some.Add(stepsOf(t, d))
		} else {
			others.Add(stepsOf(t, d))
		}
	}
	some.Merge(&others)
	if !reflect.DeepEqual(some.Paths(), all.Paths()) || !reflect.DeepEqual(some.Fingerprints(), all.Fingerprints()) {
		t.Errorf("%v, want %v", some.Paths(), all.Paths())
	}
	var none Table
	none.Merge(&all)
	if !reflect.DeepEqual(none.Paths(), all.Paths()) {
		t.Errorf("%v, want %v", none.Paths(), all.Paths())
	}
}
