package record

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// everyFault is every fault of every group.
func everyFault() []fault {
	all := append(append(faults(), tracingFaults()...), consumerFaults()...)
	for _, h := range halfTimes() {
		h.name = "halftime " + h.name
		all = append(all, h.fault)
	}
	for _, c := range cures() {
		c.name = "cure of " + c.name
		all = append(all, c.fault)
	}
	return all
}

func TestEachFaultSaysWhatItDoesAndWhoMustBeBlamed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range everyFault() {
		if seen[f.name] {
			t.Errorf("%s: two faults of this name", f.name)
		}
		seen[f.name] = true
		mended := strings.HasPrefix(f.name, "cure of") // some are faults only because they can be mended
		if f.about == "" || f.journey == "" || f.expect.Layer == "" || !mended && (len(f.spared) == 0 || len(f.inject) == 0) {
			t.Errorf("%s: a row is not complete: %+v", f.name, f)
		}
		if slices.Contains(f.spared, f.expect.Layer) {
			t.Errorf("%s: %s must and must not be blamed", f.name, f.expect.Layer)
		}
		if len(f.faulty) == 0 && len(f.props) == 0 && !f.tail && !strings.HasPrefix(f.name, "halftime") {
			t.Errorf("%s: its two sides are the same", f.name)
		}
	}
}

func TestEachFaultChangesOnlyProcessesThatExist(t *testing.T) {
	for _, f := range everyFault() {
		of := theShop
		if f.of != nil {
			of = *f.of
		}
		names := []string{"load", "names", "prepare"}
		for _, p := range of.cast() {
			names = append(names, p.name)
		}
		for pattern := range merge2(f.both, f.faulty) {
			prefix := strings.TrimSuffix(pattern, "*")
			if !slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, prefix) }) {
				t.Errorf("%s: no process is called %q", f.name, pattern)
			}
		}
	}
}

func merge2(a, b changes) changes {
	out := changes{}
	for _, c := range []changes{a, b} {
		for k, v := range c {
			out[k] = v
		}
	}
	return out
}

func TestAPatternReachesEveryInstance(t *testing.T) {
	c := changes{"web-*": {"A": "1"}, "web-eu": {"B": "2"}, "tax": {"C": "3"}}
	if got := c.of("web-eu"); len(got) != 2 || got["A"] != "1" || got["B"] != "2" {
		t.Errorf("web-eu gets %v", got)
	}
	if got := c.of("web-us"); len(got) != 1 {
		t.Errorf("web-us gets %v", got)
	}
}

func TestAllAddressesOfANameAreInItsZone(t *testing.T) {
	list := []process{{ip: "127.0.0.2", names: []string{"a"}}, {ip: "127.0.0.3", names: []string{"a"}}, {names: []string{"b"}}}
	if got, want := zone(list), "postgres=127.0.0.1 rabbitmq=127.0.0.1 a=127.0.0.2,127.0.0.3"; got != want {
		t.Errorf("zone %q, want %q", got, want)
	}
}

func TestInjectionsAreCountedByTimesAndByTraces(t *testing.T) {
	dir := t.TempDir()
	journal := "pay p 01 180\npay p 01 180\npay p 02 180\nlock l - 400\n"
	if err := os.WriteFile(dir+"/journal.log", []byte(journal), 0o644); err != nil {
		t.Fatal(err)
	}
	entries, err := readJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := counted([]injection{{Source: "pay"}, {Source: "lock"}}, entries)
	if got[0].Times != 3 || got[0].Traces != 2 || got[1].Times != 1 || got[1].Traces != 0 {
		t.Errorf("got %+v", got)
	}
	if ids := traceIDs(entries); !slices.Equal(ids, []string{"01", "02"}) {
		t.Errorf("traces %v", ids)
	}
}

func TestARunIsCountedByItsRootsAndTheirFailures(t *testing.T) {
	path := t.TempDir() + "/spans.jsonl"
	lines := `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"01","name":"GET /","status":{"code":2}},{"traceId":"01","parentSpanId":"aa","name":"inner"}]}]}]}
{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"02","name":"GET /","status":{}}]}]}]}
`
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := count(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Traces != 2 || got.Spans != 3 || got.Failed != 1 || got.Journey["GET /"] != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestEveryHalfTimeBeginsInTheMiddleAndEndsBeforeTheLoad(t *testing.T) {
	for _, h := range halfTimes() {
		at := time.Duration(0)
		for _, turn := range h.turns {
			if turn.at <= at || turn.at < 100*time.Second || turn.at > 200*time.Second || turn.do == nil {
				t.Errorf("%s: a turn at %s", h.name, turn.at)
			}
			at = turn.at
		}
		if len(h.turns) == 0 || h.load["LOAD_MS"] != "300000" || h.load["LOAD_RATE"] != "10" {
			t.Errorf("%s: load %v", h.name, h.load)
		}
	}
}

func TestEveryCureChangesWhatTheFaultIs(t *testing.T) {
	for _, c := range cures() {
		for _, m := range c.cures {
			if m.Name == "" || len(m.Change) == 0 || m.WhatIf.Operation == "" {
				t.Errorf("%s: a cure is not complete: %+v", c.name, m)
			}
		}
		if len(c.cures) == 0 {
			t.Errorf("%s has no cure", c.name)
		}
	}
}

func TestRunsAreHealthyAndFaultyInTurn(t *testing.T) {
	healthy, faulty := 0, 0
	for _, h := range runsOrder {
		if h {
			healthy++
		} else {
			faulty++
		}
	}
	if healthy != 5 || faulty != 3 || len(runsOf) != 6 {
		t.Errorf("%d healthy, %d faulty rounds of %d faults", healthy, faulty, len(runsOf))
	}
	for _, name := range runsOf {
		if _, err := find(name, faults); err != nil {
			t.Error(err)
		}
	}
}

func TestADismissedProcessIsNoLongerOneOfTheRunning(t *testing.T) {
	s := &stage{}
	for _, name := range []string{"collector", "a", "b"} {
		cmd := exec.Command("sleep", "60")
		if err := cmd.Start(); err != nil {
			t.Skip("no program to start:", err)
		}
		s.note(cmd, name)
	}
	defer s.close()
	if err := s.dismiss("a"); err != nil || !slices.Equal(s.names, []string{"collector", "b"}) || len(s.running) != 2 {
		t.Errorf("%v: %v", err, s.names)
	}
	if s.dismiss("a") == nil {
		t.Error("dismissed twice")
	}
}
