package attribute

import (
	"fmt"
	"slices"
	"strings"
)

// Spelled writes evidence down, in an order that depends on nothing but what it says.
func Spelled(v *Evidence) string {
	var lines []string
	for i, e := range v.edges.All {
		lines = append(lines, fmt.Sprintf("%v %+v", e, v.counts[i]))
	}
	for name, c := range v.roots {
		lines = append(lines, fmt.Sprintf("%v %+v", name, *c))
	}
	for i, p := range v.pairs.All {
		lines = append(lines, fmt.Sprintf("%v %+v", p, v.gaps[i]))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
