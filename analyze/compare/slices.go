package compare

import (
	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/quantile"
)

// A Slice holds the requests of a journey by one of their properties on both sides.
type Slice struct {
	Name string
	Rows []SliceRow // of the values that both sides have, those of most requests first
}

// A SliceRow is what changed for the requests that share a value.
type SliceRow struct {
	Value         string
	Observations  [2]int
	Before, After []quantile.Percentile // p50 and p95 where the result has them
}

func slicesOf(before, after *analyze.Journey) (out []Slice) {
	for i := range after.Slices {
		now := &after.Slices[i]
		was := sliceNamed(before.Slices, now.Name)
		if was == nil {
			continue
		}
		s := Slice{Name: now.Name}
		for _, row := range now.Rows {
			if then := rowOf(was, row.Value); then != nil {
				s.Rows = append(s.Rows, SliceRow{row.Value, [2]int{then.Observations, row.Observations}, then.Percentiles, row.Percentiles})
			}
		}
		if len(s.Rows) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func sliceNamed(all []analyze.Slice, name string) *analyze.Slice {
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

func rowOf(s *analyze.Slice, value string) *analyze.SliceRow {
	for i := range s.Rows {
		if s.Rows[i].Value == value {
			return &s.Rows[i]
		}
	}
	return nil
}
