package category

import (
	"testing"

	"github.com/longpole/longpole/trace/semconv"
)

// An analysis reads names folded, and one trace that is drawn as they stand: both must say the same.
func TestRulesDecideAlikeWhetherOrNotIDsInNamesAreFolded(t *testing.T) {
	r := Exemplified()
	for _, ex := range allExamples(r.All()) {
		folded := ex.Sig
		folded.Name = semconv.Fold(ex.Sig.Name)
		a, b := r.Of(&ex.Sig), r.Of(&folded)
		if a.Rule != b.Rule || a.Category != b.Category || a.Peer != b.Peer {
			t.Errorf("%s is %s, and %s is %s", ex.Sig.Name, a.Rule, folded.Name, b.Rule)
		}
	}
}
