package trace

import (
	"hash/maphash"
	"math/bits"
)

// An idTable finds the place of a span by its id: open addressing over twice as many slots as
// there are spans. The hash is seeded, so that no file can be made to collide; where an id
// ends up in the table shows nowhere.
type idTable struct {
	spans []Span
	slots []int32 // 1 + place; 0 is free
}

var idSeed = maphash.MakeSeed()

func newIDTable(spans []Span) idTable {
	return idTable{spans, make([]int32, 1<<bits.Len(uint(2*len(spans)+1)))}
}

func (t *idTable) slot(id SpanID) int {
	at := int(maphash.Comparable(idSeed, id)) & (len(t.slots) - 1)
	for t.slots[at] != 0 && t.spans[t.slots[at]-1].ID != id {
		at = (at + 1) & (len(t.slots) - 1)
	}
	return at
}

// find returns the place that was put for an id.
func (t *idTable) find(id SpanID) (place int32, ok bool) {
	n := t.slots[t.slot(id)]
	return n - 1, n != 0
}

// put notes the place of a span, unless its id has one already.
func (t *idTable) put(place int32) (before int32, taken bool) {
	at := t.slot(t.spans[place].ID)
	if n := t.slots[at]; n != 0 {
		return n - 1, true
	}
	t.slots[at] = place + 1
	return place, false
}

// replace notes another span for the id that it shares.
func (t *idTable) replace(place int32) { t.slots[t.slot(t.spans[place].ID)] = place + 1 }
