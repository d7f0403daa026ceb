package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

const lab = "../../testdata/recordings/lab"

// missed are the faults that the tool does not see yet, with the reason.
var missed = map[string]string{
	"consumers-lag":         "nobody waits for it; that messages lie in a queue is no part of any request's length",
	"consumers-slow-worker": "nobody waits for it; what a consumer does after the answer is no journey of its own",
}

// labTruth is what the lab knows of a recording: what was injected, and what must be blamed.
type labTruth struct {
	Fault, Description, Journey string
	Expect                      labExpected
}

// A labExpected is what must be blamed, and for whom: the value of an attribute.
type labExpected struct {
	Layer, Place string
	AlsoAllowed  []string `json:"also_allowed"`
	Slice        map[string]string
}

// A score is how `longpole report` blames the tail of one faulty recording.
type score struct {
	truth    labTruth
	extra    int64 // how much slower the tail is, in nanoseconds
	first    blame // what the answer names first
	expected int64 // of extra, on the expected layer and at the expected place, whichever is less
	other    share // the most of any other layer or place
}

// A share is a row of a table of the report.
type share struct {
	Name string
	NS   int64
}

// A blame is a place that an answer names, with the layer inside it.
type blame struct{ Place, Layer string }

// labReport is what the JSON of a report says of whom it blames.
type labReport struct {
	Journeys []labJourney
}

type labJourney struct {
	Name        string
	Answer      struct{ Places []blame }
	Percentiles []struct {
		Level   string
		ValueNS int64 `json:"value_ns"`
	}
	Tail struct {
		Excess struct {
			TotalNS int64 `json:"total_ns"`
			By      map[string]struct{ Shares []share }
		}
	}
}

// right reports whether the expected layer comes first at the expected place, both with at least
// 80 % of what the tail adds, and no other has more than 25 %.
func (s score) right() bool {
	return s.truth.expects(s.first) && s.expected*100 >= s.extra*80 && s.other.NS*100 <= s.extra*25
}

func TestTheLabsFaultsAreBlamedOnTheRightLayer(t *testing.T) {
	scores := labScores(t)
	for _, s := range scores {
		reason, known := missed[s.truth.Fault]
		if s.right() == known {
			t.Errorf("%s: blamed %s, %s, %d %% as expected; known as missed: %q",
				s.truth.Fault, s.first.Layer, s.first.Place, s.percent(s.expected), reason)
		}
	}
	testkit.Block(t, "../../docs/accuracy.md", "scores", scoreTable(scores))
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
		scores = append(scores, scoreOf(truth, reportOn(t, truth, filepath.Join(filepath.Dir(file), "faulty.otlp.jsonl.zst"))))
	}
	return scores
}

func scoreOf(truth labTruth, j labJourney) score {
	s := score{truth: truth, extra: max(1, j.Tail.Excess.TotalNS)}
	if len(j.Answer.Places) > 0 {
		s.first = j.Answer.Places[0]
	}
	layer := s.take(j, "layer", truth.layers())
	place := s.take(j, "place", truth.places())
	s.expected = min(layer, place)
	return s
}

// take returns how much of the excess the expected rows of a table have, and keeps the most of the others.
func (s *score) take(j labJourney, table string, expected []string) (ns int64) {
	for _, row := range j.Tail.Excess.By[table].Shares {
		switch {
		case slices.Contains(expected, row.Name):
			ns += row.NS
		case row.NS > s.other.NS:
			s.other = row
		}
	}
	return ns
}

// reportOn returns what `longpole report` says of the journey that a fault is about.
func reportOn(t *testing.T, truth labTruth, file string) labJourney {
	t.Helper()
	var out, complaints bytes.Buffer
	if code := execute(t.Context(), []string{"report", file, "--budget", "none", "-o", "json"}, nil, &out, &complaints); code != 0 {
		t.Fatalf("%s: exit code %d: %s", file, code, &complaints)
	}
	var page labReport
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	for _, j := range page.Journeys {
		if strings.HasSuffix(j.Name, " "+truth.Journey) {
			return j
		}
	}
	t.Fatalf("%s has no journey %s", file, truth.Journey)
	return labJourney{}
}

// layers and places are all names under which what was injected may go: a store is known by its
// host or by its system.
func (truth labTruth) layers() []string {
	return append([]string{truth.Expect.Layer}, truth.Expect.AlsoAllowed...)
}

func (truth labTruth) places() []string { return strings.Split(truth.Expect.Place, ", ") }

func (truth labTruth) expects(b blame) bool {
	return slices.Contains(truth.layers(), b.Layer) && slices.Contains(truth.places(), b.Place)
}

func (s score) percent(ns int64) int { return int((100*ns + s.extra/2) / s.extra) }

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
		b += fmt.Sprintf("| %s | %s, %s | %d ms | %s, %s | %d %% | %s: %d %% | %s |\n",
			s.truth.Fault, s.truth.Expect.Layer, s.truth.Expect.Place, s.extra/1e6,
			s.first.Layer, s.first.Place, s.percent(s.expected), s.other.Name, s.percent(s.other.NS), verdict)
	}
	return b + fmt.Sprintf("\n%d of %d faults are blamed on the right layer at the right place.\n", found, len(scores))
}
