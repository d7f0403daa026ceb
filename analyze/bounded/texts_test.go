package bounded

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A namer numbers texts, and knows what is told of each.
type namer struct {
	texts Texts
	names []string
}

func (n *namer) add(text string) int32 {
	at, dropped := n.texts.Number(text, func(text string) int32 {
		n.names = append(n.names, text)
		return int32(len(n.names) - 1)
	})
	n.drop(dropped)
	return at
}

func (n *namer) drop(numbers []int32) {
	for _, at := range numbers {
		n.names[at] = Other
	}
}

// told returns the texts that are told apart.
func (n *namer) told() []string {
	n.drop(n.texts.KeepMost())
	return slices.Sorted(maps.Keys(n.texts.known))
}

func TestTextsThatAreToldApartDependOnTheTextsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 8).Draw(t, "most")
		all := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,2}`), 1, 40).Draw(t, "texts")
		one := namer{texts: Texts{Most: most}}
		for _, text := range all {
			one.add(text)
		}
		parts := [2]namer{{texts: Texts{Most: most}}, {texts: Texts{Most: most}}}
		for _, text := range rapid.Permutation(all).Draw(t, "order") {
			parts[rapid.IntRange(0, 1).Draw(t, "part")].add(text)
		}
		into, from := &parts[0], &parts[1]
		for _, text := range from.names {
			into.add(text)
		}
		if want, got := one.told(), into.told(); !slices.Equal(want, got) {
			t.Fatalf("%v are told apart, in parts %v", want, got)
		}
		if len(one.told()) > most {
			t.Fatalf("%v are told apart, more than %d", one.told(), most)
		}
	})
}

func TestATextThatIsLeftOutNeverComesBackAndSharesANumber(t *testing.T) {
	n := namer{texts: Texts{Most: 2}}
	for _, text := range []string{"a", "b", "c", "d", "e", "f"} {
		n.add(text)
	}
	told := n.told()
	others := map[int32]bool{}
	for _, text := range []string{"a", "b", "c", "d", "e", "f"} {
		if !slices.Contains(told, text) {
			others[n.add(text)] = true
		}
	}
	if len(told) != 2 || len(others) != 1 || !slices.Equal(told, n.told()) {
		t.Errorf("%v are told apart, the others have %d numbers", told, len(others))
	}
}
