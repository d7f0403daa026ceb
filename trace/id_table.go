package trace

import (
	"hash/maphash"
	"math/bits"
)

// An idTable finds the place of a span by its id: open addressing over twice as many slots as
// there are spans.
type idTable struct {
	spans []Span
	slots []int32 // 1 + place; 0 is free
	shift int     // what leaves of a hash as many bits as name a slot
}

// The hash is seeded, so that no file can be made to collide. Where an id ends up in the table
// shows nowhere.
var idSalt, idTwist, idSpread = randomBits(), randomBits() | 1, randomBits() | 1

func randomBits() uint64 { return maphash.Comparable(maphash.MakeSeed(), 0) }

// reset empties the table for other spans. It clears no more slots than they need, so that a
// small trace does not pay for a large one before it.
func (t *idTable) reset(spans []Span) {
	size := bits.Len(uint(2*len(spans) + 1))
	t.spans, t.slots, t.shift = spans, zeroed(t.slots, 1<<size), 64-size
}

// home is the slot of an id if no other id has taken it.
func (t *idTable) home(id SpanID) int {
	h := (uint64(id) ^ idSalt) * idTwist
	h = (h ^ h>>32) * idSpread
	return int(h >> t.shift)
}

func (t *idTable) slot(id SpanID) int {
	at := t.home(id)
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
