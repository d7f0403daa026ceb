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
	table := "| fault | began | ended | `diff --at auto` says | off by | and blames | |\n|---|---:|---:|---:|---:|---|---|\n"
	for _, h := range halfTimes(t) {
		var page struct {
			pairing
			Before, After struct {
				FirstStart int64 `json:"first_start"`
			}
		}
		_, code := outputJSON(t, &page, "diff", h.file, "--at", "auto", "--budget", "none", "-o", "json")
		began, ended := time.Duration(h.Since-firstRequest(t, h.file)), "-"
		if h.Until > 0 {
			ended = seconds(time.Duration(h.Until - firstRequest(t, h.file)))
		}
		table += fmt.Sprintf("| %s | %s | %s ", h.Fault, seconds(began), ended)
		if code != exitOK {
			table += "| no instant | - | - | not answered yet |\n"
			continue
		}
		at := time.Duration(page.After.FirstStart - page.Before.FirstStart)
		layer, place, verdict := "", "", "**missed**"
		for _, j := range page.Journeys {
			if strings.HasSuffix(j.Name, " "+h.Journey) {
				layer, place = largest(j.Change.Layer.Rows).Name, largest(j.Change.Place.Rows).Name
			}
		}
		off := at - began
		if off.Abs() <= 5*time.Second && h.expects(blame{place, layer}) {
			verdict = "right"
		}
		table += fmt.Sprintf("| %s | %s | %s, %s | %s |\n", seconds(at), seconds(off), layer, place, verdict)
	}
	testkit.Block(t, "../../docs/accuracy.md", "half-time", table)
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
