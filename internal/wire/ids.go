package wire

// An idTable finds ids among those that were met, by open addressing: a partial has one for each of its requests, most of
// which come once, and a map of them takes longer than writing them.
type idTable struct {
	seed  uint64   // of hashes, so that no trace ids can be made to collide
	slots []uint32 // which of all, from 1; 0 is free
}

// number returns which of all an id is, from 1. One that is not known is appended.
func (t *idTable) number(all *[]ID, id *ID) (n uint64, known bool) {
	if 2*len(*all) >= len(t.slots) {
		t.grow(*all)
	}
	at := t.hash(id) & uint64(len(t.slots)-1)
	for ; t.slots[at] != 0; at = (at + 1) & uint64(len(t.slots)-1) {
		if n := t.slots[at]; (*all)[n-1] == *id {
			return uint64(n), true
		}
	}
	*all = append(*all, *id)
	t.slots[at] = uint32(len(*all))
	return uint64(len(*all)), false
}

func (t *idTable) grow(all []ID) {
	t.slots = make([]uint32, max(1024, 4*len(t.slots)))
	for n := range all {
		at := t.hash(&all[n]) & uint64(len(t.slots)-1)
		for t.slots[at] != 0 {
			at = (at + 1) & uint64(len(t.slots)-1)
		}
		t.slots[at] = uint32(n + 1)
	}
}

// hash mixes a number at a time (the multiplication and shift of SplitMix64).
func (t *idTable) hash(id *ID) uint64 {
	h := t.seed
	for _, v := range id {
		h = (h ^ v) * 0xbf58476d1ce4e5b9
		h ^= h >> 29
	}
	return h
}
