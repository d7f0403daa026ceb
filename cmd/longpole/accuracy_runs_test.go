package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

const recordings = "../../testdata/recordings"

// readsAll are tests that read many recordings: half a minute of CPU, which `make accuracy` has.
func readsAll(t *testing.T) {
	t.Helper()
	if os.Getenv("LONGPOLE_ACCURACY") == "" {
		t.Skip("reads many recordings; make accuracy sets LONGPOLE_ACCURACY")
	}
}

func readTruth(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(recordings, file))
	if err != nil || json.Unmarshal(text, into) != nil {
		t.Fatalf("%s cannot be read: %v", file, err)
	}
}

// folders are the truths of a group, by name.
func folders(t *testing.T, group string) (files []string) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(recordings, group, "*", "truth.json"))
	for _, file := range found {
		relative, err := filepath.Rel(recordings, file)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, relative)
	}
	if len(files) == 0 {
		t.Fatalf("no recordings of %s", group)
	}
	return files
}

// A labRun is one of many runs of one shop.
type labRun struct {
	File, Fault string
	Expect      *labExpected
	Recorded    struct {
		Busy float64 `json:"threads_waiting_for_cpu"`
	}
}

func (r labRun) path() string { return filepath.Join(recordings, "runs", r.File) }

func labRuns(t *testing.T) (runs []labRun) {
	t.Helper()
	var truth struct{ Runs []labRun }
	readTruth(t, "runs/truth.json", &truth)
	return truth.Runs
}

func TestAllRecordingsTogetherAreSmallAndNoneIsWithoutTruth(t *testing.T) {
	const most = 51 << 20
	var sum int64
	err := filepath.WalkDir(recordings, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		sum += info.Size()
		if folder := filepath.Dir(path); strings.HasSuffix(path, ".zst") {
			if _, err := os.Stat(filepath.Join(folder, "truth.json")); err != nil && filepath.Base(folder) != "hotrod" {
				t.Errorf("%s has no truth beside it", path)
			}
		}
		return nil
	})
	if err != nil || sum > most {
		t.Errorf("recordings take %d bytes, %d are the most: %v", sum, most, err)
	}
}

func TestRunsAreInTheOrderInWhichTheyWereMade(t *testing.T) {
	order, last := "", ""
	for _, r := range labRuns(t) {
		if r.Fault == "" || last == "" {
			order += map[bool]string{true: "H", false: "F"}[r.Fault == ""]
		}
		last = r.Fault
		if _, err := os.Stat(r.path()); err != nil {
			t.Error(err)
		}
	}
	if order != "HFHFHFHH" {
		t.Errorf("runs were made as %s", order)
	}
}

// A pairing is what diff says of two runs.
type pairing struct {
	Journeys []struct {
		Name, Proof string
		Change      struct {
			Layer, Place struct{ Rows []diffRow }
		}
	}
}

type diffRow struct {
	Name   string
	Change int64 `json:"change_ns"`
}

// largest is the row with the most of a change, up or down.
func largest(rows []diffRow) diffRow {
	return slices.MaxFunc(append(rows, diffRow{}), func(a, b diffRow) int { return int(max(a.Change, -a.Change) - max(b.Change, -b.Change)) })
}

// differing is what diff says of the journey in two runs: the proof, the layer and the place with most of the change.
func differing(t *testing.T, before, after, journey string) (proof, layer, place string) {
	t.Helper()
	var page pairing
	outputJSON(t, &page, "diff", before, "--to", after, "--budget", "none", "-o", "json")
	for _, j := range page.Journeys {
		if strings.HasSuffix(j.Name, " "+journey) {
			return j.Proof, largest(j.Change.Layer.Rows).Name, largest(j.Change.Place.Rows).Name
		}
	}
	return "none", "", ""
}

func outputJSON(t *testing.T, into any, args ...string) (said string, code int) {
	t.Helper()
	var out, complaints bytes.Buffer
	code = execute(t.Context(), args, nil, &out, &complaints)
	if code == exitOK && json.Unmarshal(out.Bytes(), into) != nil {
		t.Fatalf("longpole %s: no JSON: %.200s", strings.Join(args, " "), out.Bytes())
	}
	return complaints.String(), code
}

// lengths are a journey's percentiles in one run.
type lengths struct{ p50, p95 int64 }

func lengthsOf(j labJourney) (l lengths) {
	for _, p := range j.Percentiles {
		switch p.Level {
		case "p50":
			l.p50 = p.ValueNS
		case "p95":
			l.p95 = p.ValueNS
		}
	}
	return l
}

// gap is by how much of the smaller the larger of two is larger, in tenths of a percent.
func gap(a, b int64) int64 { return (1000*max(a, b)+min(a, b)/2)/min(a, b) - 1000 }

func TestEqualRunsShowTheNoiseFloor(t *testing.T) {
	readsAll(t)
	var all []lengths
	table := "| healthy run | threads that waited | p50 | p95 |\n|---|---:|---:|---:|\n"
	var equal []labRun
	for _, r := range labRuns(t) {
		if r.Fault != "" {
			continue
		}
		equal = append(equal, r)
		l := lengthsOf(reportOn(t, labTruth{Journey: "POST /checkout"}, r.path()))
		all = append(all, l)
		table += fmt.Sprintf("| %d | %.2f | %s ms | %s ms |\n", len(all), r.Recorded.Busy, tenths(l.p50), tenths(l.p95))
	}
	var p50, p95 []int64
	proofs := map[string]int{}
	for i := range all {
		for k := range i {
			p50, p95 = append(p50, gap(all[i].p50, all[k].p50)), append(p95, gap(all[i].p95, all[k].p95))
			proof, _, _ := differing(t, equal[k].path(), equal[i].path(), "POST /checkout")
			proofs[proof]++
		}
	}
	slices.Sort(p50)
	slices.Sort(p95)
	middle, last := len(p50)/2, len(p50)-1
	table += fmt.Sprintf("\nOf the %d pairs of equals the middle one is %s apart at p50 and %s at p95, the furthest %s and %s. `diff` calls %d of them proven and %d different.\n",
		len(p50), permille(p50[middle]), permille(p95[middle]), permille(p50[last]), permille(p95[last]), proofs["proven"], proofs["different"])
	testkit.Block(t, "../../docs/accuracy.md", "noise floor", table)
	if proofs["proven"] > 0 {
		t.Errorf("equals differ: %v", proofs)
	}
}

func tenths(ns int64) string {
	return fmt.Sprintf("%d.%d", (ns+50_000)/1e6, (ns+50_000)%1e6/1e5)
}

func permille(n int64) string { return fmt.Sprintf("%d.%d %%", n/10, n%10) }

func TestEveryRunOfAFaultIsBlamedAndDiffersFromTheHealthyOne(t *testing.T) {
	readsAll(t)
	runs := labRuns(t)
	type row struct {
		blamed, proven, first, made int
		p95                         []string
	}
	rows := map[string]*row{}
	var order []string
	healthy := ""
	for _, r := range runs {
		if r.Fault == "" {
			healthy = r.path() // the last that was made before
			continue
		}
		at := rows[r.Fault]
		if at == nil {
			at = &row{}
			rows[r.Fault], order = at, append(order, r.Fault)
		}
		truth := labTruth{Fault: r.Fault, Journey: "POST /checkout", Expect: *r.Expect}
		j := reportOn(t, truth, r.path())
		at.made++
		at.p95 = append(at.p95, tenths(lengthsOf(j).p95))
		if scoreOf(truth, j).right() {
			at.blamed++
		}
		proof, layer, place := differing(t, healthy, r.path(), "POST /checkout")
		if proof == "proven" {
			at.proven++
		}
		if slices.Contains(truth.layers(), layer) && slices.Contains(truth.places(), place) {
			at.first++
		}
	}
	table := "| fault | p95 of its runs, ms | blamed right | change proven | most of the change where it was injected |\n|---|---|---:|---:|---:|\n"
	for _, fault := range order {
		at := rows[fault]
		table += fmt.Sprintf("| %s | %s | %d of %d | %d of %d | %d of %d |\n", fault, strings.Join(at.p95, ", "), at.blamed, at.made, at.proven, at.made, at.first, at.made)
		if at.first < at.made {
			t.Errorf("%s: %+v", fault, *at)
		}
	}
	testkit.Block(t, "../../docs/accuracy.md", "runs", table)
}
