package intern

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAListHasOneNumberAndIsFoundByIt(t *testing.T) {
	var l Lists
	of := map[string]int32{}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Int32()).Draw(t, "list")
		n := l.Number(list)
		if got := l.AppendTo([]int32{7}, n); !slices.Equal(got[1:], list) {
			t.Fatalf("%v became %v", list, got[1:])
		}
		text := fmt.Sprint(list)
		if known, ok := of[text]; ok && known != n {
			t.Fatalf("%v has numbers %d and %d", list, known, n)
		}
		of[text] = n
	})
}

func TestAPairIsFoundByTheNumberThatItWasGivenLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Pairs
		of := map[[2]int32]int32{}
		some := rapid.Int32Range(0, rapid.SampledFrom([]int32{3, 40, 1<<31 - 1}).Draw(t, "most"))
		for range rapid.IntRange(0, 300).Draw(t, "steps") {
			a, b := some.Draw(t, "a"), some.Draw(t, "b")
			n, ok := p.Find(a, b)
			if want, put := of[[2]int32{a, b}]; ok != put || n != want {
				t.Fatalf("%d, %d has number %d (%v), want %d (%v)", a, b, n, ok, want, put)
			}
			of[[2]int32{a, b}] = int32(len(of))
			p.Put(a, b, of[[2]int32{a, b}])
		}
	})
}

func TestASetOfHashesIsEmptyAfterEveryStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := HashSet{now: rapid.SampledFrom([]uint32{0, 1<<32 - 3}).Draw(t, "rounds before")}
		for range 5 {
			hashes := rapid.SliceOfN(rapid.Uint64Range(0, 200), 0, 150).Draw(t, "hashes")
			s.Start(len(hashes))
			met := map[uint64]bool{}
			for _, h := range hashes {
				if s.Add(h) == met[h] {
					t.Fatalf("%d of %v is met: %v", h, hashes, met[h])
				}
				met[h] = true
			}
		}
	})
}

func TestMarksAreForgottenAtEveryStartAlsoWhenRoundsRunOut(t *testing.T) {
	m := Marks{now: 1<<32 - 2}
	for range 4 {
		m.Start()
		for _, n := range []int32{0, 5, 1000} {
			if !m.First(n) || m.First(n) {
				t.Fatalf("round %d: %d is not met once", m.now, n)
			}
		}
	}
}
