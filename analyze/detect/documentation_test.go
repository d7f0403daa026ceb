package detect_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/longpole/longpole/analyze/detect"
)

func TestEveryDetectorIsDocumentedAndHasAnIDThatStays(t *testing.T) {
	seen := map[string]bool{}
	for i, d := range detect.Detectors {
		if want := fmt.Sprintf("LP%03d", i+1); d.ID != want {
			t.Errorf("%s has the id %s, not %s", d.Name, d.ID, want)
		}
		if seen[d.Name] || !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(d.Name) {
			t.Errorf("%s: %q is no name, or not its own", d.ID, d.Name)
		}
		seen[d.Name] = true
		for part, text := range map[string]string{"meaning": d.Means, "evidence": d.Evidence, "look-alikes": d.Alike, "remedy": d.Remedy, "sentence": d.Says} {
			if text == "" {
				t.Errorf("%s has no %s", d.Name, part)
			}
		}
		for _, p := range d.Params {
			if p.Name == "" || p.Doc == "" || p.Default.Value <= 0 {
				t.Errorf("%s: %+v is no parameter", d.Name, p)
			}
		}
		if detect.Find(d.ID) != d || detect.Find(d.Name) != d {
			t.Errorf("%s is not found by its id and name", d.ID)
		}
	}
}

func TestTheSentenceOfAFindingUsesFiguresThatItHas(t *testing.T) {
	for _, s := range scenarios {
		f := of(s.found(t, 1, s.slow), s.id)
		for _, name := range namesIn(f.Says) {
			if !slices.ContainsFunc(f.Figures, func(g detect.Figure) bool { return g.Name == name }) {
				t.Errorf("%s says {%s}, which it has not", f.ID, name)
			}
		}
		if len(f.Exemplars) != 3 {
			t.Errorf("%s has %d exemplars", f.ID, len(f.Exemplars))
		}
	}
}

func namesIn(says string) (names []string) {
	for _, name := range detect.Parts(says) {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

func TestEventsOfAWaitAreKept(t *testing.T) {
	for name, want := range map[string]bool{
		"Waiting for lock behind 3 transactions": true, "Acquired lock; 0 transactions waiting behind": true,
		"Found drivers": false, "": false, "wait": false,
	} {
		if got := detect.KeepsEvent(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
