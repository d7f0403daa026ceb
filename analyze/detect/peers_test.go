package detect

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/edges"
)

func TestWhatAllOtherInstancesTakeIsWhatTheirTimesSayOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		each := make([]*shown, rapid.IntRange(2, 6).Draw(t, "instances"))
		for i := range each {
			each[i] = &shown{}
			for _, took := range rapid.SliceOfN(rapid.Int64Range(0, 9), 1, 7).Draw(t, "times") {
				each[i].hits = append(each[i].hits, shownHit{hit: hit{stake: time.Duration(took)}})
			}
		}
		all := peersOf(each)
		for i := range each {
			var others []time.Duration
			var sum time.Duration
			for k, o := range each {
				for _, h := range o.hits {
					if k != i {
						others, sum = append(others, h.stake), sum+h.stake
					}
				}
			}
			if n := len(others); all.others(i) != n || all.middle(i) != edges.Middle(others) || all.mean(i) != sum/time.Duration(n) {
				t.Fatalf("beside %d of %v: %d in the middle %v, mean %v", i, others, all.others(i), all.middle(i), all.mean(i))
			}
		}
	})
}
