package compare

import (
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// runsOf makes a run for each of some durations, of thirty requests that all take that long: half in web
// and half in pay.
func runsOf(t testing.TB, side uint64, took ...time.Duration) *analyze.Data {
	var runs []*analyze.Data
	for k, d := range took {
		c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
		for n := range 30 {
			spans := testkit.Draw(t, "buy server in=web ==\n  pay server in=pay =")
			for i := range spans {
				s := &spans[i]
				s.Trace = trace.ID{Hi: side, Lo: uint64(k*100 + n)}
				s.Start = testkit.Epoch.Add(time.Duration(k*100+n) * time.Second)
				s.End = s.Start.Add(d / time.Duration(i+1))
			}
			c.Add(trace.Assemble(spans, trace.Options{}))
		}
		runs = append(runs, c.Data)
	}
	return analyze.OfRuns(runs...)
}

const ms = time.Millisecond

func TestThreeRunsASideTellAChangeOfTheProgramFromOneOfTheMachine(t *testing.T) {
	before := []time.Duration{90 * ms, 100 * ms, 110 * ms}
	for _, c := range []struct {
		name          string
		before, after []time.Duration
		said          Said
		byRun         bool
	}{
		{"each is slower by more than runs differ", before, []time.Duration{130 * ms, 140 * ms, 150 * ms}, Proven, true},
		{"each is quicker", before, []time.Duration{50 * ms, 60 * ms, 70 * ms}, Proven, true},
		{"they differ as much as runs of one side do", before, []time.Duration{100 * ms, 110 * ms, 120 * ms}, Unproven, true},
		{"two are not enough: everything took longer together", before[:2], []time.Duration{130 * ms, 140 * ms}, Different, false},
	} {
		j := Of(runsOf(t, 1, c.before...), runsOf(t, 2, c.after...), nil, Settings{}).Journeys[0]
		if j.Said != c.said || j.ByRun() != c.byRun {
			t.Errorf("%s: %v, by run %v, %+v", c.name, j.Said, j.ByRun(), j.Interval)
		}
		if c.byRun && (j.Blocks != [2]int{3, 3} || j.Draws != 0 || !j.Interval.holds(j.Headline.Change()) || !j.Slower.holds(j.Headline.Slower)) {
			t.Errorf("%s: %+v does not hold %v", c.name, j.Proof, j.Headline.Change())
		}
	}
}

func (i Interval) holds(d time.Duration) bool { return i.Low <= d && d <= i.High }

func TestTheIntervalOfThreeRunsIsStudents(t *testing.T) {
	// Means of 100 and 140 ms, a standard error of 10 ms * sqrt(2/3), and four degrees of freedom.
	j := Of(runsOf(t, 1, 90*ms, 100*ms, 110*ms), runsOf(t, 2, 130*ms, 140*ms, 150*ms), nil, Settings{Level: 5000}).Journeys[0]
	want := Interval{40*ms - 22670*time.Microsecond, 40*ms + 22670*time.Microsecond}
	if (j.Interval.Low-want.Low).Abs() > 10*time.Microsecond || (j.Interval.High-want.High).Abs() > 10*time.Microsecond {
		t.Errorf("%+v, want %+v", j.Interval, want)
	}
	for _, r := range j.Layers {
		if r.Low > r.Change() || r.High < r.Change() {
			t.Errorf("%s: %v to %v does not hold %v", r.Place, r.Low, r.High, r.Change())
		}
	}
}

func TestRunsThatAreKnownToBeEqualDifferToo(t *testing.T) {
	for _, c := range []struct {
		equal []time.Duration
		said  Said
	}{
		{nil, Proven}, {[]time.Duration{100 * ms, 110 * ms}, Proven}, {[]time.Duration{100 * ms, 150 * ms}, Different},
	} {
		s := Settings{}
		if c.equal != nil {
			s.Equal = runsOf(t, 3, c.equal...)
		}
		j := Of(runsOf(t, 1, 90*ms, 100*ms, 110*ms), runsOf(t, 2, 130*ms, 140*ms, 150*ms), nil, s).Journeys[0]
		if j.Said != c.said {
			t.Errorf("equal runs of %v: %v, %+v", c.equal, j.Said, j.Proof)
		}
	}
}

func TestARunThatIsGivenTwiceProvesNothing(t *testing.T) {
	twice := func() *analyze.Data { return analyze.OfRuns(runsOf(t, 1, 90*ms), runsOf(t, 1, 90*ms)) }
	if j := Of(twice(), runsOf(t, 2, 100*ms), nil, Settings{Draws: 10}).Journeys[0]; j.Unequal != "before 30 of 60 requests are in two runs: the same traces are in both" {
		t.Error(j.Unequal)
	}
	if j := Of(runsOf(t, 2, 100*ms), twice(), nil, Settings{Draws: 10}).Journeys[0]; j.Unequal != "after 30 of 60 requests are in two runs: the same traces are in both" {
		t.Error(j.Unequal)
	}
	if j := Of(runsOf(t, 1, 90*ms), runsOf(t, 1, 90*ms, 100*ms), nil, Settings{Draws: 10}).Journeys[0]; j.Unequal != "30 of 60 requests after are among those before, too: the same traces are on both sides" {
		t.Error(j.Unequal)
	}
}

func TestRunsWithoutAJourneyAreCounted(t *testing.T) {
	none := func() *analyze.Data {
		c := analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), attribute.Options{Structures: true})
		c.Add(trace.Assemble(testkit.Draw(t, "sell server in=web =="), trace.Options{}))
		return c.Data
	}
	before := analyze.OfRuns(runsOf(t, 1, 100*ms), none(), none())
	for _, j := range Of(before, analyze.OfRuns(runsOf(t, 2, 100*ms)), nil, Settings{}).Journeys {
		if j.Without != [2]int{2, 0} {
			t.Errorf("%s is missing in %v runs", j.Name, j.Without)
		}
	}
}
