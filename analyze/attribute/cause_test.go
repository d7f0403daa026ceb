package attribute

import (
	"slices"
	"testing"

	"github.com/longpole/longpole/budget/category"
)

func TestEveryCauseHasItsFinder(t *testing.T) {
	var listed, found []category.Cause
	for _, c := range category.Causes {
		listed = append(listed, c.Name)
	}
	for _, f := range finders {
		found = append(found, f.cause)
	}
	if !slices.Equal(listed, found) {
		t.Errorf("finders are of %v, the causes are %v", found, listed)
	}
}
