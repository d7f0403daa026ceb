package spanstore

// A ValueForm says what of an attribute's values to keep. Values that differ from span to span
// (URLs, statements, keys of a cache) would give every span a signature of its own. The zero
// value keeps them whole.
type ValueForm struct {
	Present bool                           // keep only that the attribute is there: its value becomes empty
	Append  func(dst, value []byte) []byte // keep what this appends for the value; nil keeps the value
}
