package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/testdata/lab/virtual/otlp"
	"github.com/longpole/longpole/testdata/lab/virtual/shop"
)

// recorded is as much of an OTLP span as these tests ask for.
type recorded struct {
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
	Parent  string `json:"parentSpanId"`
	Name    string `json:"name"`
	Start   int64  `json:"startTimeUnixNano,string"`
	End     int64  `json:"endTimeUnixNano,string"`
	Status  struct {
		Code int `json:"code"`
	} `json:"status"`
}

// output runs the command.
func output(t *testing.T, args string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := command(strings.Fields(args), &out, io.Discard); err != nil {
		t.Fatalf("%s: %v", args, err)
	}
	return out.Bytes()
}

func spans(t *testing.T, args string) []recorded {
	t.Helper()
	var all []recorded
	for dec := json.NewDecoder(bytes.NewReader(output(t, args))); dec.More(); {
		var line struct {
			ResourceSpans []struct {
				ScopeSpans []struct{ Spans []recorded }
			}
		}
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		for _, r := range line.ResourceSpans {
			for _, s := range r.ScopeSpans {
				all = append(all, s.Spans...)
			}
		}
	}
	return all
}

// requests are the lengths in ms of a journey by the half of the trace's id
// that twins share, and how many failed.
func requests(t *testing.T, journey, args string) (long map[string]float64, failed int) {
	t.Helper()
	o, err := parse(strings.Fields(args), io.Discard)
	if err == nil {
		err = o.complete()
	}
	if err != nil {
		t.Fatalf("%s: %v", args, err)
	}
	long = map[string]float64{}
	shop.Run(o.plan, func(trace []*otlp.Span) {
		if root := trace[0]; root.Name == journey {
			long[root.Trace.String()[16:]] = float64(root.End-root.Start) / 1e6
			if root.Failed {
				failed++
			}
		}
	})
	return long, failed
}

// began is when the clock of run 0 does, before the first customer.
const began = 1793491200000000000

func mean(of map[string]float64) float64 {
	sum := 0.0
	for _, x := range of {
		sum += x
	}
	return sum / float64(len(of))
}

func TestEveryLabFaultHasATwin(t *testing.T) {
	folders, _ := filepath.Glob("../../recordings/lab/*/truth.json")
	if len(folders) != 22 {
		t.Fatalf("%d faults in the lab", len(folders))
	}
	for _, f := range folders {
		name := filepath.Base(filepath.Dir(f))
		twin, ok := shop.Find(name)
		if !ok {
			t.Errorf("no twin of %s", name)
			continue
		}
		var lab struct {
			Journey string
			Expect  shop.Expect
		}
		text, err := os.ReadFile(f)
		if err == nil {
			err = json.Unmarshal(text, &lab)
		}
		if err != nil {
			t.Fatal(err)
		}
		if lab.Journey != twin.Journey || lab.Expect.Layer != twin.Expect.Layer || fmt.Sprint(lab.Expect.Slice) != fmt.Sprint(twin.Expect.Slice) {
			t.Errorf("%s: the lab expects %+v, its twin %+v", name, lab.Expect, twin.Expect)
		}
	}
}

func TestEveryCureOfTheLabHasATwin(t *testing.T) {
	files, _ := filepath.Glob("../../recordings/cures/*/truth.json")
	if len(files) != 8 {
		t.Fatalf("%d faults with cures in the lab", len(files))
	}
	for _, f := range files {
		var lab struct {
			Fault string
			Cures []struct{ Name string }
		}
		text, err := os.ReadFile(f)
		if err == nil {
			err = json.Unmarshal(text, &lab)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range lab.Cures {
			twin, _ := shop.Find(lab.Fault)
			if !slices.ContainsFunc(twin.Cures, func(of shop.Cure) bool { return of.Name == c.Name }) {
				t.Errorf("%s has no cure %s in virtual time", lab.Fault, c.Name)
			}
		}
	}
}

func TestTheFaultHurtsAndEveryCureHelps(t *testing.T) {
	for _, s := range shop.Scenarios {
		if s.Name == "clock-skew" || strings.HasSuffix(s.Name, "-sampling") {
			continue // these change what is seen
		}
		args := "-seed 3 -requests 1000 -scenario " + s.Name
		healthy, _ := requests(t, s.Journey, args+" -healthy")
		faulty, failed := requests(t, s.Journey, args)
		if mean(faulty) < 1.03*mean(healthy) {
			t.Errorf("%s: mean %.1f ms healthy, %.1f faulty", s.Name, mean(healthy), mean(faulty))
		}
		for _, c := range s.Cures {
			cured, still := requests(t, s.Journey, args+" -cure="+c.Name)
			if still >= failed && mean(cured) > 0.995*mean(faulty) {
				t.Errorf("%s: mean %.1f ms faulty, %.1f after %s", s.Name, mean(faulty), mean(cured), c.Name)
			}
		}
	}
}

func TestOneSeedIsOneFile(t *testing.T) {
	for _, s := range shop.Scenarios {
		args := "-seed 5 -requests 100 -drift 0.1 -wander 0.1 -set order=random -scenario " + s.Name
		if !bytes.Equal(output(t, args), output(t, args)) {
			t.Errorf("%s: two files", s.Name)
		}
		if bytes.Equal(output(t, args), output(t, strings.Replace(args, "-seed 5", "-seed 6", 1))) {
			t.Errorf("%s: one file for two seeds", s.Name)
		}
	}
}

func TestWhoIsNotHitTakesAsLongAsInTheHealthyTwin(t *testing.T) {
	healthy, _ := requests(t, "POST /checkout", "-scenario payment-slow -healthy")
	faulty, _ := requests(t, "POST /checkout", "-scenario payment-slow")
	same, hit := 0, 0
	for id, long := range faulty {
		// Who is hit keeps a connection longer, and somebody else has to open one: 3 ms.
		switch added := long - healthy[id]; {
		case math.Abs(added) < 4:
			same++
		case math.Abs(added-180) < 4:
			hit++
		}
	}
	if same+hit != len(faulty) || len(healthy) != len(faulty) || math.Abs(float64(hit)/float64(len(faulty))-0.12) > 0.04 {
		t.Errorf("of %d, %d are the same and %d are 180 ms longer", len(faulty), same, hit)
	}
}

func TestRateTimesMeanDurationIsOccupancy(t *testing.T) {
	truth := filepath.Join(t.TempDir(), "truth.json")
	for _, order := range []string{"fifo", "random", "ps"} {
		list := spans(t, "-scenario station -requests 2000 -set rate=10 -set order="+order+" -truth "+truth)
		var seen struct {
			Stations map[string]station `json:"stations"`
		}
		text, err := os.ReadFile(truth)
		if err == nil {
			err = json.Unmarshal(text, &seen)
		}
		if err != nil {
			t.Fatal(err)
		}
		var last int64
		n, sum := 0.0, 0.0
		for _, s := range list {
			if s.Name == "GET /serve" {
				n, sum = n+1, sum+float64(s.End-s.Start)
				last = max(last, s.End)
			}
		}
		window := float64(last - began)
		rate, long := n/window, sum/n
		if got := seen.Stations["station"].Inside; math.Abs(got/(rate*long)-1) > 1e-9 {
			t.Errorf("%s: the station saw %.6f inside, rate x duration of the spans is %.6f", order, got, rate*long)
		}
	}
}

func TestAFaultCanComeAndGo(t *testing.T) {
	args := "-scenario hidden-queue -seed 2 -seconds 300 "
	healthy, _ := requests(t, "POST /checkout", args+"-healthy")
	both, _ := requests(t, "POST /checkout", args+"-from 100s -until 200s")
	slower := [3]int{}
	for _, s := range spans(t, args+"-from 100s -until 200s") {
		if s.Parent == "" && s.Name == "POST /checkout" && both[s.TraceID[16:]]-healthy[s.TraceID[16:]] > 1 {
			slower[min(2, (s.Start-began)/100e9)]++
		}
	}
	if slower[0] > 5 || slower[1] < 500 || slower[2] > 20 {
		t.Errorf("slower in the three parts: %v", slower)
	}
}

func TestOtherRunsHaveOtherMachinesAndTheSameCustomers(t *testing.T) {
	var means []float64
	for run := range 40 {
		long, _ := requests(t, "POST /checkout", fmt.Sprintf("-healthy -requests 60 -drift 0.2 -run %d", run))
		means = append(means, mean(long))
	}
	slices.Sort(means)
	if ratio := means[34] / means[6]; ratio < 1.25 || ratio > 1.7 {
		t.Errorf("seven in ten runs are within a factor of %.2f", ratio)
	}
	a, _ := requests(t, "POST /checkout", "-healthy -run 1")
	b, _ := requests(t, "POST /checkout", "-healthy -run 2")
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("without drift two runs differ")
	}
}

func TestEverySpanHasItsParentInItsTraceAndAnIDOfItsOwn(t *testing.T) {
	for _, s := range shop.Scenarios {
		list := spans(t, "-requests 100 -scenario "+s.Name)
		ids := map[string]bool{}
		for _, one := range list {
			ids[one.TraceID+one.SpanID] = true
		}
		if len(ids) != len(list) {
			t.Errorf("%s: %d ids of %d spans", s.Name, len(ids), len(list))
		}
		for _, one := range list {
			if one.Parent != "" && !ids[one.TraceID+one.Parent] || one.End < one.Start {
				t.Errorf("%s: %+v", s.Name, one)
			}
		}
	}
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	for _, args := range []string{"-scenario nothing", "-cure=nothing", "-set nothing=1", "-set rate=much", "-healthy -cure", "-set payment_slow=180", "extra"} {
		if err := command(strings.Fields(args), &bytes.Buffer{}, io.Discard); err == nil {
			t.Errorf("%s: accepted", args)
		}
	}
}
