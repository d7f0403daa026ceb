package blame

import (
	"cmp"
	"slices"
	"time"
)

// A Part is the time of one layer in one place. What slow requests add may be negative.
type Part struct {
	Layer, Place string
	Time         time.Duration
}

// A Place is a place with all of its time, and the layer that most of it is.
type Place struct {
	Name      string
	Time      time.Duration
	Layer     string
	LayerTime time.Duration // of Layer in this place alone
}

// Places adds parts up by place, the largest first.
func Places(parts []Part) []Place {
	at := map[string]int{}
	var all []Place
	for _, p := range sorted(parts) {
		i, met := at[p.Place]
		if !met {
			i = len(all)
			at[p.Place] = i
			all = append(all, Place{Name: p.Place, Layer: p.Layer, LayerTime: p.Time})
		}
		all[i].Time += p.Time
	}
	slices.SortStableFunc(all, func(a, b Place) int { return cmp.Compare(b.Time, a.Time) })
	return all
}

// sorted returns one part for each layer and place, the largest first; those that tie by name.
func sorted(parts []Part) []Part {
	type key struct{ layer, place string }
	at := map[key]int{}
	var all []Part
	for _, p := range parts {
		k := key{p.Layer, p.Place}
		i, met := at[k]
		if !met {
			i = len(all)
			at[k] = i
			all = append(all, Part{Layer: p.Layer, Place: p.Place})
		}
		all[i].Time += p.Time
	}
	slices.SortFunc(all, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Place, b.Place))
	})
	return all
}

// layer returns the layer with most time, and in how many places it is more than nothing.
func layer(parts []Part) (name string, took time.Duration, in int) {
	times, counts := map[string]time.Duration{}, map[string]int{}
	for _, p := range sorted(parts) {
		times[p.Layer] += p.Time
		if p.Time > 0 {
			counts[p.Layer]++
		}
	}
	for l, d := range times {
		if c := cmp.Or(cmp.Compare(d, took), -cmp.Compare(l, name)); name == "" || c > 0 {
			name, took = l, d
		}
	}
	return name, took, counts[name]
}
