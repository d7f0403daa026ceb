package results

import (
	"io"
	"iter"
	"maps"
	"slices"

	"github.com/longpole/longpole/analyze"
)

var (
	observationsCSV   = Format{Name: "observations-csv", Doc: "a row for each request: when, how long, in which band and slices, and what of it each layer took", Extension: "csv", Write: observations(writeCSV)}
	observationsJSONL = Format{Name: "observations-jsonl", Doc: "the same, a line of JSON for each request", Extension: "jsonl", Write: observations(writeJSONL)}
)

// A tableWriter writes rows below heads.
type tableWriter func(w io.Writer, heads []string, rows iter.Seq[row]) error

func observations(write tableWriter) func(io.Writer, *Results) error {
	return func(w io.Writer, r *Results) error {
		names, layers := sliceNames(r), layersOf(r)
		heads := []string{"journey", "trace", "root", "start_unix_ns", "duration_ns", "weight", "failed", "band"}
		for _, n := range names {
			heads = append(heads, "slice "+shown(n))
		}
		for _, l := range layers {
			heads = append(heads, "layer "+shown(l)+" ns")
		}
		return write(w, heads, func(yield func(row) bool) {
			for i := range r.Journeys {
				if !eachObservation(r, &r.Journeys[i], layers, yield) {
					return
				}
			}
		})
	}
}

// eachObservation yields the requests of a journey in order of their start.
func eachObservation(r *Results, j *analyze.Journey, layers []string, yield func(row) bool) bool {
	requests := r.Data.RequestsOf(j)
	all := requests.All()
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(all[a].Start.Sub(all[b].Start)) })
	for _, i := range order {
		o := &all[i]
		out := row{j.Name, o.Trace.String(), o.Root.String(), int64(o.Start), int64(o.Duration), o.Weight.Float(), o.Failed, band(j, requests, i)}
		for k := range requests.SliceNames() {
			out = append(out, requests.SliceValue(o, k))
		}
		spent := map[string]int64{}
		cells, times := requests.Spent(o)
		for k, c := range cells {
			spent[requests.Cells()[c].Layer] += int64(times[k])
		}
		for _, l := range layers {
			out = append(out, spent[l])
		}
		if !yield(out) {
			return false
		}
	}
	return true
}

// sliceNames are by what requests are told apart; those of all journeys are the same.
func sliceNames(r *Results) []string {
	if len(r.Journeys) == 0 {
		return nil
	}
	return r.Data.RequestsOf(&r.Journeys[0]).SliceNames()
}

// layersOf are the layers that some request spent time on, by name.
func layersOf(r *Results) []string {
	met := map[string]bool{}
	for i := range r.Journeys {
		requests := r.Data.RequestsOf(&r.Journeys[i])
		for k := range requests.All() {
			cells, _ := requests.Spent(&requests.All()[k])
			for _, c := range cells {
				met[requests.Cells()[c].Layer] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(met))
}
