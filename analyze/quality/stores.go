package quality

import (
	"cmp"
	"slices"

	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/semconv"
)

// A Store counts calls of a database by the attributes that they lack.
type Store struct {
	Caller, Peer string
	Calls        int
	NoSystem     int // nothing says which kind of database it is
	NoStatement  int // nothing says what was asked of it
}

type storeKey struct{ caller, peer string }

// storeOf returns where calls of a database are counted, and what each of a signature adds to
// what they lack; nil for other work.
func (s *Survey) storeOf(sig *trace.Signature, d *category.Decision) (c *Store, noSystem, noStatement int) {
	if d.Category != category.DB || !d.Remote {
		return nil, 0, 0
	}
	key := storeKey{sig.Service, d.Peer}
	if s.stores[key] == nil {
		s.stores[key] = &Store{Caller: sig.Service, Peer: d.Peer}
	}
	return s.stores[key], oneIf(!semconv.SaysSystem(sig)), oneIf(!semconv.SaysQuery(sig))
}

func oneIf(lacks bool) int {
	if lacks {
		return 1
	}
	return 0
}

// countStore counts a call of the signature's database, if it is one.
func (s *signature) countStore() {
	if c := s.store; c != nil {
		c.Calls, c.NoSystem, c.NoStatement = c.Calls+1, c.NoSystem+s.noSystem, c.NoStatement+s.noStatement
	}
}

// storeRows returns the databases some of whose calls lack something, the busiest first.
func (s *Survey) storeRows() []Store {
	var rows []Store
	for _, c := range s.stores {
		if c.NoSystem+c.NoStatement > 0 {
			rows = append(rows, *c)
		}
	}
	slices.SortFunc(rows, func(a, b Store) int {
		return cmp.Or(cmp.Compare(max(b.NoSystem, b.NoStatement), max(a.NoSystem, a.NoStatement)),
			cmp.Compare(a.Caller, b.Caller), cmp.Compare(a.Peer, b.Peer))
	})
	return rows
}
