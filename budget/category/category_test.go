package category

import "testing"

// Where two of one step overlapped, the name of a rule would decide.
func TestEveryCategoryHasAStepOfItsOwn(t *testing.T) {
	names := map[int]Category{}
	for _, d := range All {
		if other, taken := names[d.step]; taken || d.step == 0 {
			t.Errorf("%s has step %d, which is %q's", d.Name, d.step, other)
		}
		names[d.step] = d.Name
	}
}
