package results

import (
	"bufio"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

var foldedFormat = Format{Name: "folded", Doc: "folded stacks for speedscope and flame graphs: journey, operations, the wait at their end, nanoseconds", Extension: "folded", Needs: Stacks, Write: writeFolded}

// writeFolded writes a line for each stack: what tells requests apart is left to other formats.
func writeFolded(w io.Writer, r *Results) error {
	sums := map[string]float64{}
	for _, s := range stackedOf(r) {
		frames := []string{inStack(s.journey)}
		for _, f := range s.frames {
			frames = append(frames, inStack(f))
		}
		sums[strings.Join(append(frames, "["+inStack(s.kindOf())+"]"), ";")] += s.nanos
	}
	out := bufio.NewWriter(w)
	for _, stack := range slices.Sorted(maps.Keys(sums)) {
		if n := int64(math.Round(sums[stack])); n > 0 {
			out.WriteString(stack + " " + strconv.FormatInt(n, 10) + "\n")
		}
	}
	return out.Flush()
}
