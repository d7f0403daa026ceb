package sim

import (
	"fmt"
	"math"
	"testing"
)

func TestWhoWaitsForASignalGoesOnWhenItComesOrWhenPatienceEnds(t *testing.T) {
	e, bell := &Engine{}, &Signal{}
	heard := map[string]string{}
	for name, patience := range map[string]Time{"patient": -1, "hasty": 2 * Second, "slow": 9 * Second} {
		e.Go(func(p *Process) {
			came := p.Await(bell, patience)
			heard[name] = fmt.Sprint(came, p.Now()/Second)
		})
	}
	e.At(5*Second, bell.Fire)
	e.Run()
	if got := fmt.Sprint(heard); got != "map[hasty:false 2 patient:true 5 slow:true 5]" {
		t.Error(got)
	}
}

func TestAllWaitsForTheLastBranch(t *testing.T) {
	e := &Engine{}
	sleep := func(d Time) func(*Process) { return func(p *Process) { p.Sleep(d) } }
	var after Time
	e.Go(func(p *Process) {
		p.All(sleep(1), sleep(30), sleep(2))
		after = p.Now()
	})
	e.Run()
	if after != 30 {
		t.Errorf("after %d", after)
	}
}

func TestDiceGiveTheSameForTheSameQuestionOnly(t *testing.T) {
	d, again := NewDice(7), NewDice(7)
	if d.Of("a").At(1) != again.Of("a").At(1) {
		t.Error("the same question, another answer")
	}
	seen := map[Dice]bool{}
	for _, name := range []string{"a", "b"} {
		for i := range uint64(1000) {
			seen[d.Of(name).At(i)], seen[NewDice(8).Of(name).At(i)] = true, true
		}
	}
	if len(seen) != 4000 {
		t.Errorf("%d different answers to 4000 questions", len(seen))
	}
}

func TestDrawsHaveTheMeanAndDeviationThatTheySay(t *testing.T) {
	for name, c := range map[string]struct {
		draw            func(Dice) float64
		mean, deviation float64
	}{
		"share":       {Dice.Share, 0.5, math.Sqrt(1. / 12)},
		"exponential": {Dice.Exponential, 1, 1},
		"normal":      {Dice.Normal, 0, 1},
		"log-normal":  {func(d Dice) float64 { return d.LogNormal(0.25) }, 1, 0.25},
	} {
		const n = 200000
		var sum, squares float64
		for i := range uint64(n) {
			x := c.draw(NewDice(1).At(i))
			sum, squares = sum+x, squares+x*x
		}
		mean := sum / n
		if deviation := math.Sqrt(squares/n - mean*mean); math.Abs(mean-c.mean) > 0.01 || math.Abs(deviation-c.deviation) > 0.01 {
			t.Errorf("%s: mean %.4f, deviation %.4f", name, mean, deviation)
		}
	}
}
