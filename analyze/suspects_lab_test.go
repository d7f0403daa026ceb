package analyze_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/suspects"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/ingest"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

const labRecordings = "../testdata/recordings/lab"

var cuts = flag.Int("cuts", 44, "halves of healthy recordings in which nothing may be suspect")

// The lab's truth says of a fault that hits one region, build, instance or shard which it is.
func TestTheLabsSlicesAreTheFirstSuspects(t *testing.T) {
	met := 0
	for _, name := range labFiles(t, "truth.json") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var truth struct {
			Journey string
			Expect  struct{ Slice map[string]string }
		}
		if err := json.Unmarshal(text, &truth); err != nil {
			t.Fatal(err)
		}
		for key, value := range truth.Expect.Slice {
			met++
			r := analyzed(t, analyze.Settings{}, filepath.Join(filepath.Dir(name), "faulty.otlp.jsonl.zst"))
			j := named(t, r, truth.Journey)
			is := func(t attribute.Tag) bool { return t.Key == key && t.Value == value }
			if len(j.Suspects) == 0 || !slices.ContainsFunc(j.Suspects[0].Tags(), is) {
				t.Errorf("%s: not %s %s, but %+v", name, key, value, j.Suspects)
				continue
			}
			if s := j.Explained(); s == nil || s.Tag != j.Suspects[0].Tag {
				t.Errorf("%s: the tail is explained by %+v", name, s)
			}
		}
	}
	if met != 5 {
		t.Errorf("%d slices", met)
	}
}

func TestWhatSlowRequestsWaitedForNamesTheSlowShard(t *testing.T) {
	r := analyzed(t, analyze.Settings{}, labRecordings+"/slow-shard/faulty.otlp.jsonl.zst")
	s := named(t, r, "load GET /search").Suspects[0]
	if s.Tag != (attribute.Tag{Service: "shard", Key: "service.instance.id", Value: "shard-5"}) || !s.Waited || s.Tail < s.TailOf-1 || s.Rest*3 > s.RestOf {
		t.Errorf("%+v", s)
	}
}

// Every request waits for both instances of a shard: for one while it computes, for the other while
// that asks a database. Those of which the first computes are slow.
func TestOnlyWhatIsBlamedIsAskedWhatRequestsWaitedFor(t *testing.T) {
	var all [][]trace.Span
	for i := range 300 {
		first, second, bar := "a", "b", "=========="
		if i%10 == 0 {
			first, second, bar = "b", "a", "=============================="
		}
		spans := testkit.Draw(t, "buy server in=web "+bar+"=====\n"+
			"  work server in=shard "+bar+" service.instance.id="+first+"\n"+
			"  ask client in=shard "+strings.Repeat(" ", len(bar))+" ===== db.system=mysql service.instance.id="+second)
		spans[0].Start, spans[0].End = spans[1].Start, spans[2].End
		for k := range spans {
			spans[k].Trace.Lo = uint64(i + 1)
		}
		all = append(all, spans)
	}
	got := collected(all).Result(analyze.Settings{}).Journeys[0].Suspects
	if len(got) != 1 || got[0].Tag != (attribute.Tag{Service: "shard", Key: "service.instance.id", Value: "b"}) || !got[0].Waited || got[0].Tail != 30 || got[0].Rest != 0 {
		t.Errorf("%+v", got)
	}
}

func TestACallThatOnlySlowRequestsMakeIsSaidAsACall(t *testing.T) {
	r := analyzed(t, analyze.Settings{}, labRecordings+"/sync-audit/faulty.otlp.jsonl.zst")
	all := named(t, r, "load POST /checkout").Suspects
	if len(all) != 1 || !all[0].IsCall() || all[0].Value != "audit" || all[0].Tail != all[0].TailOf {
		t.Errorf("%+v", all)
	}
}

func TestNothingIsSuspectInHealthyRecordings(t *testing.T) {
	journeys := 0
	for _, name := range testkit.Some(labFiles(t, "healthy.otlp.jsonl.zst"), 5) {
		r := analyzed(t, analyze.Settings{}, name)
		journeys += len(r.Journeys)
		for _, s := range suspectsIn(r) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if journeys < 8 || testkit.Whole() && journeys < 37 {
		t.Errorf("%d journeys", journeys)
	}
}

// At most one half in twenty may show something by chance.
func TestNothingIsSuspectInHalvesOfHealthyRecordings(t *testing.T) {
	rules := category.BuiltIn()
	files, halves, alarms := testkit.Some(labFiles(t, "healthy.otlp.jsonl.zst"), 5), testkit.Rounds(10, *cuts), 0
	for i, name := range files {
		spans, err := ingest.Read(t.Context(), []string{name}, ingest.Options{Keep: rules.NeedsAttr, KeepEvent: rules.NeedsEvent})
		if err != nil {
			t.Fatal(err)
		}
		for cut := i; cut < halves; cut += len(files) {
			random := rand.New(rand.NewPCG(uint64(cut), 1))
			c := analyze.NewCollector(attribute.NewExplainer(rules, nil), attribute.Options{})
			for spans := range spans.Traces() {
				if random.IntN(2) == 0 {
					c.Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
				}
			}
			if all := suspectsIn(c.Result(analyze.Settings{})); len(all) > 0 {
				alarms++
				t.Logf("cut %d of %s: %+v", cut, name, all)
			}
		}
		spans.Close()
	}
	if alarms*20 > halves {
		t.Errorf("%d of %d cuts show something", alarms, halves)
	}
}

func labFiles(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(labRecordings, "*", name))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

func named(t *testing.T, r *analyze.Result, name string) *analyze.Journey {
	t.Helper()
	at := slices.IndexFunc(r.Journeys, func(j analyze.Journey) bool { return strings.HasSuffix(j.Name, name) })
	if at < 0 {
		t.Fatalf("no journey %s", name)
	}
	return &r.Journeys[at]
}

func suspectsIn(r *analyze.Result) (all []suspects.Suspect) {
	for i := range r.Journeys {
		all = append(all, r.Journeys[i].Suspects...)
	}
	return all
}
