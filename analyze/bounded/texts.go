package bounded

// MostTexts is how many texts are told apart in one table: values of an attribute of a service, of a slice, names.
const MostTexts = 10_000

// Other is what all texts are called that are not told apart.
const Other = "(other)"

// Texts numbers texts, of which it tells apart those with the least hashes. The zero value tells apart the usual number of
// them.
type Texts struct {
	Most    int // to be told apart; 0 for the usual number
	known   map[string]int32
	leftOut uint64 // the hashes that are left out, from the greatest one down
	other   int32  // the number of what is left out, from 1; 0 while there is none
}

// Number returns the number of a text. For a new one that is what next gives; for those that are left out it is the same
// for all of them. It says which numbers are of texts that are left out from now on.
func (t *Texts) Number(text string, next func(text string) int32) (n int32, dropped []int32) {
	if n, known := t.known[text]; known {
		return n, nil
	}
	if text == Other || t.leftOut > 0 && HashText(text) > All-t.leftOut {
		if t.other == 0 {
			t.other = next(Other) + 1
		}
		return t.other - 1, nil
	}
	if t.known == nil {
		t.known = map[string]int32{}
	}
	n = next(text)
	t.known[text] = n
	if most := t.most(); len(t.known) > most+most/4 {
		dropped = t.KeepMost()
	}
	return n, dropped
}

func (t *Texts) most() int {
	if t.Most == 0 {
		return MostTexts
	}
	return t.Most
}

// KeepMost leaves out texts until no more are left than are told apart in the end, and returns their numbers.
func (t *Texts) KeepMost() (dropped []int32) {
	if len(t.known) <= t.most() {
		return nil
	}
	hashes := make([]uint64, 0, len(t.known))
	for text := range t.known {
		hashes = append(hashes, HashText(text))
	}
	cut := Cut(hashes, t.most())
	t.leftOut = max(t.leftOut, All-cut)
	for text, n := range t.known {
		if HashText(text) > cut {
			delete(t.known, text)
			dropped = append(dropped, n)
		}
	}
	return dropped
}
