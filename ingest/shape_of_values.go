package ingest

// A Shape says what of an attribute's values to keep. Values that differ from span to span
// (URLs, statements, keys of a cache) would give every span a signature of its own. The zero
// value keeps them whole.
type Shape struct {
	Present bool                // keep only that the attribute is there: its value becomes empty
	Of      func(string) string // keep what this returns; nil keeps the value
}

// maxShaped is how many bytes of values of one key are remembered with their shape.
const maxShaped = 1 << 20

// shaped returns what is kept of a value. Values repeat, so most are shaped once.
func (k *keyInfo) shaped(value []byte) []byte {
	if k.shape.Present {
		return nil
	}
	if k.shape.Of == nil {
		return value
	}
	if known, ok := k.values[string(value)]; ok {
		return known
	}
	text := string(value)
	short := []byte(k.shape.Of(text))
	if k.valueBytes += 64 + len(text) + len(short); k.values == nil || k.valueBytes > maxShaped {
		k.values, k.valueBytes = map[string][]byte{}, 64+len(text)+len(short)
	}
	k.values[text] = short
	return short
}
