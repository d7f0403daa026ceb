package record

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestEachFaultSaysWhatItDoesAndWhoMustBeBlamed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range faults() {
		if seen[f.name] {
			t.Errorf("%s: two faults of this name", f.name)
		}
		seen[f.name] = true
		if f.about == "" || f.journey == "" || f.expect.Layer == "" || len(f.spared) == 0 || len(f.inject) == 0 {
			t.Errorf("%s: a row is not complete: %+v", f.name, f)
		}
		if slices.Contains(f.spared, f.expect.Layer) {
			t.Errorf("%s: %s must and must not be blamed", f.name, f.expect.Layer)
		}
		if len(f.faulty) == 0 && len(f.props) == 0 && !f.tail {
			t.Errorf("%s: its two sides are the same", f.name)
		}
	}
}

func TestEachFaultChangesOnlyProcessesThatExist(t *testing.T) {
	names := []string{"load", "names"}
	for _, p := range append(wires(), shop()...) {
		names = append(names, p.name)
	}
	for _, f := range faults() {
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
