package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

// proofs are the words by which a difference is told from chance and from the machine.
var proofs = regexp.MustCompile(`\b(Proven|Different|No change is proven)\b`)

// A firstSentence is what a diff says first, with the same as data.
type firstSentence struct {
	Headline string
	Journeys []struct {
		Proof  string
		Change struct{ Layer, Place struct{ Rows []diffRow } }
	}
}

// hasTruth reports whether a sentence names the layer, a whole place of it, and the value that the fault hit, if it hit one.
func (s firstSentence) hasTruth(truth labTruth) (missing []string) {
	named := false
	for _, layer := range truth.layers() {
		for _, place := range truth.places() {
			named = named || strings.Contains(s.Headline, " "+layer+", "+place+" (")
		}
	}
	if !named {
		missing = append(missing, "the layer and the whole place")
	}
	for _, value := range truth.Expect.Slice {
		if !strings.Contains(s.Headline, " "+value) {
			missing = append(missing, "for whom: "+value)
		}
	}
	return missing
}

// Where a pair has the same fault on both sides, as those about clocks and sampling have, nothing may be proven.
func TestTheFirstSentenceOfADiffHasAllThatAReviewAsksFor(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(lab, "*", "truth.json"))
	differing := 0
	for _, file := range testkit.Some(files, 5) {
		var truth labTruth
		readTruth(t, file, &truth)
		folder := filepath.Dir(file)
		var s firstSentence
		outputJSON(t, &s, "diff", filepath.Join(folder, "healthy.otlp.jsonl.zst"), "--to", filepath.Join(folder, "faulty.otlp.jsonl.zst"), "--budget", "none", "-o", "json")
		if !regexp.MustCompile(` p95 [+-][0-9.,]+ (µs|ms|s) `).MatchString(s.Headline) || !proofs.MatchString(s.Headline) {
			t.Errorf("%s: without its milliseconds, or how sure they are: %s", truth.Fault, s.Headline)
		}
		if onBothSides[truth.Fault] {
			if strings.Contains(s.Headline, "Proven") {
				t.Errorf("%s: %s", truth.Fault, s.Headline)
			}
			continue
		}
		differing++
		if missing := s.hasTruth(truth); missing != nil || !strings.Contains(s.Headline, "Proven") {
			t.Errorf("%s: without %q: %s", truth.Fault, missing, s.Headline)
		}
	}
	if differing != 19 && testkit.Whole() {
		t.Errorf("%d pairs differ by a fault", differing)
	}
}

// onBothSides are the faults that both recordings of a pair have.
var onBothSides = map[string]bool{"clock-skew": true, "head-sampling": true, "tail-sampling": true}

// A fault that begins inside a file is told with its time.
func TestTheFirstSentenceSaysSinceWhen(t *testing.T) {
	for _, h := range halfTimes(t)[:1] {
		var s firstSentence
		outputJSON(t, &s, "diff", h.file, "--at", "auto", "--budget", "none", "-o", "json")
		if !regexp.MustCompile(`[0-9]{2}:[0-9]{2}:[0-9]{2}`).MatchString(s.Headline) || !proofs.MatchString(s.Headline) {
			t.Errorf("%s: %s", h.file, s.Headline)
		}
	}
}

// What HotROD's recorder cut from the lengths of spans, without a critical path, is what diff says went: the steps of the
// demo follow each other. One request more or less is among the slowest 5 %, so they agree to 1 % of what they take.
func TestWhatHotRODsRepairsTookAwayIsWhatItsRecorderCounted(t *testing.T) {
	type phases struct{ Mysql, Driver, Route int64 }
	var truth struct {
		Recordings []struct {
			File     string
			Dispatch struct {
				Tail struct {
					Total  int64 `json:"totalNs"`
					Mysql  int64 `json:"mysqlNs"`
					Driver int64 `json:"driverNs"`
				}
			}
		}
	}
	const folder = "../../testdata/recordings/hotrod/"
	readTruth(t, folder+"truth.json", &truth)
	base := truth.Recordings[0].Dispatch.Tail
	for _, repair := range truth.Recordings[1:] {
		var page struct {
			Journeys []struct {
				Others []struct {
					Of    string
					Place struct{ Rows []diffRow }
				} `json:"other_changes"`
			}
		}
		outputJSON(t, &page, "diff", folder+truth.Recordings[0].File, "--to", folder+repair.File, "--budget", "none", "-o", "json")
		var got phases
		for _, c := range page.Journeys[0].Others {
			if c.Of != "slowest 5 %" {
				continue
			}
			for _, r := range c.Place.Rows {
				switch {
				case r.Name == "mysql":
					got.Mysql += r.Change
				case r.Name == "redis-manual" || r.Name == "driver" || r.Name == "frontend -> driver":
					got.Driver += r.Change
				case strings.HasSuffix(r.Name, "route") || r.Name == "frontend":
					got.Route += r.Change
				}
			}
		}
		is := repair.Dispatch.Tail
		want := phases{is.Mysql - base.Mysql, is.Driver - base.Driver, (is.Total - is.Mysql - is.Driver) - (base.Total - base.Mysql - base.Driver)}
		for name, pair := range map[string][2]int64{"mysql": {got.Mysql, want.Mysql}, "driver": {got.Driver, want.Driver}, "route": {got.Route, want.Route}} {
			if apart := max(pair[0]-pair[1], pair[1]-pair[0]); apart > base.Total/100 {
				t.Errorf("%s: %s changed by %d ms, and the recorder counted %d", repair.File, name, pair[0]/1e6, pair[1]/1e6)
			}
		}
	}
}
