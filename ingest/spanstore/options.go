package spanstore

// A Target says how an attribute tells what a call is about. The lowest rank counts; 0 tells nothing.
type Target struct {
	Rank uint8
	Hash func(value []byte) uint64
}

// of returns what a value says of it, 0 if nothing.
func (t *Target) of(value []byte) uint64 {
	if t.Rank == 0 {
		return 0
	}
	return t.Hash(value)
}

// A Form appends what is kept of a value to dst. Values that differ from span to span (URLs,
// statements, keys of a cache) would give every span a signature of its own. nil keeps them whole.
type Form func(dst, value []byte) []byte

// Options say what is kept of spans. The zero value keeps everything.
type Options struct {
	Keep      func(key string) bool     // attributes to keep; nil: all
	Form      func(key string) Form     // what to keep of a kept attribute's values; nil: all of them
	Apart     func(key string) bool     // kept attributes that signatures leave to trace.More; nil: none
	OnEntry   func(key string) bool     // kept attributes that only spans keep at which a request may begin or enter a service; nil: none
	KeepEvent func(name string) bool    // timing events to keep; nil: all
	NameForm  Form                      // what to keep of spans' names
	MaxText   int                       // bytes of an attribute's value to keep; 0: 256, negative: all
	Target    func(key string) Target   // what attributes say of what a call is about; nil: nothing
	Spell     func(key string) Spelling // what formats need to know of a key; nil: nothing
}
