package replay_test

import (
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// drawings are requests of one run.
func drawings(t testing.TB, drawn ...string) (all [][]trace.Span) {
	for i, d := range drawn {
		spans := testkit.Draw(t, d)
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
		all = append(all, spans)
	}
	return all
}

const inTurn = `
	order server   ====================
	  pay client   =====                  peer.service=bank
	  ship client        =============    peer.service=dock`

const atOnce = `
	order server   ====================
	  pay client   ==========             peer.service=bank
	  ship client  ============           peer.service=dock`

func TestTwoRequestsProveThatCallsAreIndependent(t *testing.T) {
	for what, c := range map[string]struct {
		others []string
		want   time.Duration // of the one in turn, where the first call takes no time
	}{
		"never contradicted":        {nil, 15 * ms},
		"contradicted once":         {[]string{atOnce}, 15 * ms},
		"contradicted by two":       {[]string{atOnce, atOnce}, 20 * ms},
		"twice in the other order":  {[]string{turned, turned}, 15 * ms}, // the order has been seen only once
		"two in each of the orders": {[]string{turned, turned, inTurn}, 20 * ms},
	} {
		got, err := asked(t, drawings(t, append([]string{inTurn}, c.others...)...), "set app -> bank=0")
		if err != nil {
			t.Fatal(err)
		}
		if got[0] != c.want {
			t.Errorf("%s: %v, want %v", what, got[0], c.want)
		}
	}
}

const turned = `
	order server   ====================
	  ship client  =========              peer.service=dock
	  pay client            =====         peer.service=bank`

// With workers that meet the calls in another order their numbers differ.
func TestOrdersThatWereCountedApartAreThoseOfAll(t *testing.T) {
	all := drawings(t, inTurn, turned, inTurn, turned)
	s := scenario(t, "set app -> bank=0")
	for workers := 1; workers <= 4; workers++ {
		took, err := recordedBy(all, workers).Took(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		if took[0] != 20*ms || took[2] != 20*ms {
			t.Errorf("%d workers: %v", workers, took)
		}
	}
	all = drawings(t, turned, inTurn, inTurn, inTurn)
	for workers := 1; workers <= 4; workers++ {
		took, err := recordedBy(all, workers).Took(s, 0)
		if err != nil {
			t.Fatal(err)
		}
		if took[1] != 15*ms {
			t.Errorf("%d workers, one contradiction: %v", workers, took)
		}
	}
}

// Once the long call takes no time the last one waits for the other, and nobody knows how long after it.
func TestBehindAnotherCallTheGapIsTheShortestOfTheRun(t *testing.T) {
	long := `
		order server   ==============================
		  pay client   ====================             peer.service=bank
		  mail client  =====                            peer.service=post
		  ship client                        ====       peer.service=dock`
	short := `
		order server   ==============================
		  pay client   ====================             peer.service=bank
		  mail client  =====                            peer.service=post
		  ship client                       ====        peer.service=dock`
	got, err := asked(t, drawings(t, long, short), "set app -> bank=0")
	if err != nil {
		t.Fatal(err)
	}
	if got[0] != (5+1+4+4)*ms || got[1] != (5+1+4+5)*ms {
		t.Errorf("%v, want 14 and 15 ms: the gap before the last call is 1 ms in both", got)
	}
}
