package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/internal/testkit"
)

// A halfTime is a long recording in which a fault begins.
type halfTime struct {
	labTruth
	Since int64 `json:"since_unix_nano"`
	Until int64 `json:"until_unix_nano"`
	file  string
}

func halfTimes(t *testing.T) (list []halfTime) {
	t.Helper()
	for _, file := range folders(t, "halftime") {
		var h halfTime
		readTruth(t, file, &h)
		h.file = filepath.Join(recordings, filepath.Dir(file), "recording.otlp.jsonl.zst")
		list = append(list, h)
	}
	return list
}

func TestTheMomentAtWhichAFaultBeginsIsLookedFor(t *testing.T) {
	readsAll(t)
	table := "| fault | began | ended | `diff --at auto` says | until | and blames | |\n|---|---:|---:|---|---|---|---|\n"
	right := 0
	for _, h := range halfTimes(t) {
		var page struct {
			pairing
			Since struct {
				moment
				Mended *moment
			}
		}
		_, code := outputJSON(t, &page, "diff", h.file, "--at", "auto", "--budget", "none", "-o", "json")
		first := firstRequest(t, h.file)
		ended, until, holds := "-", "-", page.Since.holds(h.Since) && (h.Until > 0) == (page.Since.Mended != nil)
		if h.Until > 0 {
			ended = seconds(time.Duration(h.Until - first))
		}
		if m := page.Since.Mended; m != nil {
			until, holds = m.after(first), holds && m.holds(h.Until)
		}
		table += fmt.Sprintf("| %s | %s | %s ", h.Fault, seconds(time.Duration(h.Since-first)), ended)
		if code != exitOK {
			table += "| no instant | - | - | not answered yet |\n"
			continue
		}
		layer, place, verdict := "", "", "**missed**"
		for _, j := range page.Journeys {
			if strings.HasSuffix(j.Name, " "+h.Journey) {
				layer, place = largest(j.Change.Layer.Rows).Name, largest(j.Change.Place.Rows).Name
			}
		}
		if holds && h.expects(blame{place, layer}) {
			verdict = "right"
			right++
		}
		table += fmt.Sprintf("| %s | %s | %s, %s | %s |\n", page.Since.after(first), until, layer, place, verdict)
	}
	if right != 6 {
		t.Errorf("%d of 6 instants are inside their intervals", right)
	}
	testkit.Block(t, "../../docs/accuracy.md", "half-time", table)
}

// A moment is an instant with its interval.
type moment struct{ At, Low, High int64 }

func (m moment) holds(truth int64) bool { return m.Low <= truth && truth <= m.High }

// after writes it in seconds after another.
func (m moment) after(first int64) string {
	in := func(t int64) string { return seconds(time.Duration(t - first)) }
	return in(m.At) + " (" + in(m.Low) + " to " + in(m.High) + ")"
}

func firstRequest(t *testing.T, file string) int64 {
	t.Helper()
	var page struct {
		FirstStart int64 `json:"first_start_ns"`
	}
	outputJSON(t, &page, "report", file, "--budget", "none", "-o", "json")
	return page.FirstStart
}

func seconds(d time.Duration) string {
	ms := d.Round(100 * time.Millisecond).Milliseconds()
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	return fmt.Sprintf("%s%d.%d s", sign, ms/1000, ms%1000/100)
}
