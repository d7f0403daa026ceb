package category

import "testing"

func TestTimeThatCountsAsSeveralHasTheFirstOfTheCauses(t *testing.T) {
	for i, first := range Causes {
		if !first.Name.Wins(NoCause) || NoCause.Wins(first.Name) {
			t.Errorf("no cause wins over %s", first.Name)
		}
		for _, later := range Causes[i+1:] {
			if !first.Name.Wins(later.Name) || later.Name.Wins(first.Name) {
				t.Errorf("%s wins over %s, which stands before it", later.Name, first.Name)
			}
		}
	}
}
