package sim

import (
	"fmt"
	"math"
	"testing"
)

// visits lets n visitors come to a station, with exponential gaps and service
// times as drawn, and answers their mean wait and stay in nanoseconds.
func visits(n int, rate float64, s *Station, work func(Dice) float64) (wait, stay float64) {
	e, dice := s.engine, NewDice(3)
	e.Go(func(p *Process) {
		for i := range n {
			d := dice.At(uint64(i))
			p.Sleep(Time(d.Of("gap").Exponential() / rate * 1e9))
			e.Go(func(p *Process) {
				came := p.Now()
				s.Serve(p, Time(work(d.Of("work"))*1e9), func() { wait += float64(p.Now() - came) })
				stay += float64(p.Now() - came)
			})
		}
	})
	e.Run()
	return wait / float64(n), stay / float64(n)
}

// erlang is the mean wait of M/M/c in mean service times: Erlang's C formula.
func erlang(c int, load float64) float64 {
	blocked := 1.0 // Erlang B, by its recursion
	for k := 1; k <= c; k++ {
		blocked = load * blocked / (float64(k) + load*blocked)
	}
	free := 1 - load/float64(c)
	return blocked / (free + blocked*(1-free)) / (float64(c) * free)
}

func TestErlangsFormulaKnowsItsTable(t *testing.T) {
	for _, c := range []struct {
		servers    int
		load, want float64
	}{{1, 0.5, 1}, {2, 1, 1. / 3}, {3, 2, 4. / 9}} {
		if got := erlang(c.servers, c.load); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%d servers, load %g: %g, want %g", c.servers, c.load, got, c.want)
		}
	}
}

func TestExponentialWorkWaitsAsErlangSays(t *testing.T) {
	if testing.Short() {
		t.Skip("a million visitors for each case")
	}
	for _, c := range []struct {
		servers int
		load    float64
		order   Order
	}{{1, 0.6, FIFO}, {2, 1.4, FIFO}, {2, 1.4, Random}, {5, 3.75, FIFO}} {
		s := NewStation(&Engine{}, c.servers, c.order, NewDice(1))
		got, _ := visits(1e6, c.load, s, Dice.Exponential)
		near(t, fmt.Sprintf("wait at %d servers with load %g, order %d", c.servers, c.load, c.order), got, erlang(c.servers, c.load)*1e9, 0.02)
	}
}

func TestAnyWorkAtOneServerWaitsAsPollaczekAndKhinchineSay(t *testing.T) {
	const load, deviation = 0.5, 1.0
	s := NewStation(&Engine{}, 1, FIFO, NewDice(1))
	got, _ := visits(400000, load, s, func(d Dice) float64 { return d.LogNormal(deviation) })
	near(t, "wait", got, load*(1+deviation*deviation)/(2*(1-load))*1e9, 0.03)
}

func TestWhereServersAreSharedTheMeanStayAsksOnlyForTheMeanWork(t *testing.T) {
	for name, work := range map[string]func(Dice) float64{
		"exponential": Dice.Exponential,
		"equal":       func(Dice) float64 { return 1 },
		"skewed":      func(d Dice) float64 { return d.LogNormal(2) },
	} {
		s := NewStation(&Engine{}, 1, Sharing, NewDice(1))
		_, got := visits(300000, 0.5, s, work)
		near(t, name, got, 2e9, 0.03)
	}
}

func TestAnObserverAtTheDoorCountsRateTimesStay(t *testing.T) {
	for _, order := range []Order{FIFO, Random, Sharing} {
		s := NewStation(&Engine{}, 3, order, NewDice(1))
		_, stay := visits(20000, 2.4, s, Dice.Exponential)
		near(t, fmt.Sprint(orders[order], ": inside"), s.Load.Area, float64(s.Load.Arrived)*stay, 1e-9)
		if s.Load.Arrived != 20000 || s.Load.Inside != 0 {
			t.Errorf("%s: %+v", orders[order], s.Load)
		}
	}
}

func TestMoreServersLetInWhoWaits(t *testing.T) {
	e := &Engine{}
	s := NewStation(e, 1, FIFO, NewDice(1))
	var left []Time
	for range 3 {
		e.Go(func(p *Process) {
			s.Serve(p, 10*Second, func() {})
			left = append(left, p.Now()/Second)
		})
	}
	e.At(4*Second, func() { s.Resize(2) })
	e.Run()
	if fmt.Sprint(left) != "[10 14 20]" {
		t.Errorf("left after %v s", left)
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got/want-1) > within {
		t.Errorf("%s: %.6g, want %.6g (%+.2f %%)", what, got, want, 100*(got/want-1))
	} else {
		t.Logf("%s: %.6g, formula %.6g (%+.2f %%)", what, got, want, 100*(got/want-1))
	}
}
