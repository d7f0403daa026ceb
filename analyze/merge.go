package analyze

import (
	"encoding/binary"
	"slices"
	"strings"
)

// Merge adds what other collected. It takes other's observations over.
func (c *Collector) Merge(other *Collector) {
	c.Ledger.Merge(&other.Ledger)
	c.leftOut.add(other.leftOut)
	r := c.renumbering(other)
	for key, theirs := range other.journeys {
		j := c.journey(key)
		j.beganAt(theirs.service, theirs.route)
		for _, o := range theirs.observations {
			j.observations = append(j.observations, r.apply(o))
		}
		j.sampling.add(&theirs.sampling)
		j.incomplete += theirs.incomplete
		for k, values := range theirs.async {
			j.async[k] = append(j.async[k], values...)
		}
	}
}

// A renumbering says which numbers the tables of one collector have in those of another.
type renumbering struct{ cells, slices, tagSets []int32 }

func (c *Collector) renumbering(other *Collector) renumbering {
	var r renumbering
	for _, cell := range other.cells.all {
		r.cells = append(r.cells, c.cells.number(cell))
	}
	for _, values := range other.slices.all {
		r.slices = append(r.slices, c.slices.number(values))
	}
	for _, set := range other.tagSets.all {
		tags := other.tagsOf(set)
		for i, t := range tags {
			tags[i] = c.explain.tags.number(other.explain.tags.all[t])
		}
		slices.Sort(tags)
		r.tagSets = append(r.tagSets, c.tagSets.number(c.tagSet(tags)))
	}
	return r
}

func (r renumbering) apply(o Observation) Observation {
	for i := range o.Cells {
		o.Cells[i].Cell = r.cells[o.Cells[i].Cell]
	}
	o.Cells = sumCells(o.Cells)
	o.slices, o.tags = r.slices[o.slices], r.tagSets[o.tags]
	return o
}

// sliceGap stands between the values of slices.
const sliceGap = "\x00"

func joinSlices(values []string) string {
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = strings.ReplaceAll(v, sliceGap, "\ufffd")
	}
	return strings.Join(clean, sliceGap)
}

// slicesOf returns the values of the plan's slices that have a number, "" where there is none.
func (c *Collector) slicesOf(number int32) []string {
	return strings.Split(c.slices.all[number], sliceGap)
}

// tagSet spells a set of tags as a text, so that observations that passed through the same
// places share it.
func (c *Collector) tagSet(tags []int32) string {
	b := make([]byte, 0, 4*len(tags))
	for _, t := range tags {
		b = binary.LittleEndian.AppendUint32(b, uint32(t))
	}
	return string(b)
}

func (c *Collector) tagsOf(set string) []int32 {
	tags := make([]int32, len(set)/4)
	for i := range tags {
		tags[i] = int32(binary.LittleEndian.Uint32([]byte(set[4*i:])))
	}
	return tags
}
