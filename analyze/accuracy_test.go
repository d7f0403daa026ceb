package analyze_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/internal/testkit"
)

const lab = "../testdata/recordings/lab"

// missed are the faults that the tool does not see yet, with the reason.
var missed = map[string]string{}

// labTruth is what the lab knows of a recording: what was injected, and what must be blamed.
type labTruth struct {
	Fault, Description, Journey string
	Expect                      struct {
		Layer, Place string
		AlsoAllowed  []string `json:"also_allowed"`
	}
}

// A score is how the tail of one faulty recording was blamed.
type score struct {
	truth    labTruth
	extra    time.Duration // how much slower the tail is
	first    blame         // what the report names first
	expected time.Duration // of extra, on the expected layer and place
	other    blame         // the most of anything else
}

// A blame is the time that a layer at a place adds to the tail.
type blame struct {
	layer, place string
	time         time.Duration
}

// right reports whether the expected layer comes first with at least 80 % of what the tail
// adds, and nothing else has more than 25 %.
func (s score) right() bool {
	return s.truth.expects(s.first) && s.expected*100 >= s.extra*80 && s.other.time*100 <= s.extra*25
}

func TestTheLabsFaultsAreBlamedOnTheRightLayer(t *testing.T) {
	scores := labScores(t)
	for _, s := range scores {
		reason, known := missed[s.truth.Fault]
		if s.right() == known {
			t.Errorf("%s: blamed %s, %s, %d %% as expected; known as missed: %q",
				s.truth.Fault, s.first.layer, s.first.place, s.percent(s.expected), reason)
		}
	}
	testkit.Block(t, "../docs/accuracy.md", "scores", scoreTable(scores))
}

func labScores(t *testing.T) (scores []score) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(lab, "*", "truth.json"))
	if len(files) == 0 {
		t.Fatal("no recordings of the lab")
	}
	for _, file := range files {
		var truth labTruth
		text, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(text, &truth) != nil {
			t.Fatalf("%s cannot be read: %v", file, err)
		}
		scores = append(scores, scoreOf(t, truth, filepath.Join(filepath.Dir(file), "faulty.otlp.jsonl.zst")))
	}
	return scores
}

func scoreOf(t *testing.T, truth labTruth, file string) score {
	t.Helper()
	j := labJourney(t, truth, file)
	times := map[blame]time.Duration{}
	for _, c := range j.Tail.Excess {
		times[blame{layer: c.Cell.Layer, place: c.Cell.Place()}] += c.Time
	}
	s := score{truth: truth, extra: max(1, j.Tail.Extra)}
	for b, d := range times {
		b.time = d
		if b.compare(s.first) < 0 {
			s.first = b
		}
		if truth.expects(b) {
			s.expected += d
		} else if b.compare(s.other) < 0 {
			s.other = b
		}
	}
	return s
}

func labJourney(t *testing.T, truth labTruth, file string) analyze.Journey {
	t.Helper()
	for _, j := range analyzed(t, analyze.Settings{}, file).Journeys {
		if strings.HasSuffix(j.Name, " "+truth.Journey) {
			return j
		}
	}
	t.Fatalf("%s has no journey %s", file, truth.Journey)
	return analyze.Journey{}
}

// compare puts the most time first.
func (b blame) compare(o blame) int {
	return cmp.Or(-cmp.Compare(b.time, o.time), cmp.Compare(b.layer, o.layer), cmp.Compare(b.place, o.place))
}

// expects reports whether the truth names that layer at that place. It lists every name under
// which the place may go: a store is known by its host or by its system.
func (truth labTruth) expects(b blame) bool {
	layers := append([]string{truth.Expect.Layer}, truth.Expect.AlsoAllowed...)
	return slices.Contains(layers, b.layer) && slices.Contains(strings.Split(truth.Expect.Place, ", "), b.place)
}

func (s score) percent(d time.Duration) int { return int((100*d + s.extra/2) / s.extra) }

// scoreTable is what make accuracy prints.
func scoreTable(scores []score) string {
	found := 0
	b := "| fault | must be blamed | the tail adds | blamed first | as expected | most of anything else | |\n|---|---|---:|---|---:|---|---|\n"
	for _, s := range scores {
		verdict := "right"
		if !s.right() {
			verdict = "**missed**: " + missed[s.truth.Fault]
		} else {
			found++
		}
		b += fmt.Sprintf("| %s | %s, %s | %d ms | %s, %s | %d %% | %s, %s: %d %% | %s |\n",
			s.truth.Fault, s.truth.Expect.Layer, s.truth.Expect.Place, s.extra.Milliseconds(),
			s.first.layer, s.first.place, s.percent(s.expected), s.other.layer, s.other.place, s.percent(s.other.time), verdict)
	}
	return b + fmt.Sprintf("\n%d of %d faults are blamed on the right layer at the right place.\n", found, len(scores))
}
